"""Mends typing errors against the words that the knowledge and the training messages use."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 5
LONG = 9


class Spelling:
    """Replaces an unknown word by the known word that it is most probably a mistyped form of.

    The distance is optimal string alignment (one insertion, deletion, substitution or swap of neighbours
    counts one): at most 1 for words of 5 to 8 letters, 2 for longer ones. Among equally near words the more
    frequent wins.
    """

    def __init__(self, frequencies: Mapping[str, int]) -> None:
        """`frequencies` maps each known lower-case word to how often it is used."""
        self._frequencies = dict(frequencies)
        self._by_length: dict[int, list[str]] = {}
        for word in frequencies:
            self._by_length.setdefault(len(word), []).append(word)
        self._mend = functools.lru_cache(maxsize=4096)(self._nearest)

    def knows(self, word: str) -> bool:
        """Whether a word, or the one it is a mistyped form of, is used in the knowledge or the training messages."""
        return self.mended(word).lower() in self._frequencies

    def mended(self, word: str) -> str:
        """The word itself if it is known, short or has digits, else the nearest known word, if one is near."""
        lower = word.lower()
        if len(lower) < SHORTEST or lower in self._frequencies or not lower.isalpha():
            return word
        return self._mend(lower) or word

    def _nearest(self, word: str) -> str | None:
        allowed = 2 if len(word) >= LONG else 1
        near = [
            known
            for size in range(len(word) - allowed, len(word) + allowed + 1)
            for known in self._by_length.get(size, ())
        ]
        found = process.extract(word, near, scorer=OSA.distance, score_cutoff=allowed, limit=None)
        best = min(found, key=lambda row: (row[1], -self._frequencies[row[0]]), default=None)
        return best[0] if best else None
