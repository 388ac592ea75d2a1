"""Answers that rest on several facts: sums, lists over a kind of topic, comparisons."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from medpath.answering.answer import CALCULATION, CLARIFY, COMPARISON, Answer
from medpath.answering.comparing import Comparer
from medpath.answering.listing import Lister
from medpath.answering.memory import Memory
from medpath.answering.sums import Sums
from medpath.knowledge.records import Knowledge
from medpath.language.following import FollowUpWords
from medpath.language.topics import TopicMatcher

_NUMBER = re.compile(r"\d+")
SHORT, FEW = 9, 3
MOST = 3


@dataclass(frozen=True)
class Combined:
    """An answer from several facts, the question as it was understood, and whether the message itself compares."""

    answer: Answer
    asked: str
    contrast: bool = False


class Combiner:
    """Tries whether a message asks for a sum, a list or a comparison, also one that goes on with the last."""

    def __init__(
        self,
        knowledge: Knowledge,
        matcher: TopicMatcher,
        words: FollowUpWords,
        sums: Sums,
        lister: Lister,
        comparer: Comparer,
    ) -> None:
        self._knowledge, self._matcher, self._words = knowledge, matcher, words
        self._sums, self._lister, self._comparer = sums, lister, comparer

    def combine(
        self, text: str, ways: Iterable[str], aspects: Mapping[str, float], memory: Memory, today: date
    ) -> Combined | None:
        """The answer with the question as it was understood; None if one fact is to answer the message.

        `ways` are the ways to read the message after a sum, a list or a comparison.
        """
        goes_on = memory.kind in (CALCULATION, COMPARISON, CLARIFY) and len(text.split()) <= SHORT
        for asked in (text, *((*_renumbered(text, memory.question), *ways) if goes_on else ())):
            answer = self._reckoned(asked, today)
            if answer is not None:
                return Combined(answer, asked)
            # With the last comparison before it every message would be one.
            if asked == text or memory.question not in asked:
                answer = self._contrasted(asked, aspects, today)
            if answer is not None:
                return Combined(answer, asked, contrast=asked == text)
        if memory.kind == COMPARISON and len(memory.topics) <= MOST and self._goes_on(text):
            answer = self._compared(memory.topics, aspects, today)
            return Combined(answer, memory.question) if answer else None
        return None

    def _reckoned(self, text: str, today: date) -> Answer | None:
        mentions = self._matcher.mentions(text)
        return self._sums.calculate(text, mentions, today) or self._lister.list(text, mentions, today)

    def _contrasted(self, text: str, aspects: Mapping[str, float], today: date) -> Answer | None:
        wanted = self._comparer.wanted(text, self._matcher.mentions(text), aspects)
        return self._compared(tuple(wanted), aspects, today) if wanted else None

    def _goes_on(self, text: str) -> bool:
        """Whether a message asks for another point of the last comparison."""
        said = [word.written.lower() for word in self._matcher.words(text)]
        short = (
            len(said) <= FEW and self._words.pointers.isdisjoint(said) and self._words.ordinals.keys().isdisjoint(said)
        )
        ranks = not (self._words.choosers.isdisjoint(said) or self._words.comparatives.isdisjoint(said))
        return not self._matcher.mentions(text) and (short or ranks)

    def _compared(self, names: tuple[str, ...], aspects: Mapping[str, float], today: date) -> Answer | None:
        topics = [topic for name in names if (topic := self._knowledge.topic(name))]
        return self._comparer.compare(topics, aspects, today)


def _renumbered(text: str, question: str) -> list[str]:
    """The last question with the number that a message gives in its place, or added to it."""
    numbers = _NUMBER.findall(text)
    if len(numbers) != 1:
        return [f"{question} {text}"] if numbers else []
    changed = _NUMBER.sub(numbers[0], question, count=1)
    return [f"{question} {text}"] if changed == question else [changed]
