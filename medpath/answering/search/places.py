"""States in questions: what a question says beside them, and which facts are about which.

That a question and a fact name the same state tells nothing of what is asked, but makes their sentence vectors alike:
"family medicine residencies in Nevada" lay nearest to the license of Nevada.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from medpath.knowledge.records import Topic

NAMES, FACTS = "places.txt", "places.npy"
# A fact is about a state that its heading names, or so many of its sample questions.
MOST = 0.5


@dataclass(frozen=True)
class Places:
    """The names of states in small letters; `facts`, bool of shape (facts, names), tells which are about which."""

    names: tuple[str, ...]
    facts: np.ndarray

    @functools.cached_property
    def local(self) -> np.ndarray:
        """The numbers of the facts that are about a state."""
        return np.flatnonzero(self.facts.any(axis=1))

    def named(self, text: str) -> frozenset[str]:
        """The states that a text names."""
        return frozenset(found.lower() for found in self._pattern.findall(text))

    def rest(self, text: str) -> str:
        """What a text says beside the names of states."""
        return " ".join(self._pattern.sub(" ", text).split())

    def elsewhere(self, named: frozenset[str]) -> np.ndarray:
        """Which facts are about other states than the named ones, bool of shape (facts,); none where none is named."""
        here = np.array([name in named for name in self.names], dtype=bool)
        return self.facts.any(axis=1) & ~self.facts[:, here].any(axis=1) & here.any()

    @functools.cached_property
    def _pattern(self) -> re.Pattern[str]:
        # "West Virginia" before "Virginia".
        longest = sorted(self.names, key=len, reverse=True)
        return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest))})\b" if longest else r"(?!)", re.IGNORECASE)

    def save(self, folder: Path) -> None:
        """Writes the names and whose facts are about them under `folder`."""
        (folder / NAMES).write_text("\n".join(self.names), encoding="utf-8")
        np.save(folder / FACTS, self.facts)


def load_places(folder: Path) -> Places:
    """Reads what Places.save wrote."""
    names = (folder / NAMES).read_text(encoding="utf-8").split("\n")
    return Places(tuple(name for name in names if name), np.load(folder / FACTS))


def find_places(topics: Sequence[Topic], headings: Iterable[str], asked: Iterable[Sequence[str]]) -> Places:
    """From the topic, the heading and the sample questions of each fact."""
    names = tuple(sorted({topic.place.lower() for topic in topics if topic.place}))
    known = Places(names, np.zeros((len(topics), len(names)), dtype=bool))
    for number, (heading, questions) in enumerate(zip(headings, asked, strict=True)):
        said = Counter(name for question in questions for name in known.named(question))
        headed = known.named(heading)
        known.facts[number] = [name in headed or said[name] > MOST * len(questions) for name in names]
    return known
