"""The frame of a conversation: what narrows a question (side, stage, exam, visa, state), and where it was said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from medpath.answering.question import Question
from medpath.knowledge.records import Fact, Knowledge, Topic
from medpath.language.topics import TopicMatcher

SIDE, LEVEL, EXAM, VISA, PLACE = "side", "level", "exam", "visa", "state"
# Facts for one of these are not for the others.
SIDES = frozenset({"img", "do", "md", "military", "canadian"})
LEVELS = {"premed": "premed", "student": "medical school", "resident": "residency"}
VISAS = frozenset({"J-1", "H-1B", "green card", "US citizen"})
SETTINGS = (LEVEL, EXAM, VISA)
# A topic has what so much of its facts have.
MOST = 0.5


class Qualifiers:
    """Reads what narrows a message, a person's situation and a fact, each as values by their keys."""

    def __init__(self, knowledge: Knowledge, matcher: TopicMatcher) -> None:
        self._matcher = matcher
        self._of_topic = {topic.id: _shared(topic) for topic in knowledge.topics}
        owners = {fact.id: topic for topic in knowledge.topics for fact in topic.facts}
        self._of_fact = {fact.id: {**self._of_topic[owners[fact.id].id], **_own(fact)} for fact in knowledge.facts}

    def of_fact(self, fact: Fact) -> Mapping[str, str]:
        """For whom, where and for what a fact holds; nothing where it holds in general."""
        return self._of_fact[fact.id]

    def of_topics(self, names: Iterable[str]) -> dict[str, frozenset[str]]:
        """What topics are about as a whole: an exam, a visa, a state."""
        found: dict[str, frozenset[str]] = {}
        for name in names:
            for key, value in self._of_topic.get(name, {}).items():
                found[key] = found.get(key, frozenset()) | {value}
        return found

    def said(self, text: str) -> dict[str, frozenset[str]]:
        """What a text says of it."""
        found = self.of_topics(topic for mention in self._matcher.mentions(text) for topic in mention.topics)
        audiences = self._matcher.audiences(word.norm for word in self._matcher.words(text))
        if audiences & SIDES:
            found[SIDE] = audiences & SIDES
        levels = frozenset(LEVELS[one] for one in audiences if one in LEVELS)
        return {**found, LEVEL: found.get(LEVEL, frozenset()) | levels} if levels else found

    def compared(self, question: Question, before: str, facts: Sequence[Fact]) -> dict[str, np.ndarray]:
        """How many qualifiers of facts agree with, and differ from, those of a question and those kept.

        A question keeps those of the one `before` it and of the person where it says nothing of their kind.
        """
        said = self.said(question.text)
        known = {**self.said(before), **of_person(question.audience)}
        kept = {key: values for key, values in known.items() if key not in said}
        own = [self.of_fact(fact) for fact in facts]
        return {
            "agrees_said": _counts(own, said, True),
            "differs_said": _counts(own, said, False),
            "agrees_kept": _counts(own, kept, True),
            "differs_kept": _counts(own, kept, False),
            "side_unsaid": np.array([float(SIDE in one and SIDE not in {**said, **kept}) for one in own]),
        }


def _counts(own: Sequence[Mapping[str, str]], values: Mapping[str, frozenset[str]], agrees: bool) -> np.ndarray:
    """How many qualifiers of each fact agree with values of their kind, or differ from them."""
    fits = ([(one[key] in values[key]) is agrees for key in one if key in values] for one in own)
    return np.array([float(sum(one)) for one in fits])


def of_person(audience: frozenset[str]) -> dict[str, frozenset[str]]:
    """What a person's situation, as `audiences` gives it, makes of it."""
    levels = frozenset(LEVELS[one] for one in audience if one in LEVELS)
    found = {SIDE: audience & SIDES, LEVEL: levels, VISA: audience & VISAS}
    return {key: values for key, values in found.items() if values}


def _own(fact: Fact) -> dict[str, str]:
    found = {key: value for key, value in fact.setting.items() if key in SETTINGS}
    if fact.audience in SIDES:
        found[SIDE] = fact.audience
    elif fact.audience in LEVELS:
        found[LEVEL] = LEVELS[fact.audience]
    return found


def _shared(topic: Topic) -> dict[str, str]:
    counts = Counter(pair for fact in topic.facts for pair in _own(fact).items())
    found = {key: value for (key, value), count in counts.items() if count > MOST * len(topic.facts)}
    return {**found, PLACE: topic.place} if topic.place else found


def framed(topic: Topic | None, asks: Mapping[str, float], said: Mapping[str, frozenset[str]]) -> dict[str, Any]:
    """What a conversation is about, in a form that a slot can show; empty before the first answer.

    `asks` maps intents to probabilities, `said` is what the last question says to narrow it. What the person told of
    himself stands in slots of its own.
    """
    if topic is None:
        return {}
    return {
        "topic": topic.id,
        "part_of": topic.part_of,
        "hub": topic.hub,
        "asks": max(asks, key=lambda name: asks[name], default=""),
        "said": {key: sorted(values) for key, values in said.items()},
    }
