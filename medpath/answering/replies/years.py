"""The calendar years that a question asks about: each fact of a date or figure holds for some of them only."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from medpath.knowledge.records import Fact

_YEAR = re.compile(r"\b(20[0-4]\d)(?:\s?[-/–]\s?(?:20)?(\d\d)\b)?")
RARELY = "rarely"
# A fact of another year of the same topic has to be so likely, beside the first one's share, to come before it.
LEAST_SHARE = 0.05


class Years:
    """Tells for which years a question wants a fact, and what to say where there is none for them."""

    def __init__(self, texts: Mapping[str, Any]) -> None:
        """`texts` is the part `years` of data/answering/texts.yml."""
        self._other = str(texts["other"])
        self._own = re.compile(rf"\b(?:{'|'.join(texts['own'])})\W+(?:\w+\W+){{0,2}}(?=20\d\d)", re.IGNORECASE)

    def asked(self, text: str) -> frozenset[int]:
        """The years that a question names, but for those that a person tells of himself ("I graduated in 2019")."""
        return _years(text) if not self._own.search(text) else frozenset()

    def first(self, text: str, facts: Sequence[Fact], shares: np.ndarray) -> list[Fact]:
        """The facts in their order, but first one of the first one's topic that holds for the year asked about."""
        asked, best = self.asked(text), facts[0]
        if not asked or not _is_of_another_year(best, asked):
            return list(facts)
        own = [
            fact
            for fact, share in zip(facts, shares, strict=False)
            if fact.topic == best.topic and share >= LEAST_SHARE * shares[0] and _told(fact) & asked
        ]
        return [*own[:1], *(fact for fact in facts if fact not in own[:1])]

    def lead(self, text: str, fact: Fact) -> str:
        """What to say before a fact that holds for other years than those that were asked about; else nothing."""
        asked = self.asked(text)
        if not asked or not _is_of_another_year(fact, asked):
            return ""
        return self._other.format(asked=" or ".join(map(str, sorted(asked))))


def _is_of_another_year(fact: Fact, asked: frozenset[int]) -> bool:
    told = _told(fact)
    return fact.changes != RARELY and bool(told) and not told & asked


def _told(fact: Fact) -> frozenset[int]:
    return _years(f"{fact.text} {fact.more} {fact.period}")


def _years(text: str) -> frozenset[int]:
    """The years named in a text, both of a season ("2026-27")."""
    found = _YEAR.findall(text)
    return frozenset({int(year) for year, _ in found} | {int(year[:2] + last) for year, last in found if last})
