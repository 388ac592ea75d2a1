"""Consults a language model for the adviser: what it is asked about a message, and the replies by what it chose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from medpath.answering.conversation.consulting import (
    CHOSEN,
    MOST_FACTS,
    PREPARED,
    Candidate,
    Consultation,
    Exchange,
    Inquiry,
    Thing,
    Verdict,
    interleaved,
    is_worth_asking,
    prepared_in,
)
from medpath.answering.conversation.memory import Memory
from medpath.answering.conversation.several import Part, told_together
from medpath.answering.conversation.understood import alone_of, asked_in, asking, is_private, offered_by, understood_by
from medpath.answering.question import Question
from medpath.answering.replies.answer import MODEL, Answer
from medpath.answering.replies.composing import Composer
from medpath.knowledge.records import Fact, Knowledge
from medpath.language.following import PLAIN
from medpath.language.profile import Profile, ProfileWording, told
from medpath.language.splitting import Splitter

if TYPE_CHECKING:
    from medpath.answering.conversation.adviser import Adviser


class Consultant:
    """Makes consultations about messages that an adviser has answered, and replies from verdicts."""

    def __init__(
        self,
        adviser: Adviser,
        knowledge: Knowledge,
        composer: Composer,
        splitter: Splitter,
        profiles: ProfileWording,
    ) -> None:
        self._adviser, self._knowledge, self._composer = adviser, knowledge, composer
        self._splitter, self._profiles = splitter, profiles

    def consultation(
        self, question: Question, memory: Memory, profile: Profile, local: tuple[Sequence[Answer], Memory]
    ) -> Consultation | None:
        """What a language model may be asked about a message that has the replies `local` (as `reply` gives them).

        None where it is not asked: for picks, for messages of a kind that is declined or with questions of which the
        kind is not known, for sums.
        """
        answers, after = local
        parted = asked_in(question, self._splitter)
        parts = parted.questions if parted.separate else ()
        # Of a long message it is not known of which kind each question is.
        unread = not question.parts.keys() >= set(parts)
        picked = bool(self._adviser.picked(question.text, memory))
        if picked or unread or is_private(question) or not question.text.strip() or not is_worth_asking(answers):
            return None
        question = asking(question)
        turn = self._adviser.turn(question, memory)
        asked = [alone_of(question, part) for part in parts]
        facts = interleaved(
            [self._adviser.likely(turn), *(part.facts for part in self._adviser.answerer.read_all(asked))]
        )
        candidates = (*map(self._candidate, facts), *prepared_in(answers))
        inquiry = Inquiry(question.text, self._exchanges(memory), told(profile, self._profiles), candidates)
        return Consultation(inquiry, facts, turn, tuple(answers), after)

    def wider(self, consultation: Consultation, phrase: str) -> Consultation:
        """The consultation after a further search, for which the model gave the words."""
        found = self._adviser.answerer.read(Question(phrase, audience=consultation.turn.question.audience)).facts[
            :MOST_FACTS
        ]
        return consultation.widened(found, [self._candidate(fact) for fact in found])

    def by_verdict(
        self, consultation: Consultation, verdict: Verdict, today: date | None = None
    ) -> tuple[list[Answer], Memory] | None:
        """The replies by what a language model chose, and the memory then; None if it chose nothing that counts."""
        verdict, memory = verdict.within(consultation.inquiry), consultation.turn.memory
        if verdict.things:
            return self._chosen(consultation, verdict.things, today or date.today())
        if verdict.readings:
            facts = [fact for one in verdict.readings if (fact := self._knowledge.fact(one))]
            answer, memory = self._adviser.unanswered(self._composer.clarification(facts, 0.0), memory)
        elif verdict.nothing:
            declined = self._adviser.answerer.declined(consultation.turn.readings[PLAIN])
            answer, memory = self._adviser.unanswered(self._composer.offering(declined, consultation.facts), memory)
        else:
            return None
        return [replace(answer, chosen_by=MODEL)], memory

    def _chosen(self, consultation: Consultation, things: Sequence[Thing], today: date) -> tuple[list[Answer], Memory]:
        """The answers that state what was chosen for each thing asked."""
        turn = consultation.turn
        # "The second one" may follow a comparison that gave way to a fact.
        before = replace(turn.memory, compared=consultation.local_memory.compared)
        memory, answers = before, list[Answer]()
        for thing in things:
            if thing.facts[0] == PREPARED:
                answers.append(consultation.local[0])
                memory = consultation.local_memory
                continue
            facts = [fact for one in thing.facts if (fact := self._knowledge.fact(one))]
            understood = understood_by(turn, facts[0])
            # What is said before an answer, to a mistaken belief or of chances, is said once.
            said = replace(understood.reading, question=Question("")) if answers else understood.reading
            answer = self._adviser.answerer.stated(facts[0], facts[1:], said, today, CHOSEN, thing.opening)
            memory = self._adviser.after(answer, understood, turn.question.text, before)
            answers.append(answer)
        parts = [Part(turn.question.text, replace(answer, chosen_by=MODEL)) for answer in answers]
        answers = told_together(parts, self._knowledge, self._composer.several, self._splitter.joints)
        return answers, replace(memory, offered=offered_by(answers[-1]), private=False)

    def _candidate(self, fact: Fact) -> Candidate:
        topic = self._knowledge.topic(fact.topic)
        return Candidate(fact.id, topic.name if topic else fact.topic, fact.label, fact.whole)

    def _name(self, fact: Fact) -> str:
        topic = self._knowledge.topic(fact.topic)
        return topic.short_name if topic else ""

    def _exchanges(self, memory: Memory) -> tuple[Exchange, ...]:
        """The questions that were answered before, the last one with what answered it."""
        if not memory.question:
            return ()
        facts = [fact for one in memory.facts if (fact := self._knowledge.fact(one))]
        told_then = tuple(f"{self._name(fact)}: {fact.label}" for fact in facts)
        last = "" if memory.private else memory.question
        return (*(Exchange(question) for question in memory.earlier), Exchange(last, told_then))
