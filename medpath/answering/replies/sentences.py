"""The first sentences of a fact's text, for where it is told in short."""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9$\"“])")
# "Dr. Smith", "St. George's", "9 a.m. Eastern", "U.S. Army": no sentence ends there.
_GOES_ON = re.compile(r"(?:\b(?:Dr|Mr|Mrs|Ms|St|vs|Jr|e\.g|i\.e)|\b[ap]\.m|\b[A-Z])\.$")


def sentences_of(text: str) -> list[str]:
    """The sentences of a text in order; together they are the text."""
    return list(_joined(_END.split(text)))


def first_sentences(text: str, most: int = 2, longest: int | None = None) -> str:
    """The first sentence of a text, and as many more, up to `most` in all, as fit into `longest` characters."""
    first, *others = sentences_of(text)[:most]
    for sentence in others:
        if longest is not None and len(first) + 1 + len(sentence) > longest:
            break
        first = f"{first} {sentence}"
    return first


def _joined(pieces: list[str]) -> Iterator[str]:
    held = ""
    for piece in pieces:
        held = f"{held} {piece}".strip()
        if not _GOES_ON.search(held):
            yield held
            held = ""
    if held:
        yield held
