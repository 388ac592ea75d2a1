"""Answers that rest on several facts: sums, lists over a kind of topic, comparisons."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from medpath.answering.conversation.memory import Memory
from medpath.answering.counting.sums import Sums
from medpath.answering.replies.answer import CALCULATION, CLARIFY, COMPARISON, Answer
from medpath.answering.replies.comparing import Comparer
from medpath.answering.replies.listing import Lister
from medpath.knowledge.records import STATE, Fact, Knowledge
from medpath.language.following import FollowUpWords, shape_of
from medpath.language.topics import Mention, TopicMatcher

_NUMBER = re.compile(r"\d+")
SHORT, FEW = 9, 3
# "Ohio vs Texas" is about their licenses; with so many further words something else is compared there.
ABOUT_ELSE = 2


@dataclass(frozen=True)
class Combined:
    """An answer from several facts, and the question as it was understood.

    `compared` holds the topics that were set side by side, in the person's order; `contrast` tells whether the message
    itself compares them. `listed` holds all topics of a list.
    """

    answer: Answer
    asked: str
    compared: tuple[str, ...] = ()
    contrast: bool = False
    listed: tuple[str, ...] = ()


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
        if memory.kind == COMPARISON and (listed := self._listed_again(text, memory, today)):
            return listed
        goes_on = memory.kind in (CALCULATION, COMPARISON, CLARIFY) and len(text.split()) <= SHORT
        after = (*_renumbered(text, memory.question, self._matcher.mentions(text)), *ways) if goes_on else ()
        for asked in (text, *after):
            found = self._reckoned(asked, today)
            if found is not None:
                return found
            # With the last comparison before it every message would be one.
            wanted = self._wanted(asked, aspects) if asked == text or memory.question not in asked else ()
            answer = self._compared(wanted, aspects, today)
            if answer is not None:
                return Combined(answer, asked, wanted, contrast=asked == text)
        if memory.kind == COMPARISON and self._goes_on(text):
            answer = self._compared(memory.compared, aspects, today)
            return Combined(answer, memory.question, memory.compared) if answer else None
        return None

    def _listed_again(self, text: str, memory: Memory, today: date) -> Combined | None:
        """What a message asks of the list that was shown last: to narrow it, or for an extreme of it."""
        asked = self._lister.asked_of(text, memory.listed) if memory.listed else ""
        found = self._lister.list(asked, self._matcher.mentions(asked), today, memory.listed) if asked else None
        return Combined(found.answer, asked, listed=found.topics) if found else None

    def compares(self, fact: Fact, topics: Sequence[str]) -> bool:
        """Whether a fact itself compares topics."""
        return self._comparer.compares(fact, topics, self._matcher.mentions)

    def opened(self, found: Combined, opening: Fact, aspects: Mapping[str, float], today: date) -> Combined:
        """The same comparison with the text of a fact before it that itself compares the things."""
        answer = self._compared(found.compared, aspects, today, opening)
        return replace(found, answer=answer) if answer else found

    def _reckoned(self, text: str, today: date) -> Combined | None:
        mentions = self._matcher.mentions(text)
        total = self._sums.calculate(text, mentions, today)
        if total is not None:
            return Combined(total, text)
        found = self._lister.list(text, mentions, today)
        return Combined(found.answer, text, listed=found.topics) if found else None

    def _wanted(self, text: str, aspects: Mapping[str, float]) -> tuple[str, ...]:
        """The topics that a message sets side by side, in its order; none if it compares nothing."""
        mentions = self._matcher.mentions(text)
        names = tuple(self._comparer.wanted(text, mentions, aspects))
        return () if self._are_places(names, text, mentions) else names

    def _are_places(self, names: Sequence[str], text: str, mentions: Sequence[Mention]) -> bool:
        """Whether what is compared are states, in a message on something else than what states decide ("salary")."""
        topics = [self._knowledge.topic(name) for name in names]
        if not all(topic is not None and topic.kind == STATE for topic in topics):
            return False
        words = self._matcher.words(text)
        rest = shape_of(words, words, mentions, self._words, self._matcher.knows).rest
        return rest >= ABOUT_ELSE and not self._matcher.speaks_of_states(text)

    def _goes_on(self, text: str) -> bool:
        """Whether a message asks for another point of the last comparison."""
        said = [word.written.lower() for word in self._matcher.words(text)]
        short = (
            len(said) <= FEW and self._words.pointers.isdisjoint(said) and self._words.ordinals.keys().isdisjoint(said)
        )
        ranks = not (self._words.choosers.isdisjoint(said) or self._words.comparatives.isdisjoint(said))
        return not self._matcher.mentions(text) and (short or ranks)

    def _compared(
        self, names: tuple[str, ...], aspects: Mapping[str, float], today: date, opening: Fact | None = None
    ) -> Answer | None:
        topics = [topic for name in names if (topic := self._knowledge.topic(name))]
        return self._comparer.compare(topics, aspects, today, opening) if len(topics) > 1 else None


def _renumbered(text: str, question: str, mentions: Sequence[Mention]) -> list[str]:
    """The last question with what a message counts in place of its own count.

    A lone number takes the place of the first one ("and for 40?"); counted names take the place of all that was counted
    ("25 im and 10 neuro"). Without a count in the last question the message is added to it.
    """
    numbers = list(_NUMBER.finditer(text))
    if not numbers:
        return []
    counted = _NUMBER.search(question)
    if counted is None:
        return [f"{question} {text}"]
    if len(numbers) == 1 and not mentions:
        return [_NUMBER.sub(numbers[0][0], question, count=1)]
    start = min([numbers[0].start(), *(mention.start for mention in mentions)])
    return [question[: counted.start()] + text[start:]]
