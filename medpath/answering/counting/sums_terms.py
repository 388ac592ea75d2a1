"""What all sums share: their rules, the specialties that a message names, and the reckoning that comes out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from medpath.knowledge.records import Fact, Knowledge, Topic
from medpath.knowledge.yaml_lines import read_yaml
from medpath.language.topics import Mention

KINDS = frozenset({"specialty", "fellowship", "career"})

DURATION = "duration"

Rules = Mapping[str, Any]


@dataclass(frozen=True)
class Reckoning:
    """A sum that was worked out: the reply with its terms line by line, and the facts that it rests on."""

    body: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Missing:
    """A sum that cannot be worked out yet: the question for the number that is missing."""

    question: str


@dataclass(frozen=True)
class Named:
    """A name in a message from character `start` to `end`, with what it stands for (a topic id or a service)."""

    key: str
    start: int
    end: int


def load_rules(path: Path) -> Rules:
    """Reads data/answering/sums.yml; raises KnowledgeError if it cannot be read."""
    rules: Rules = read_yaml(path)
    return rules


def says(pattern: str, text: str) -> re.Match[str] | None:
    """Where a text holds a pattern, in any case."""
    return re.search(pattern, text, re.IGNORECASE)


def money(amount: int) -> str:
    """Dollars as people read them: $1,234."""
    return f"${amount:,}"


def listed(lead: str, lines: Iterable[str], *after: str) -> str:
    """A reply of a lead, a line for each term, and sentences after them."""
    return "\n".join([lead, *(f"- {line}" for line in lines), *after])


def plain_name(topic: Topic) -> str:
    """The name of a topic as it stands within a sentence: "internal medicine"."""
    name = topic.short_name
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


class SpecialtyNames:
    """Finds specialties and fellowships in a message, by topic mentions and by further names."""

    def __init__(self, knowledge: Knowledge, rules: Rules) -> None:
        self._knowledge = knowledge
        names = rules["names"]
        self._further = [(re.compile(rf"(?<!\w)(?:{row['says']})", re.IGNORECASE), row["topic"]) for row in names]

    def named(self, text: str, mentions: Sequence[Mention]) -> list[Named]:
        """The specialties named, in the order of the message; of names that overlap the longest counts."""
        found = [*self._by_mention(mentions), *self._by_pattern(text)]
        kept: list[Named] = []
        for one in sorted(found, key=lambda name: name.start - name.end):
            if all(one.end <= other.start or one.start >= other.end for other in kept):
                kept.append(one)
        return sorted((one for one in kept if one.key), key=lambda name: name.start)

    def _by_mention(self, mentions: Sequence[Mention]) -> Iterable[Named]:
        for mention in mentions:
            keys = [key for key in mention.topics if self._has_training(self._knowledge.topic(key))]
            if len(keys) == 1:
                yield Named(keys[0], mention.start, mention.end)

    def _has_training(self, topic: Topic | None) -> bool:
        """Whether a topic is a specialty or fellowship itself, not the way to one."""
        return topic is not None and topic.kind in KINDS and any(fact.aspect == DURATION for fact in topic.facts)

    def _by_pattern(self, text: str) -> Iterable[Named]:
        for pattern, topic in self._further:
            yield from (Named(topic, match.start(), match.end()) for match in pattern.finditer(text))
