"""The fees of all exams of a licensing pathway together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from medpath.answering.counting.sums_terms import Named, Reckoning, Rules, listed, money, says
from medpath.knowledge.records import Fact, Knowledge

Row = Mapping[str, str]


@dataclass(frozen=True)
class Fee:
    """The latest fee of an exam, in dollars, with its year; no amount where the fact has none."""

    name: str
    fact: Fact
    amount: int | None
    year: str


class ExamFees:
    """Adds up the fees of USMLE Steps or COMLEX-USA Levels."""

    def __init__(self, knowledge: Knowledge, rules: Rules) -> None:
        self._knowledge, self._rules = knowledge, rules["exams"]

    def reckoned(self, text: str, names: Sequence[Named]) -> Reckoning | None:
        """The fees of the pathway that a message asks for; `names` of specialties count for nothing here."""
        asked = all(says(self._rules[key], text) for key in ("asks", "total"))
        if not asked or says(self._rules["never"], text):
            return None
        pathway = next((one for one in self._rules["pathways"] if _meant(one, text)), None)
        fees = self._fees(pathway, text) if pathway else []
        known = [fee for fee in fees if fee.amount is not None]
        if pathway is None or len(known) < self._rules["least"]:
            return None
        return self._sum(pathway["name"], fees)

    def _fees(self, pathway: Mapping[str, Any], text: str) -> list[Fee]:
        rows: list[Row] = list(pathway["terms"])
        for extra in ("abroad", "img"):
            rows += pathway.get(extra, []) if says(self._rules[extra], text) else []
        found = [self._fee(row) for row in rows]
        return [fee for fee in found if fee is not None]

    def _fee(self, row: Row) -> Fee | None:
        fact = self._knowledge.fact(row["fact"])
        if fact is None:
            return None
        dated = {match[1]: amount for key, amount in fact.values.items() if (match := re.fullmatch(row["value"], key))}
        year = max(dated, default="")
        return Fee(row["name"], fact, dated.get(year), year)

    def _sum(self, name: str, fees: Sequence[Fee]) -> Reckoning:
        amounts = [fee.amount for fee in fees if fee.amount is not None]
        ending = self._rules["sum" if len(amounts) == len(fees) else "partial"]
        lines = [*map(self._line, fees), ending.format(amount=money(sum(amounts)))]
        return Reckoning(listed(self._rules["lead"].format(name=name), lines), tuple(fee.fact for fee in fees))

    def _line(self, fee: Fee) -> str:
        if fee.amount is None:
            return str(self._rules["unknown"].format(name=fee.name))
        return str(self._rules["known"].format(name=fee.name, amount=money(fee.amount), year=fee.year))


def _meant(pathway: Mapping[str, Any], text: str) -> bool:
    return bool(says(pathway["says"], text)) and not says(pathway["never"], text)
