"""The yes or no at the beginning of a fact: it stays where that was asked, and goes where something else was."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_CLAUSE = re.compile(r"[.?!;:,\n()]+|\s[-–—]+\s")
# "Yes, you may …", "No. A canceled …"; what has no sign between is one phrase ("No US school …").
_OWN = re.compile(r"(?P<word>yes|no|it depends)\s*[,.:]\s+(?P<rest>\S.*)", re.IGNORECASE | re.DOTALL)
LEAST_WORDS = 4


@dataclass(frozen=True)
class OpeningWords:
    """What data/answering/texts.yml says of openings; it explains the fields."""

    said: Mapping[str, str]
    verbs: tuple[str, ...]
    phrases: tuple[str, ...]
    askers: tuple[str, ...]
    before: tuple[str, ...]
    bound: tuple[str, ...]


class Openings:
    """Puts the fitting yes or no before a fact, or none."""

    def __init__(self, words: OpeningWords) -> None:
        self._said = words.said
        before = rf"(?:(?:{_any_of(words.before)})\s+)*"
        self._decides = re.compile(rf"{before}(?:{_any_of(words.verbs)})\b", re.IGNORECASE)
        self._phrases = re.compile(rf"\b(?:{_any_of(words.phrases)})\b", re.IGNORECASE)
        self._asks = re.compile(rf"{before}(?:{_any_of(words.askers)})\b", re.IGNORECASE)
        self._bound = re.compile(rf"(?:{_any_of(words.bound)})\b", re.IGNORECASE)

    def for_question(self, text: str, question: str, sure: bool) -> str:
        """A fact's text for a question: without its yes or no where the question surely asks for something else.

        Nor does it stand where it is not `sure` that the fact answers: a neighboring question may ask the opposite,
        and the claim that follows is true all the same.
        """
        return text if sure and not self.asks_for_more(question) else self._without_own(text)

    def opened(self, text: str, opening: str) -> str:
        """A fact's text after an opening that was chosen by name, or after none if that is empty.

        Where the fact opens otherwise itself, neither stands: what follows holds anyway.
        """
        own = _OWN.match(text)
        if own:
            return text if own["word"].lower() == opening else self._without_own(text)
        return f"{self._said[opening]} {text}" if opening else text

    def asks_for_more(self, question: str) -> bool:
        """Whether a question surely asks for more than yes or no: how, what, when …, and nothing besides."""
        clauses = [clause.strip() for clause in _CLAUSE.split(question)]
        if any(self._decides.match(clause) for clause in clauses):
            return False
        open_clauses = [clause for clause in clauses if self._asks.match(clause)]
        return bool(open_clauses) and not any(
            self._phrases.search(clause) for clause in clauses if clause not in open_clauses
        )

    def _without_own(self, text: str) -> str:
        """The text without the yes or no that it begins with, where the rest stands without it."""
        own = _OWN.match(text)
        if own is None or self._bound.match(own["rest"]) or len(own["rest"].split()) < LEAST_WORDS:
            return text
        return own["rest"][0].upper() + own["rest"][1:]


def openings_of(content: Mapping[str, Any]) -> Openings:
    """The openings by the part of the texts on them."""
    lists = {key: tuple(content[key]) for key in ("verbs", "phrases", "askers", "before", "bound")}
    return Openings(OpeningWords(content["said"], **lists))


def _any_of(phrases: Sequence[str]) -> str:
    """A pattern for any of the phrases, the longest first."""
    return "|".join(map(re.escape, sorted(phrases, key=len, reverse=True)))
