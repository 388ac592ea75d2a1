"""Outdated beliefs that a question rests on, and the facts that correct them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from medpath.errors import KnowledgeError
from medpath.knowledge.records import Fact, Knowledge
from medpath.knowledge.yaml_lines import read_yaml

Words = Callable[[str], list[str]]


class Premises:
    """Finds the belief that a message states; the first one in the file wins."""

    def __init__(self, beliefs: Iterable[tuple[str, Fact]], words: Words) -> None:
        """`beliefs` pairs a phrase with the fact that corrects it; `words` brings a text to its normal words."""
        self._words = words
        self._beliefs = [(words(phrase), fact) for phrase, fact in beliefs]

    def corrected_in(self, text: str) -> Fact | None:
        """The fact that corrects a belief stated in the text, if there is one."""
        said = self._words(text)
        return next((fact for phrase, fact in self._beliefs if _holds(said, phrase)), None)


def read_beliefs(path: Path, knowledge: Knowledge) -> list[tuple[str, Fact]]:
    """Reads the file of beliefs; raises KnowledgeError where it names a fact that does not exist."""
    rows = read_yaml(path)
    faults, found = [], []
    for number, row in enumerate(rows):
        fact = knowledge.fact(row["fact"])
        if fact is None:
            faults.append(f"{path}:{rows.item_lines[number]}: no fact has the id {row['fact']}. Mend it.")
        else:
            found += [(phrase, fact) for phrase in row["says"]]
    if faults:
        raise KnowledgeError(faults)
    return found


def _holds(said: Sequence[str], phrase: Sequence[str]) -> bool:
    size = len(phrase)
    return any(list(said[i : i + size]) == list(phrase) for i in range(len(said) - size + 1))
