"""Splits a message that asks several things into its questions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from medpath.knowledge.yaml_lines import read_yaml

LEAST_WORDS = 3
MOST_PARTS = 4


@dataclass(frozen=True)
class SplittingWords:
    """Words that begin a question, that join one to the question before, and that begin one after a mere comma."""

    starts: tuple[str, ...]
    joints: tuple[str, ...]
    askers: tuple[str, ...]


def load_splitting(path: Path) -> SplittingWords:
    """Reads `question_starts`, `question_joints` and `question_words` of data/language/following.yml."""
    content = read_yaml(path)
    return SplittingWords(
        tuple(content["question_starts"]), tuple(content["question_joints"]), tuple(content["question_words"])
    )


class Splitter:
    """Finds the questions of a message."""

    def __init__(self, words: SplittingWords) -> None:
        starts = "|".join(map(re.escape, sorted(words.starts, key=len, reverse=True)))
        joints = "|".join(map(re.escape, sorted(words.joints, key=len, reverse=True)))
        openers = rf"(?:{joints})\s+(?:{starts})|{'|'.join(map(re.escape, words.askers))}"
        # At a question mark, or before a joint that a question follows.
        self._seam = re.compile(
            rf"\?+\s+|[;.]\s+(?=(?:{starts})\b)|,?\s+(?=(?:{joints})\s+(?:{starts})\b)|,\s+(?=(?:{openers})\b)", re.I
        )
        self._question = re.compile(rf"(?:(?:{joints}|ok|so|but)\s+)*(?:{starts})\b", re.I)

    def questions(self, text: str) -> list[str]:
        """The questions in order; the whole message if it holds fewer than two or more than can be meant."""
        parts = [""]
        asked = False
        for piece, mark in self._pieces(text):
            own = self._question.match(piece) is not None and len(piece.split()) >= LEAST_WORDS
            if own and asked:
                parts.append(piece)
            else:
                parts[-1] = f"{parts[-1]} {piece}".strip()
            asked = own or "?" in mark or (asked and not own)
        return parts if 2 <= len(parts) <= MOST_PARTS else [text]

    def asks(self, text: str) -> bool:
        """Whether a text holds a question: a question mark, or a stretch that begins like one."""
        return "?" in text or any(self._question.match(piece) is not None for piece, _ in self._pieces(text))

    def _pieces(self, text: str) -> Iterator[tuple[str, str]]:
        """The stretches between the seams, each with the seam after it."""
        start = 0
        for seam in self._seam.finditer(text):
            yield text[start : seam.start()].strip(), seam[0]
            start = seam.end()
        yield text[start:].strip(), ""
