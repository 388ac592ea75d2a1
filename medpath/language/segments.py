"""Cuts a message into what is looked at: its sentences, and windows of some length over all of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A sentence ends at its mark, at a line's end, at a dash between blanks and around parentheses.
_END = re.compile(r"[.!?…。！？।؟]+[\"'”’)]*(?=\s|$)|[。！？]|[;；]|\n+|\s+[-–—]+\s+|—|[()\[\]]")
# In scripts without blanks each character counts as a word.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")
_MARKS = ("?", ".", "!")
# Windows overlap by half, and by a sixth where the words are more than 6,000 letters of prose have: every window costs.
WINDOW_WORDS = 60
STEP_WORDS, LONG_STEP_WORDS = 30, 50
MANY_WORDS = 1200


@dataclass(frozen=True)
class Stretch:
    """A part of a message, from character `start` to `end`."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The words themselves."""
        return text[self.start : self.end]


def sentences(text: str) -> list[Stretch]:
    """The sentences of a message in order; marks and blanks around them belong to none."""
    found, start = [], 0
    for mark in _END.finditer(text):
        found.append(_trimmed(text, start, mark.start()))
        start = mark.end()
    found.append(_trimmed(text, start, len(text)))
    return [stretch for stretch in found if _WORD.search(stretch.of(text))]


def marked_sentences(text: str) -> list[str]:
    """The sentences of a message with the marks that end them."""
    return [
        text[one.start : one.end + 1 if text[one.end : one.end + 1] in _MARKS else one.end] for one in sentences(text)
    ]


def said_once(text: str) -> str:
    """A message in which what is said several times word for word, as in a paste, stands once, where it came last."""
    said = marked_sentences(text)
    last = {" ".join(one.lower().split()): one for one in reversed(said)}
    return text if len(last) == len(said) else " ".join(reversed(last.values()))


def windows(text: str) -> list[Stretch]:
    """The whole if it is short, else overlapping windows; no word of the message stands in none of them."""
    words = list(_WORD.finditer(text))
    if len(words) <= WINDOW_WORDS:
        return [_trimmed(text, 0, len(text))] if words else []
    step = STEP_WORDS if len(words) <= MANY_WORDS else LONG_STEP_WORDS
    parts = [words[first : first + WINDOW_WORDS] for first in range(0, len(words) - WINDOW_WORDS + step, step)]
    return [Stretch(part[0].start(), part[-1].end()) for part in parts]


def _trimmed(text: str, start: int, end: int) -> Stretch:
    part = text[start:end]
    return Stretch(start + len(part) - len(part.lstrip()), end - (len(part) - len(part.rstrip())))
