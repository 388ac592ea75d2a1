"""Splits messages into words in one normal form, so that "Orthopaedics" and "orthopedic" meet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from medpath.knowledge.yaml_lines import read_yaml

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s?$")
_PLURAL_KEPT = ("ss", "us", "is", "as", "os")


@dataclass(frozen=True)
class Word:
    """A word of a message: as written, in its normal form, and where it stands (characters)."""

    written: str
    norm: str
    start: int
    end: int


@dataclass(frozen=True)
class Wording:
    """How words are brought to their normal form.

    `variants` maps a spelling or abbreviation to its normal form; `everyday` holds words that count as a
    name ("OR", "ME", "DO") only when they are written in capitals; `audiences` maps a word in normal form to
    the audience that it tells; `of_states` holds words in normal form of what states decide.
    """

    variants: Mapping[str, str]
    everyday: frozenset[str]
    audiences: Mapping[str, str]
    of_states: frozenset[str] = frozenset()

    def words(self, text: str) -> list[Word]:
        """The words of a text in order; punctuation and hyphens separate."""
        return [Word(match[0], self.norm(match[0]), match.start(), match.end()) for match in _WORD.finditer(text)]

    def norm(self, word: str) -> str:
        """Lower case, without possessive and plural endings, in American spelling."""
        plain = _POSSESSIVE.sub("", word.lower()).replace("'", "").replace("’", "")
        if plain in self.variants:
            return self.variants[plain]
        single = singular(plain)
        return self.variants.get(single, single)


def singular(word: str) -> str:
    """The word without a plural ending; short words and words in -ss, -us, -is stay."""
    if len(word) <= 3 or not word.endswith("s") or word.endswith(_PLURAL_KEPT):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    return word[:-1]


def load_wording(path: Path) -> Wording:
    """Reads the wording file (keys `variants`, `everyday`, `audiences` and `of_states`)."""
    content = read_yaml(path)
    wording = Wording({str(k): str(v) for k, v in content["variants"].items()}, frozenset(content["everyday"]), {})
    audiences = {wording.norm(word): who for who, words in content["audiences"].items() for word in words}
    return replace(wording, audiences=audiences, of_states=frozenset(map(wording.norm, content["of_states"])))
