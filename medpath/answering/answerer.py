"""Answers questions: search, decision, composition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from medpath.answering.answer import Answer
from medpath.answering.composing import MOST_CHOICES, Composer
from medpath.answering.premises import Premises
from medpath.answering.question import OUT_OF_SCOPE, Question
from medpath.answering.ranking import Ranking
from medpath.answering.search import Search
from medpath.knowledge.records import Fact, Knowledge

CHANCES = "chances"
READINGS_SHARE = 0.1


class Answerer:
    """Gives an answer, a question back or a decline to each question."""

    def __init__(
        self, knowledge: Knowledge, search: Search, ranking: Ranking, composer: Composer, premises: Premises
    ) -> None:
        self._knowledge, self._search, self._ranking = knowledge, search, ranking
        self._composer, self._premises = composer, premises

    def answer(self, question: Question, today: date | None = None) -> Answer:
        """Answers when sure, asks back when torn, declines when nothing fits."""
        candidates = self._search.candidates(question)
        order, shares = self._ranking.order(candidates)
        ranked = [self._knowledge.facts[candidates.facts[i]] for i in order]
        sure = self._ranking.confidence(question, candidates)
        reason = question.reason()
        if sure >= self._ranking.answer:
            return self._answer(question, ranked, sure, today or date.today())
        if sure >= self._ranking.offer and reason not in OUT_OF_SCOPE:
            return self._composer.clarification(_distinct(ranked, shares), sure)
        return self._composer.decline(reason or "unknown", self._area(ranked[0]), sure)

    def ranked(self, text: str) -> list[tuple[Fact, float]]:
        """The facts that the search finds for a text with their shares, best first."""
        candidates = self._search.candidates(Question(text))
        order, shares = self._ranking.order(candidates)
        numbers = candidates.facts[order]
        return [(self._knowledge.facts[n], float(share)) for n, share in zip(numbers, shares, strict=True)]

    def show(self, fact_id: str, today: date | None = None) -> Answer:
        """The answer that states one fact, for a reading that was picked."""
        fact = self._knowledge.fact(fact_id)
        if fact is None:
            return self._composer.decline("unknown", "")
        return self._composer.answer([fact], self._related(fact, []), today or date.today())

    def more(self, shown: Sequence[str], today: date | None = None) -> Answer | None:
        """The next fact of the topic of the first shown fact; None if there is nothing more."""
        facts = [fact for fact in map(self._knowledge.fact, shown) if fact is not None]
        topic = self._knowledge.topic(facts[0].topic) if facts else None
        left = [fact for fact in (topic.facts if topic else ()) if fact.id not in {known.id for known in facts}]
        if not left:
            return None
        return self._composer.answer(left[:1], left[1:], today or date.today())

    def origin(self, shown: Sequence[str], today: date | None = None) -> Answer | None:
        """Where the first shown fact comes from; None if nothing was shown."""
        fact = self._knowledge.fact(shown[0]) if shown else None
        return self._composer.origin(fact, today or date.today()) if fact else None

    def _answer(self, question: Question, ranked: Sequence[Fact], sure: float, today: date) -> Answer:
        best = ranked[0]
        belief = self._premises.corrected_in(question.text)
        facts = [best] if belief is None or belief.id == best.id else [belief, best]
        lead = self._composer.chances if question.reason() == CHANCES else ""
        answer = self._composer.answer(facts, self._related(best, ranked), today, sure, lead)
        return replace(answer, facts=(best.id, *(fact.id for fact in facts if fact.id != best.id)))

    def _related(self, fact: Fact, ranked: Sequence[Fact]) -> list[Fact]:
        """Other facts of the topic, those nearest to the question first."""
        topic = self._knowledge.topic(fact.topic)
        own = topic.facts if topic else ()
        near = [other for other in ranked if other.topic == fact.topic]
        others = {other.id: other for other in (*near, *own) if other.id != fact.id}
        return list(others.values())[:MOST_CHOICES]

    def _area(self, fact: Fact) -> str:
        topic = self._knowledge.topic(fact.topic)
        return topic.area if topic else ""


def _distinct(ranked: Sequence[Fact], shares: np.ndarray) -> list[Fact]:
    """The readings that are worth offering: the likeliest, and others not far less likely."""
    worth = [fact for fact, share in zip(ranked, shares, strict=True) if share >= READINGS_SHARE * shares[0]]
    return worth[:MOST_CHOICES]
