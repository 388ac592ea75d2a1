"""Answers questions: search, decision, composition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from medpath.answering.question import FAIRLY_SURE, Question
from medpath.answering.replies.answer import Answer
from medpath.answering.replies.composing import MOST_CHOICES, Composer
from medpath.answering.replies.notes import notes_beside
from medpath.answering.replies.premises import Premises
from medpath.answering.replies.retelling import nearer, retold
from medpath.answering.search.ranking import Ranking
from medpath.answering.search.searching import Candidates, Search
from medpath.knowledge.records import Fact, Knowledge
from medpath.language.intents import OUT_OF_SCOPE

CHANCES, PROFILE, OFF_TOPIC = "chances", "profile", "off_topic"
READINGS_SHARE = 0.1
VARIANT_SHARE = 0.001
# To doubt and weariness a fact further down is no answer; then the general one comes.
SUPPORT_PLACES = 3
# An answer less sure than this is told in short where others that may be meant stand below it.
WHOLE = 0.8
# A person's own case is for a lawyer, but what holds in general helps: from so sure on it is told after a sentence that
# says so. Of 244 messages that seemed to want a case judged 25 asked for the rule only.
IN_GENERAL = 0.3
# What has to do with nothing that Medpath knows seldom finds a fact that is as sure: 1 of 140 such messages did, and 9
# of 12 questions that were taken for them.
SURELY_ON_TOPIC = 0.6
# Of 171 openings judged by reading, 18 % were wrong for what was asked, below this 25 %, from it on 14 %.
SURELY_OPENED = 0.8


@dataclass(frozen=True)
class Reading:
    """The facts for a question, best first, with their shares, and how sure it is that the first one answers.

    `answered` and `offered` are how sure it has to be for an answer or a question back, and `hedged` for an answer
    without a doubt before it, where that is not usual.
    """

    question: Question
    facts: list[Fact]
    shares: np.ndarray
    sure: float
    answered: float | None = None
    offered: float | None = None
    hedged: float | None = None


class Answerer:
    """Gives an answer, a question back or a decline to each question."""

    def __init__(
        self, knowledge: Knowledge, search: Search, ranking: Ranking, composer: Composer, premises: Premises
    ) -> None:
        self._knowledge, self._search, self._ranking = knowledge, search, ranking
        self._composer, self._premises = composer, premises

    def answer(self, question: Question, today: date | None = None) -> Answer:
        """Answers when sure, asks back when torn, declines when nothing fits."""
        return self.decide(self.read(question), today)

    def decide(self, reading: Reading, today: date | None = None) -> Answer:
        """As `answer`, for a question that the search has read already."""
        reason = reading.question.reason()
        answered = self._ranking.answer if reading.answered is None else reading.answered
        offered = self._ranking.offer if reading.offered is None else reading.offered
        day = today or date.today()
        if reason in OUT_OF_SCOPE | {PROFILE}:
            answered = self._past_a_door(reading.question, reason)
        if reading.sure >= answered:
            return self._answer(reading, day)
        if reading.sure >= offered and reason not in OUT_OF_SCOPE | {PROFILE}:
            return self._composer.clarification(_distinct(reading), reading.sure)
        if reason == PROFILE:
            return self._composer.noted()
        return self.declined(reading)

    def _past_a_door(self, question: Question, reason: str) -> float:
        """How sure a fact has to be to answer a message that seems to ask for none."""
        if self._composer.in_general(reason):
            return IN_GENERAL
        if reason == OFF_TOPIC:
            return SURELY_ON_TOPIC
        return FAIRLY_SURE if reason != PROFILE and question.unsure_door() else self._ranking.outside

    def declined(self, reading: Reading) -> Answer:
        """The reply that no fact answers, with whom to ask instead where the field is certain."""
        reason = reading.question.reason()
        hub = self._hub(reading) if reason not in OUT_OF_SCOPE else ""
        return self._composer.decline(reason or "unknown", hub, reading.sure)

    def read(self, question: Question) -> Reading:
        """What the search makes of a question as it stands; the reading's question has its vector."""
        (reading,) = self.read_all([question])
        return reading

    def read_all(self, questions: Iterable[Question]) -> list[Reading]:
        """The same of several questions, which costs less than one after another."""
        encoded = [self._search.encoded(question) for question in questions]
        return list(map(self._reading, encoded, self._search.candidates_of(encoded)))

    def _reading(self, question: Question, candidates: Candidates) -> Reading:
        order, shares = self._ranking.order(candidates)
        facts = [self._knowledge.facts[number] for number in candidates.facts[order]]
        own = self._composer.years.first(question.text, variant_for(question.audience, facts, shares), shares)
        return Reading(question, own, shares, self._ranking.confidence(question, candidates))

    def ranked(self, text: str) -> list[tuple[Fact, float]]:
        """The facts that the search finds for a text with their shares, best first."""
        reading = self.read(Question(text))
        return [(fact, float(share)) for fact, share in zip(reading.facts, reading.shares, strict=True)]

    def retold(self, fact: Fact, text: str) -> str:
        """What of a fact answers a question."""
        asked = Question(text)
        return retold(fact, lambda parts: self._search.sentence_likeness(asked, parts))

    def show(self, fact_id: str, today: date | None = None) -> Answer:
        """The answer that states one fact, for a reading that was picked."""
        fact = self._knowledge.fact(fact_id)
        if fact is None:
            return self._composer.decline("unknown", "")
        return self._composer.answer(fact, self._related(fact, []), today or date.today())

    def support(self, reading: Reading, today: date | None = None) -> Answer:
        """What fits best of the facts on well-being and leaving, with a human word before it.

        Who asks something else in that mood gets what answers it after that word.
        """
        day, likeliest = today or date.today(), reading.facts[:SUPPORT_PLACES]
        fits = next((fact for fact in likeliest if fact.topic in self._composer.support_topics), None)
        if fits is None and self._composer.titles.asks(reading.question.text) and reading.sure >= self._ranking.offer:
            return self._composer.kindly(self._answer(reading, day))
        fact = fits or self._knowledge.fact(self._composer.support_default)
        if fact is None:
            return self._composer.decline("weary", "")
        notes = self._notes(_led_by(fits, reading)) if fits else ()
        return self._composer.support(fact, self._related(fact, reading.facts), day, notes)

    def more(self, shown: Sequence[str], today: date | None = None) -> Answer | None:
        """The next fact of the topic of the first shown fact; None if there is nothing more."""
        facts = [fact for fact in map(self._knowledge.fact, shown) if fact is not None]
        topic = self._knowledge.topic(facts[0].topic) if facts else None
        left = [fact for fact in (topic.facts if topic else ()) if fact.id not in {known.id for known in facts}]
        if not left:
            return None
        return self._composer.answer(left[0], left[1:], today or date.today())

    def origin(self, shown: Sequence[str], today: date | None = None) -> Answer | None:
        """Where the first shown fact comes from; None if nothing was shown."""
        fact = self._knowledge.fact(shown[0]) if shown else None
        return self._composer.origin(fact, today or date.today()) if fact else None

    def _answer(self, reading: Reading, today: date) -> Answer:
        corrected = self._premises.corrected_in(reading.question.text)
        notes = () if corrected is not None else self._notes(reading)
        answer = self.stated(reading.facts[0], notes, reading, today, reading.sure)
        hedge = self._ranking.hedge if reading.hedged is None else reading.hedged
        # What holds in general is no answer to the case anyway, and says so.
        if reading.sure >= hedge or self._composer.in_general(reading.question.reason()):
            return answer
        return self._composer.hedged(answer, [fact for fact in _distinct(reading) if fact.id not in answer.facts])

    def _notes(self, reading: Reading) -> Sequence[Fact]:
        told = reading.question.audience
        return notes_beside(
            reading.facts, list(reading.shares), reading.sure, told, self._kind_of, self._search.likeness
        )

    def stated(
        self, fact: Fact, notes: Sequence[Fact], reading: Reading, today: date, score: float, opening: str | None = None
    ) -> Answer:
        """The answer that states a fact that was chosen for a question, with `notes` in short below it.

        `opening` is what a language model would have before the fact; None where none was asked.
        """
        openings, belief = self._composer.openings, self._premises.corrected_in(reading.question.text)
        if opening is None:
            text = openings.for_question(fact.text, reading.question.text, score >= SURELY_OPENED)
        else:
            text = openings.opened(fact.text, opening)
        return self._composer.answer(
            fact,
            self._related(fact, reading.facts),
            today,
            score,
            lead=self._lead(fact, reading.question),
            belief=belief,
            notes=[note for note in notes if belief is None or note.id != belief.id],
            text=text,
            more=self._more_of(fact, reading.question) if notes and score < WHOLE else None,
        )

    def _more_of(self, fact: Fact, question: Question) -> str:
        """What the second part of a fact says to a question better than the first does."""
        return nearer(fact, lambda parts: self._search.sentence_likeness(question, parts))

    def _lead(self, fact: Fact, question: Question) -> str:
        """What has to be said before a fact: that it is no forecast or judges no case, or holds for another year."""
        if question.reason() == CHANCES:
            return self._composer.chances
        if general := self._composer.in_general(question.reason()):
            return general
        return self._composer.years.lead(question.text, fact)

    def _kind_of(self, topic_id: str) -> str:
        topic = self._knowledge.topic(topic_id)
        return topic.kind if topic else ""

    def _related(self, fact: Fact, ranked: Sequence[Fact]) -> list[Fact]:
        """Other facts of the topic, those nearest to the question first."""
        topic = self._knowledge.topic(fact.topic)
        own = topic.facts if topic else ()
        near = [other for other in ranked if other.topic == fact.topic]
        others = {other.id: other for other in (*near, *own) if other.id != fact.id}
        return list(others.values())

    def _hub(self, reading: Reading) -> str:
        """The hub of a topic that the question names, if all that it names belong to one; else nothing is certain."""
        named = {topic.hub for name in self._search.named(reading.question) if (topic := self._knowledge.topic(name))}
        return named.pop() if len(named) == 1 else ""


def variant_for(told: frozenset[str], facts: Sequence[Fact], shares: np.ndarray) -> list[Fact]:
    """The facts in their order, but first the variant of the first one that holds for the person.

    A variant is of the same topic and aspect and not far less likely. `told` is what the person said of himself.
    """
    best = facts[0]
    if best.audience in told:
        return list(facts)
    same = [
        fact
        for fact, share in zip(facts, shares, strict=False)
        if fact.audience in told
        and (fact.topic, fact.aspect) == (best.topic, best.aspect)
        and share >= VARIANT_SHARE * shares[0]
    ]
    return [*same[:1], *(fact for fact in facts if fact not in same[:1])]


def _led_by(fact: Fact, reading: Reading) -> Reading:
    """A reading with one of its facts brought to the front."""
    place = reading.facts.index(fact)
    order = [place, *(other for other in range(len(reading.facts)) if other != place)]
    return replace(reading, facts=[reading.facts[one] for one in order], shares=reading.shares[order])


def _distinct(reading: Reading) -> list[Fact]:
    """The readings that are worth offering: the likeliest, and others not far less likely."""
    least = READINGS_SHARE * reading.shares[0]
    return [fact for fact, share in zip(reading.facts, reading.shares, strict=True) if share >= least][:MOST_CHOICES]
