"""Which number of a message belongs to which name: "30 IM and 12 FM programs", "psych: 40", "20 each"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from medpath.answering.counting.sums_terms import Named, says


@dataclass(frozen=True)
class Number:
    """A count in a message from character `start` to `end`."""

    value: int
    start: int
    end: int


@dataclass(frozen=True)
class Count:
    """How many of what; `key` is empty where only "programs" or "schools" are spoken of."""

    value: int
    key: str


class Counting:
    """Pairs numbers with names."""

    def __init__(self, rules: Mapping[str, Any]) -> None:
        """`rules` is the part `counts` of the rules."""
        self._words: Mapping[str, int] = rules["words"]
        words = "|".join(sorted(self._words, key=len, reverse=True))
        self._number = re.compile(rules["number"].replace("{words}", words), re.IGNORECASE)
        self._between, self._joining = (re.compile(rules[key], re.IGNORECASE) for key in ("between", "joining"))
        self._each: str = rules["each"]

    def numbers(self, text: str) -> list[Number]:
        """The numbers in a message that may count something."""
        return [
            Number(int(match[1]) if match[1].isdigit() else self._words[match[1].lower()], match.start(), match.end())
            for match in self._number.finditer(text)
        ]

    def counts(self, text: str, names: Sequence[Named], after: str, before: str = "") -> list[Count] | None:
        """The counts; an empty list if none is meant, None if it does not show how many of what are meant.

        `after` is what follows, `before` what precedes, a number that counts without a name.
        """
        numbers = self.numbers(text)
        if not numbers:
            return []
        pairs = self._paired(text, numbers, names)
        if pairs:
            return self._shared(text, pairs, names)
        bare = [one for one in numbers if _counts_alone(text, one, after, before)]
        if len(numbers) != 1 or not bare:
            return []
        return self._for_all(text, bare[0], names)

    def _paired(self, text: str, numbers: Sequence[Number], names: Sequence[Named]) -> list[tuple[Number, Named]]:
        """Each number with the name next to it, all on the same side; nothing if that is not plain."""
        behind = [(n, name) for n in numbers for name in names if self._meets(text, n.end, name.start)]
        ahead = [(n, name) for n in numbers for name in names if self._meets(text, name.end, n.start)]
        whole = [pairs for pairs in (behind, ahead) if _one_to_one(pairs, numbers)]
        return whole[0] if len(whole) == 1 else []

    def _meets(self, text: str, start: int, end: int) -> bool:
        return start <= end and self._between.fullmatch(text, start, end) is not None

    def _shared(self, text: str, pairs: Sequence[tuple[Number, Named]], names: Sequence[Named]) -> list[Count] | None:
        """The pairs; None if a further name shares a number with its neighbor ("30 IM and FM programs")."""
        counted = [name for _, name in pairs]
        sharing = [name for name in names if name not in counted and self._joined(text, name, counted)]
        if not sharing and not says(self._each, text):
            return [Count(number.value, name.key) for number, name in pairs]
        if len(pairs) == 1 and says(self._each, text):
            return self._for_all(text, pairs[0][0], (*counted, *sharing))
        return None

    def _joined(self, text: str, name: Named, counted: Sequence[Named]) -> bool:
        return any(
            self._joining.fullmatch(text, first.end, second.start) is not None
            for other in counted
            for first, second in ((name, other), (other, name))
            if first.end < second.start
        )

    def _for_all(self, text: str, number: Number, names: Sequence[Named]) -> list[Count] | None:
        """The number for each name; nothing where "each" speaks of more than the one that is named."""
        keys = list(dict.fromkeys(name.key for name in names)) or [""]
        each = says(self._each, text) is not None
        if each is not (len(keys) > 1):
            return [] if each else None
        return [Count(number.value, key) for key in keys]


def _one_to_one(pairs: Sequence[tuple[Number, Named]], numbers: Sequence[Number]) -> bool:
    return [number for number, _ in pairs] == list(numbers) and len({name.start for _, name in pairs}) == len(pairs)


def _counts_alone(text: str, number: Number, after: str, before: str) -> bool:
    follows = re.compile(after, re.IGNORECASE).match(text, number.end)
    return bool(follows or (before and says(before, text[: number.start])))
