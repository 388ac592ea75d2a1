"""Spells short forms out before anything else reads a message: abbreviations, states' codes, words run together."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from medpath.knowledge.yaml_lines import read_yaml

_DOTTED = re.compile(r"\b(?:[A-Za-z][a-z]?\.){2,}(?!\w)|\b(?:[A-Za-z][a-z]?\.)+[A-Za-z]\b(?!\.)")
_RUN_TOGETHER = re.compile(r"[^\W_]{9,}")
LONGEST_WORD = 18
# With rarer words nearly every long word that nobody knows falls into pieces: of 1,500 one in 80 does with these.
LEAST_USES = 60
LEAST_WORDS, LETTERS_A_WORD = 3, 2.2


@dataclass(frozen=True)
class ShortForms:
    """How short forms are told and what they stand for; the patterns are of data/language/short_forms.yml.

    `places` are patterns of a code that stands where a place does; the first of each pair has to be somewhere in the
    message for the second to count.
    """

    states: Mapping[str, str]
    dotted: frozenset[str]
    short_words: frozenset[str]
    alone: re.Pattern[str]
    places: Sequence[tuple[re.Pattern[str], re.Pattern[str]]]

    def spelled_out(self, text: str) -> str:
        """The message without the dots of abbreviations, and with the names of states for their codes.

        A code that is also a word, a degree or a specialty is left alone where it may be one.
        """
        text = _DOTTED.sub(lambda found: self._undotted(found[0]), text)
        if self.alone.fullmatch(text):
            return self.alone.sub(self._named, text)
        for about, place in self.places:
            if about.search(text):
                text = place.sub(self._named, text)
        return text

    def _undotted(self, written: str) -> str:
        return written if written.lower() in self.dotted else written.replace(".", "")

    def _named(self, found: re.Match[str]) -> str:
        start, end = (at - found.start() for at in found.span("code"))
        return found[0][:start] + self.states[found["code"].upper()] + found[0][end:]


def load_short_forms(path: Path) -> ShortForms:
    """Reads data/language/short_forms.yml."""
    content = read_yaml(path)
    states = {str(code): str(name) for code, name in content["states"].items()}
    shared = frozenset(content["shared"])
    alone = _code(code for code in states if code not in {*shared, *content["not_alone"]})
    return ShortForms(
        states,
        frozenset(content["dotted"]),
        frozenset(content["short_words"]),
        re.compile(rf"\W*{alone}\W*"),
        _places(states, shared, content),
    )


def _places(
    states: Iterable[str], shared: Container[str], content: Mapping[str, Sequence[str]]
) -> list[tuple[re.Pattern[str], re.Pattern[str]]]:
    before, surely, goes_on, after, after_no_word, of_states, of_licenses = (
        "|".join(content[key])
        for key in ("before", "surely_before", "goes_on", "after", "after_no_word", "of_states", "of_licenses")
    )
    every, clear = _code(states), _code(code for code in states if code not in shared)
    words = {*content["short_words"], *map(str.lower, content["not_alone"])}
    no_word = _code(code for code in states if code not in shared and code.lower() not in words)
    stops = r"\s*(?:[?.!,;:)]|$)"
    found = (
        ("", rf"\b(?i:{before})\s+{clear}(?={stops}|\s+(?:{goes_on})\b)"),
        ("", rf"{clear}(?=\s+(?i:{after})\b)"),
        ("", rf"{no_word}(?=\s+(?i:{after_no_word})\b)"),
        (of_states, rf"\b(?i:{surely})\s+{every}(?={stops})"),
        (of_licenses, rf"\b(?i:{surely})\s+(?i:{every})(?={stops})"),
    )
    return [(re.compile(rf"\b(?:{about})\b" if about else "", re.I), re.compile(place)) for about, place in found]


def _code(codes: Iterable[str]) -> str:
    return rf"\b(?P<code>{'|'.join(codes)})\b"


class Separator:
    """Takes words apart that were typed without the spaces between them ("whenismatchday").

    Of all ways to read the letters as frequent words the likeliest one is taken (by how often each word is used, by
    dynamic programming); a word that is known, or falls into fewer than three, stays.
    """

    def __init__(self, frequencies: Mapping[str, int], short_words: Container[str]) -> None:
        """`frequencies` maps each known lower-case word to how often it is used; words of one or two letters are
        found only if they are among `short_words`."""
        self._known = frozenset(frequencies)
        self._frequent = {
            word: uses
            for word, uses in frequencies.items()
            if uses >= LEAST_USES and (len(word) > 2 or word in short_words)
        }
        self._apart = functools.lru_cache(maxsize=1024)(self._likeliest)

    def apart(self, text: str) -> str:
        """The message with the spaces put in; the same where nothing was run together."""
        return _RUN_TOGETHER.sub(lambda found: self._apart(found[0]), text)

    def _likeliest(self, word: str) -> str:
        letters = word.lower()
        if letters in self._known:
            return word
        ways: list[tuple[float, tuple[int, ...]] | None] = [(0.0, ())]
        for end in range(1, len(letters) + 1):
            found = (
                (way[0] + weight, (*way[1], end))
                for start in range(max(0, end - LONGEST_WORD), end)
                if (way := ways[start]) and (weight := self._weight(letters[start:end]))
            )
            ways.append(max(found, default=None))
        return _parted(word, ways[-1][1]) if ways[-1] else word

    def _weight(self, letters: str) -> float:
        """The logarithm of a word's share of all words, 0 for what is none."""
        uses = LEAST_USES if letters.isdecimal() else self._frequent.get(letters, 0)
        return math.log(uses / self._total) if uses else 0.0

    @functools.cached_property
    def _total(self) -> int:
        return 1 + sum(self._frequent.values())


def _parted(word: str, ends: Sequence[int]) -> str:
    if len(ends) < LEAST_WORDS or len(word) < LETTERS_A_WORD * len(ends):
        return word
    return " ".join(word[start:end] for start, end in zip((0, *ends[:-1]), ends, strict=True))
