"""Understands a message in its conversation: chooses among the ways in which it can be read, and answers."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace
from datetime import date

from medpath.answering.answerer import PROFILE, Answerer, Reading, variant_for
from medpath.answering.conversation.combining import Combined, Combiner
from medpath.answering.conversation.consultant import Consultant
from medpath.answering.conversation.hearing import Heard, Hearing, blended
from medpath.answering.conversation.memory import Memory
from medpath.answering.conversation.several import Part, bare, told_together
from medpath.answering.conversation.understood import (
    Understood,
    asked_in,
    asking,
    asks_of,
    is_private,
    offered_by,
    understood_by,
)
from medpath.answering.conversation.weighing import ContextRanking, Turn, Weighing
from medpath.answering.question import FAIRLY_SURE, SOCIAL, WEARY, Question
from medpath.answering.replies.answer import ANSWER, ANSWERED, CLARIFY, COMPARISON, DECLINE, OVERVIEW, SMALLTALK, Answer
from medpath.answering.replies.comparing import COMPARING, DEFINITION
from medpath.answering.replies.composing import Composer
from medpath.answering.replies.overview import BroadQuestions, Overviews
from medpath.knowledge.records import STATE, Fact, Knowledge, Topic
from medpath.language.following import (
    ABOUT,
    JOINED,
    NAMED,
    OPENED,
    PLAIN,
    SWAPPED,
    FollowUpWords,
)
from medpath.language.intents import ASK, OUT_OF_SCOPE
from medpath.language.profile import Profile, ProfileWording, merged, read_profile, told
from medpath.language.splitting import LEAST_WORDS, Asked, Splitter
from medpath.language.topics import TopicMatcher

# Whatever a message of these kinds says, it is taken for one that goes on with the last answer only if it surely does.
DOUBTFUL = frozenset({"medical_advice", "legal_case", "immigration_case"})
MOST_FAILURES = 2
# How sure it has to be that a message of another kind than a question is one, as follow-ups may look like anything.
SURELY_MEANT = 0.6
# The same right after an answer, for one with a word that asks ("why not"), and for one that says something. Of 105
# messages of talk put behind answers 5 were as sure, and none of 17 in conversations; of 11 that went on 5 were.
SURELY_ASKED_ON, SURELY_SAID_ON = 0.25, 0.35
# So many words say something.
SAYS = 2
# The same for one that hangs on nothing said before but names a topic: "do you know about usmle" is talk.
SURELY_NAMED = 0.9
# How sure a fact has to be to be told to somebody who only says something of himself after an answer.
SITUATED = 0.3
# How sure a fact has to be to be what a further name of a topic means.
SURELY_PART = 0.3
# "A or B?" gets a table; with so many further words one fact may answer what is asked of the two.
ASKS_MORE = 3
# Among how many of the likeliest facts one that compares just what such a message does opens the reply.
OPENING_PLACES = 5
# How sure a fact has to be to take the place of a table, of a list, and of a comparison without a table.
SURELY_SETTLED, SURELY_LISTED, FAIRLY_SETTLED = 0.7, 0.85, 0.5
# How likely an aspect has to be for a comparison that tells it not to give way to a fact of another one.
LEAST_ASKED = 0.2
JUDGING = frozenset({"advice", "comparison", "importance", "misconception"})
MOST_SHOWN = 6
MOST_COMPARED = 3
LONGEST_QUESTION = 300
MOST_WEIGHED = 10
MOST_EARLIER = 2
# What stands before the questions of a message and is no longer than this tells nothing of them.
GREETING_WORDS = 3
# How sure the answer to one of several questions has to be: beside others a wrong one is hardly noticed.
LEAST_TOLD = 0.5
# How much surer a fact has to be that is told already.
TOLD_AGAIN = 0.05
# How sure an answer beside a plan has to be. Of some 45 questions in 42 messages of people who asked for a plan too, 12
# are answered from here on, 11 of them rightly; from 0.6 on 20 are, five of them with something else.
SURELY_BESIDE = 0.85
# How likely, beside a fact that was told just before, another one has to be to come in its place, and to come below it.
AS_LIKELY, LIKELY_TOO = 0.4, 0.1
# Who asks of one of these wants no answer about another one.
APART = frozenset({"specialty", "fellowship", "degree"})
LENGTH = "duration"


class Adviser:
    """Answers the messages of a conversation."""

    def __init__(
        self,
        knowledge: Knowledge,
        answerer: Answerer,
        combiner: Combiner,
        composer: Composer,
        weighing: Weighing,
        ranking: ContextRanking,
        matcher: TopicMatcher,
        words: FollowUpWords,
        splitter: Splitter,
        profiles: ProfileWording,
        broad: BroadQuestions,
        overviews: Overviews,
    ) -> None:
        self.answerer = answerer
        self._knowledge, self._combiner, self._composer = knowledge, combiner, composer
        self.weighing, self._ranking = weighing, ranking
        self._matcher, self._words, self._splitter = matcher, words, splitter
        self._profiles = profiles
        self._broad, self._overviews = broad, overviews
        self.consultant = Consultant(self, knowledge, composer, splitter, profiles)
        self._hearing = Hearing(knowledge, matcher, words, splitter)

    def profile(self, text: str, known: Profile) -> Profile:
        """What is known of a person after a message."""
        return merged(known, read_profile(text, self._matcher.mentions(text), self._profiles))

    def about(self, profile: Profile) -> Answer:
        """What is known of a person, told to him."""
        return self._composer.about(told(profile, self._profiles))

    def forget_asked(self) -> Answer:
        """The reply to somebody who may want to be forgotten."""
        return self._composer.forget_asked()

    def forgotten(self, feedback_stays: bool = False) -> Answer:
        """The reply to somebody who wants to be forgotten; `feedback_stays` if that could not be erased."""
        return self._composer.forgotten(feedback_stays)

    def reply(self, question: Question, memory: Memory, today: date | None = None) -> tuple[list[Answer], Memory]:
        """The answers to a message, one for each thing it asks, and what is to be remembered afterwards."""
        answers, after = self._replies(question, memory, today)
        answered = any(answer.kind in ANSWERED for answer in answers)
        return answers, replace(after, private=is_private(question)) if answered else after

    def _replies(self, question: Question, memory: Memory, today: date | None) -> tuple[list[Answer], Memory]:
        picked = self.picked(question.text, memory)
        if picked:
            answer, memory = self.shown(picked, memory, today)
            return [answer], memory
        question = asking(question)
        heard = self._hearing.heard(question, memory)
        question = heard.question
        if question.reason() in OUT_OF_SCOPE:
            answer, memory = self._one(heard, memory, today)
            return [answer], memory
        asked = asked_in(question, self._splitter)
        if asked.separate and not self._asks_of_the_same(asked):
            return self._several(question, asked, memory, today)
        combined, memory = self._combined(heard, memory, today)
        if combined is None and asked.separate:
            return self._several(question, asked, memory, today)
        answer, memory = (combined, memory) if combined else self._alone(heard, memory, today)
        return [answer], memory

    def _asks_of_the_same(self, asked: Asked) -> bool:
        """Whether several things are named first and every question is of them: "MD or DO, which is longer and …"."""
        named = self._matcher.mentions(asked.lead)
        return len(named) > 1 and not any(self._matcher.mentions(question) for question in asked.questions)

    def _several(
        self, question: Question, asked: Asked, memory: Memory, today: date | None
    ) -> tuple[list[Answer], Memory]:
        """The answers to the questions of a message, each read after those before it and with what all share."""
        parts: list[Part] = []
        failures = memory.failures
        while len(parts) < len(asked.questions):
            # One message fails once, however many of its questions do.
            part, memory = self._part(question, asked, parts, replace(memory, failures=0), today)
            parts.append(part)
        answers = told_together(parts, self._knowledge, self._composer.several, self._splitter.joints)
        left = 0 if any(part.answered for part in parts) else failures + 1
        return answers, replace(memory, offered=offered_by(answers[-1]), failures=left)

    def _part(
        self, question: Question, asked: Asked, before: Sequence[Part], memory: Memory, today: date | None
    ) -> tuple[Part, Memory]:
        """The answer to one of the questions, the next after those `before`; beside others none that is little sure."""
        text = asked.questions[len(before)]
        intents = question.parts.get(text, {})
        heard = self._hearing.heard(replace(question, text=text, intents=intents, vector=None), memory)
        combined, memory = self._combined(heard, memory, today)
        if combined:
            return Part(text, combined), memory
        card = self._overview(heard, memory, today)
        if card:
            return Part(text, card[0]), card[1]
        told = frozenset(part.answer.facts[0] for part in before if part.answer.facts)
        understood = self._shared(heard, self._understood(heard, memory), asked, len(before), told)
        answer, after = self._one(heard, memory, today, understood)
        unsure = len(asked.questions) > 1 and answer.score < LEAST_TOLD
        if answer.kind == ANSWER and (unsure or self._stray(answer, question.text)):
            if understood.reading.question.reason() in OUT_OF_SCOPE:
                return Part(text, self.answerer.declined(understood.reading)), memory
            return Part(text, self._composer.clarification(understood.reading.facts[:1], answer.score)), memory
        return Part(text, answer), after

    def _shared(self, heard: Heard, alone: Understood, asked: Asked, place: int, told: Container[str]) -> Understood:
        """The surest way to read one of the questions: as it stands, after what all share, or on their subject.

        The subject is what is named first, in a story what is named last before the question. What is `told` already
        answers another one again only where nothing else is nearly as sure.
        """
        part, mentions = bare(heard.question.text, self._splitter.joints), self._matcher.mentions
        if asked.told:
            subjects = mentions(asked.told[place])[-1:]
        else:
            subjects = [*mentions(asked.lead), *mentions(asked.questions[0])][:1]
        ways = [f"{asked.lead}: {part}"] if mentions(asked.lead) or len(asked.lead.split()) > GREETING_WORDS else []
        ways += [f"{one.text}: {part}" for one in subjects if one.text.lower() not in part.lower()]
        read = self.answerer.read_all(replace(heard.question, text=way, vector=None) for way in ways)
        found = [alone, *(Understood(reading, PLAIN) for reading in read)]
        return max(found, key=lambda one: one.reading.sure - TOLD_AGAIN * (one.reading.facts[0].id in told))

    def _stray(self, answer: Answer, message: str) -> bool:
        """Whether an answer is about another field, state or degree than those that the message names."""
        names = {name for mention in self._matcher.mentions(message) for name in mention.topics}
        named = [topic for name in names if (topic := self._topic(name))]
        topic = self._topic(answer.topics[0])
        if topic is None or topic in named or not one_of_many(topic):
            return False
        return any(one.kind == topic.kind and one_of_many(one) for one in named)

    def _topic(self, name: str) -> Topic | None:
        return self._knowledge.topic(name)

    def beside(self, question: Question, memory: Memory, today: date | None = None) -> tuple[list[Answer], Memory]:
        """The answers to a question that stands beside a statement of danger: sure ones or none.

        Where there is none the last answer is no longer what a complaint or a number would be about.
        """
        silent = replace(memory, kind="", offered=())
        if not question.text or question.reason() in OUT_OF_SCOPE | SOCIAL | {WEARY}:
            return [], silent
        answers, after = self.reply(question, memory, today)
        good = [answer for answer in answers if answer.kind in ANSWERED and answer.score >= SURELY_MEANT]
        return ([self._composer.beside(good[0]), *good[1:]], after) if good else ([], silent)

    def beside_plan(self, question: Question, is_way: Callable[[str], bool], today: date | None = None) -> list[Answer]:
        """The answers to what a message asks beside the plan that it asks for, under headings if there are several.

        `is_way` tells whether a stretch asks for the plan itself. What is not surely answered is left to the plan.
        """
        asked = self._splitter.asked(question.text)
        mine = [i for i, part in enumerate(asked.questions) if len(part.split()) >= LEAST_WORDS and not is_way(part)]
        told = tuple(asked.told[i] for i in mine) if asked.told else ()
        asked = replace(asked, questions=tuple(asked.questions[i] for i in mine), told=told)
        parts: list[Part] = []
        memory = Memory()
        for _ in mine:
            part, memory = self._part(question, asked, parts, memory, today)
            parts.append(part)
        sure = [part for part in parts if part.answered and part.answer.score >= SURELY_BESIDE]
        answers = told_together(sure, self._knowledge, self._composer.several, self._splitter.joints) if sure else []
        return [replace(answer, choices=()) for answer in answers]

    def weary(self, question: Question, memory: Memory, today: date | None = None) -> tuple[Answer, Memory]:
        """A human word to doubt and weariness, with the fact on well-being or leaving that fits best."""
        reading = self.answerer.read(question)
        practical = question.unsure_door() and reading.sure >= FAIRLY_SURE
        answer = self.answerer.decide(reading, today) if practical else self.answerer.support(reading, today)
        return answer, remembered(answer, question.text, "", asks_of(question.intents), memory)

    def goes_on(self, question: Question, memory: Memory, today: date | None = None) -> tuple[Answer, Memory] | None:
        """The answer to what looks like talk, if it as surely asks about the last subject or about what it names."""
        heard = self._hearing.heard(question, memory)
        alone = len(heard.ways) == 1 and not heard.corrects
        if alone and not heard.shape.named:
            return None
        card = self._overview(heard, memory, today)
        if card is not None:
            return card
        understood, names_only = self._understood(heard, memory), alone and self._names_only(question.text)
        if not names_only and understood.reading.sure < self._least_for_talk(question, heard, memory, alone):
            return None
        answer = self.answerer.decide(understood.reading, today)
        meant = answer.kind == ANSWER or (names_only and answer.kind == CLARIFY)
        return (answer, self.after(answer, understood, question.text, memory)) if meant else None

    def _names_only(self, text: str) -> bool:
        """Whether a message is nothing but names of topics ("ID"), which is no talk."""
        named = sum(mention.words for mention in self._matcher.mentions(text))
        return 0 < named == len(self._matcher.words(text))

    def _least_for_talk(self, question: Question, heard: Heard, memory: Memory, alone: bool) -> float:
        """How sure it has to be of a fact that what looks like talk asks for it."""
        if heard.corrects:
            return self._ranking.answer
        talk = question.intents.get(question.reason(), 0.0)
        if not alone:
            if not memory.answered or not (heard.shape.asks or heard.shape.rest >= SAYS):
                return max(SURELY_MEANT, talk)
            return SURELY_ASKED_ON if heard.shape.asks else SURELY_SAID_ON
        asks = question.unsure_door() and self._splitter.asks(question.text)
        return FAIRLY_SURE if asks else max(SURELY_NAMED, talk)

    def likely(self, turn: Turn) -> list[Fact]:
        """The facts that may be meant, likeliest first."""
        if turn.alone:
            return turn.readings[PLAIN].facts
        weighed = self.weighing.weigh(turn)
        order, _ = self._ranking.order(weighed)
        return [self._knowledge.facts[number] for number in weighed.numbers[order]]

    def points_back(self, text: str) -> bool:
        """Whether a message speaks of "that" or "it"."""
        return any(word.written.lower() in self._words.pointers for word in self._matcher.words(text))

    def recalled(self, memory: Memory) -> Memory:
        """A memory with today's ids in place of those that its facts and topics formerly had."""
        fact, topic = self._knowledge.fact, self._knowledge.topic
        return replace(
            memory,
            facts=_current(memory.facts, fact),
            offered=_current(memory.offered, fact),
            topics=_current(memory.topics, topic),
            compared=_current(memory.compared, topic),
        )

    def instead(self, memory: Memory) -> tuple[Answer, Memory] | None:
        """The next best readings of the last question, for an answer that was wrong; None if there was none."""
        if not memory.answered:
            return None
        asked = Question(memory.question, memory.aspects, shown=frozenset(memory.facts))
        answer = self._composer.instead(self.answerer.read(asked).facts)
        return answer, replace(memory, offered=offered_by(answer), kind="")

    def _combined(self, heard: Heard, memory: Memory, today: date | None) -> tuple[Answer | None, Memory]:
        """A sum, a list or a comparison, if the message asks for one that no fact says better, and the memory then."""
        if heard.placed:
            return None, memory
        question, ways = heard.question, [text for way, text in heard.ways.items() if way in (SWAPPED, JOINED)]
        found = self._combiner.combine(question.text, ways, question.aspects(), memory, today or date.today())
        if found is None:
            return None, memory
        reading = None if question.reason() or found.answer.kind != COMPARISON else self.answerer.read(question)
        opening = self._opening(heard, found, reading) if reading else None
        if opening:
            found = self._combiner.opened(found, opening, question.aspects(), today or date.today())
        answer, compared = found.answer, found.compared or found.answer.topics[:MOST_COMPARED]
        if reading and self._settled(heard, found, reading, opening):
            # "The second one" may follow all the same.
            return None, replace(memory, compared=compared) if found.contrast else memory
        after = remembered(answer, found.asked, "", dict(question.intents), memory)
        if answer.kind == COMPARISON:
            after = replace(after, compared=compared, listed=found.listed)
        return answer, after if answer.topics else replace(after, topics=memory.topics, facts=memory.facts)

    def _opening(self, heard: Heard, found: Combined, reading: Reading) -> Fact | None:
        """The fact that itself compares what a message does: the likeliest, or a near one if nothing more is asked."""
        if not found.contrast:
            return None
        bare = heard.shape.rest < ASKS_MORE
        facts = reading.facts[: OPENING_PLACES if bare else 1]
        return next((fact for fact in facts if self._combiner.compares(fact, found.compared)), None)

    def _settled(self, heard: Heard, found: Combined, reading: Reading, opening: Fact | None) -> bool:
        """Whether one fact surely says what a list or a comparison is made for, or answers what is asked on it.

        A comparison without a table gives way sooner.
        """
        aspects, compared = heard.question.aspects(), found.answer
        fact = reading.facts[0]
        if not found.contrast:
            return reading.sure >= SURELY_LISTED
        if self._beside_the_point(fact, compared, aspects):
            return False
        if compared.table is None:
            return reading.sure >= FAIRLY_SETTLED
        if opening or reading.sure < SURELY_SETTLED:
            return False
        if fact.aspect == COMPARING:
            return True
        judged = sum(p for aspect, p in aspects.items() if aspect in JUDGING)
        asks = heard.shape.rest >= ASKS_MORE and judged >= sum(aspects.values()) / 2
        return asks and (fact.aspect in JUDGING or fact.topic not in compared.topics)

    def _beside_the_point(self, fact: Fact, compared: Answer, aspects: Mapping[str, float]) -> bool:
        """Whether a comparison tells the likeliest aspect of its topics, and a fact neither it nor a judgement."""
        likely = {aspect: p for aspect, p in aspects.items() if aspect not in JUDGING and p >= LEAST_ASKED}
        likeliest = max(likely, key=lambda aspect: likely[aspect], default="")
        stated = [stated for name in compared.facts if (stated := self._knowledge.fact(name))]
        told = {one.topic for one in stated if one.aspect == likeliest}
        return len(told) > 1 and fact.aspect not in (likeliest, *JUDGING)

    def _alone(self, heard: Heard, memory: Memory, today: date | None) -> tuple[Answer, Memory]:
        """The answer to what asks for nothing combined: the card of a topic, or one fact."""
        return self._overview(heard, memory, today) or self._one(heard, memory, today)

    def _overview(self, heard: Heard, memory: Memory, today: date | None) -> tuple[Answer, Memory] | None:
        """The card of the topic that a message asks about in general; None if it asks for more, or there is none."""
        text, today = heard.ways[PLAIN], today or date.today()
        named = self._broad.named(text, self._matcher.mentions(text))
        # After an answer to a sharp question a mere name asks the same of another topic.
        goes_on = memory.topics and memory.kind != OVERVIEW
        if named is None or heard.placed or (goes_on and named.bare):
            return None
        topic = self._knowledge.topic(named.topic)
        card = self._overviews.card(topic, today) if topic else None
        if topic is None or card is None or self._means_less(named.text, topic, card):
            return None
        # The rows tell their facts in part only: what asks on is answered with all of them.
        told = replace(card, facts=card.facts[:1])
        after = remembered(told, topic.short_name, named.text, {ASK + DEFINITION: 1.0}, memory)
        return card, replace(after, offered=offered_by(card))

    def _means_less(self, name: str, topic: Topic, card: Answer) -> bool:
        """Whether what a topic goes by means one of its facts rather than all of it ("DEA fee", "Texas board")."""
        if self._normal(name) == self._normal(topic.short_name):
            return False
        reading = self.answerer.read(Question(name))
        return reading.sure >= SURELY_PART and reading.facts[0].id != card.facts[0]

    def _one(
        self, heard: Heard, memory: Memory, today: date | None, understood: Understood | None = None
    ) -> tuple[Answer, Memory]:
        """The answer to one question, as it was `understood` or as it stands."""
        if understood is None:
            understood = self._of_topic(heard, memory) if heard.placed else self._understood(heard, memory)
        answer = self.answerer.decide(understood.reading, today)
        if answer.kind == ANSWER:
            own_case = understood.reading.question.reason() in OUT_OF_SCOPE
            if self._tells_again(answer, understood, memory) and not own_case:
                answer = self._told_otherwise(understood.reading, heard, memory, today)
            elif heard.question.reason() == PROFILE and memory.answered:
                answer = self._composer.situated(answer)
            after = self.after(answer, understood, heard.question.text, memory)
            return answer, replace(after, offered=offered_by(answer))
        if answer.kind == CLARIFY and self._is_about(answer, heard, memory):
            answer = self._composer.asked_back_about(answer, self._name(memory.topics[0]))
        return self.unanswered(answer, memory)

    def _is_about(self, answer: Answer, heard: Heard, memory: Memory) -> bool:
        """Whether a question back was read as one on the last topic, which the message did not name."""
        facts = (self._knowledge.fact(one) for one in offered_by(answer))
        goes_on = bool(memory.topics) and not heard.shape.named
        return goes_on and any(fact is not None and fact.topic == memory.topics[0] for fact in facts)

    @staticmethod
    def _tells_again(answer: Answer, understood: Understood, memory: Memory) -> bool:
        """Whether a fact would come twice in a row, to another question than before."""
        same = memory.answered and answer.facts[0] == memory.facts[0]
        return same and understood.reading.question.text.strip(" ?.!").lower() != memory.question.strip(" ?.!").lower()

    def _told_otherwise(self, reading: Reading, heard: Heard, memory: Memory, today: date | None) -> Answer:
        """In place of a fact that was just told: one that is nearly as likely, else what of it answers the message."""
        told, day = reading.facts[0], today or date.today()
        fresh = [
            (fact, float(share))
            for fact, share in zip(reading.facts, reading.shares, strict=False)
            if fact.id not in memory.facts and share >= LIKELY_TOO * reading.shares[0]
        ]
        if fresh and fresh[0][1] >= AS_LIKELY * reading.shares[0]:
            return self.answerer.stated(fresh[0][0], (), reading, day, reading.sure)
        note = next((fact for fact, _ in fresh if fact.topic == told.topic), None)
        text = self.answerer.retold(told, heard.ways.get(ABOUT, heard.question.text))
        return self._composer.again(told, text, note, reading.facts[1:], day, reading.sure)

    def unanswered(self, answer: Answer, memory: Memory) -> tuple[Answer, Memory]:
        """A question back or a refusal, or the menu after too many of them, and the memory then."""
        if answer.kind == SMALLTALK:
            return answer, replace(memory, kind="")
        failures = memory.failures + 1
        if failures > MOST_FAILURES or (failures == MOST_FAILURES and answer.kind == DECLINE):
            return self._menu(memory)
        return answer, replace(memory, offered=offered_by(answer), failures=failures, kind="")

    def not_understood(self, memory: Memory) -> tuple[Answer | None, Memory]:
        """The menu for somebody whose words made no sense a second time, else nothing, and the memory then."""
        failures = memory.failures + 1
        if failures < MOST_FAILURES:
            return None, replace(memory, offered=(), failures=failures, kind="")
        return self._menu(memory)

    def _menu(self, memory: Memory) -> tuple[Answer, Memory]:
        return self._composer.menu(), replace(memory, offered=(), failures=0, kind="")

    def shown(self, fact_id: str, memory: Memory, today: date | None = None) -> tuple[Answer, Memory]:
        """The answer that states a fact that was picked, and what is to be remembered afterwards."""
        answer = self.answerer.show(fact_id, today)
        if answer.kind != ANSWER:
            return answer, replace(memory, failures=memory.failures + 1)
        fact = self._knowledge.fact(fact_id)
        name = self._name(answer.topics[0])
        question = f"{name}: {fact.label}" if fact else name
        aspects = {ASK + fact.aspect: 1.0} if fact else {}
        return answer, remembered(answer, question, name, aspects, memory)

    def picked(self, text: str, memory: Memory) -> str:
        """The offered fact that a message picks by its number, its place or words of its label; else nothing."""
        facts = [fact for name in memory.offered if (fact := self._knowledge.fact(name))]
        titles = [self._normal(f"{self._name(fact.topic)} {fact.label}") for fact in facts]
        place = picked_place(text, titles, self._normal(text), self._words)
        return facts[place].id if place is not None else ""

    def _normal(self, text: str) -> list[str]:
        return [word.norm for word in self._matcher.words(text)]

    def _name(self, topic_id: str) -> str:
        topic = self._knowledge.topic(topic_id)
        return topic.short_name if topic else ""

    def after(self, answer: Answer, understood: Understood, text: str, memory: Memory) -> Memory:
        """The memory after an answer to what was understood of a message."""
        mentions = self._hearing.subjects(text, memory)
        subject = mentions[-1].text if mentions else memory.subject
        asked = understood.asked or understood.reading.question.text
        if understood.way in (JOINED, OPENED) and not understood.asked:
            asked = f"{self._name(answer.topics[0])}: {text}"
        aspects = understood.reading.question.aspects()
        total = sum(aspects.values()) or 1.0
        likely = {ASK + name: p / total for name, p in aspects.items() if p / total >= 0.05}
        return remembered(answer, asked, subject, likely, memory)

    def _of_topic(self, heard: Heard, memory: Memory) -> Understood:
        """A message about one of the compared topics; if it asks nothing itself, what was asked before."""
        question = heard.question
        words = self._matcher.words(question.text)
        placing = self._words.fillers | self._words.pointers | self._words.ordinals.keys()
        start = next((word.start for word in words if word.written.lower() not in placing), None)
        bare = start is None
        text = memory.question.split(": ", 1)[-1] if start is None else question.text[start:]
        intents = blended(question.intents, memory.aspects, SWAPPED if bare else ABOUT)
        asked = replace(question, text=f"{self._name(heard.placed)}: {text}", intents=intents, vector=None)
        return Understood(self.answerer.read(asked), ABOUT)

    def turn(self, question: Question, memory: Memory) -> Turn:
        """What the search finds for a message by each way to read it."""
        return self._turn(self._hearing.heard(question, memory), memory)

    def remember(self, turn: Turn, fact_id: str) -> Memory:
        """The memory after a message was answered with a fact; raises KeyError if there is no such fact."""
        fact = self._knowledge.fact(fact_id)
        if fact is None:
            raise KeyError(fact_id)
        understood = understood_by(turn, fact)
        return self.after(self.answerer.show(fact.id), understood, turn.question.text, turn.memory)

    def _turn(self, heard: Heard, memory: Memory) -> Turn:
        asked = {way: self._asked(heard.question, way, text, memory) for way, text in heard.ways.items()}
        readings = dict(zip(asked, self.answerer.read_all(asked.values()), strict=True))
        named = {topic for mention in self._hearing.subjects(heard.ways[PLAIN], memory) for topic in mention.topics}
        return Turn(heard.question, heard.shape, memory, frozenset(named), readings)

    def _understood(self, heard: Heard, memory: Memory) -> Understood:
        """The likeliest fact over all ways to read a message, and the way that speaks most for it."""
        turn = self._turn(heard, memory)
        if turn.alone:
            return Understood(turn.readings[PLAIN], PLAIN)
        weighed = self.weighing.weigh(turn)
        order, shares = self._ranking.order(weighed)
        facts = [self._knowledge.facts[number] for number in weighed.numbers[order[:MOST_WEIGHED]]]
        facts = variant_for(heard.question.audience, facts, shares)
        understood = understood_by(turn, facts[0])
        sure, asked, least = self._ranking.confidence(turn, weighed), understood.reading.question, self._ranking.answer
        if heard.question.reason() in DOUBTFUL:
            least = SURELY_MEANT
        elif heard.question.reason() == PROFILE:
            least = SITUATED
        # Without an answer the kind of message tells why there is none; with one, it was taken for the wrong kind.
        own_case = bool(self._composer.in_general(heard.question.reason()))
        kinds = heard.question.intents if sure < least or own_case else asks_of(asked.intents)
        known = replace(asked, intents=kinds)
        offer, hedge = self._ranking.offer, self._ranking.hedge
        reading = Reading(known, facts, shares[:MOST_WEIGHED], sure, least, offer, hedge)
        return replace(understood, reading=reading)

    def _asked(self, question: Question, way: str, text: str, memory: Memory) -> Question:
        if way == PLAIN:
            return replace(question, text=text, vector=question.vector if text == question.text else None, context=())
        intents = blended(question.intents, memory.aspects, way)
        shown = frozenset(memory.facts) if way in (ABOUT, NAMED, JOINED) else frozenset()
        context = () if way == SWAPPED else memory.topics
        return replace(question, text=text, intents=intents, vector=None, context=context, shown=shown)


def one_of_many(topic: Topic) -> bool:
    """Whether a topic is a single field, state or degree, and not about all of them."""
    return topic.kind == STATE or (topic.kind in APART and any(fact.aspect == LENGTH for fact in topic.facts))


def remembered(answer: Answer, question: str, subject: str, aspects: Mapping[str, float], memory: Memory) -> Memory:
    """The memory after an answer; facts of the same topic that were shown before stay known as shown."""
    same = memory.facts if set(answer.topics) & set(memory.topics) else ()
    facts = tuple(dict.fromkeys((*answer.facts, *same)))[:MOST_SHOWN]
    return Memory(
        question=question[-LONGEST_QUESTION:],
        subject=subject,
        topics=answer.topics,
        facts=facts,
        aspects=aspects,
        kind=answer.kind,
        compared=memory.compared,
        opening=memory.opening or question[-LONGEST_QUESTION:],
        earlier=(*memory.earlier, *filter(None, ["" if memory.private else memory.question]))[-MOST_EARLIER:],
    )


def _current(ids: Sequence[str], find: Callable[[str], Fact | Topic | None]) -> tuple[str, ...]:
    """The ids that the records have now, each once; the id of a record that is gone stays."""
    return tuple(dict.fromkeys(found.id if (found := find(one)) else one for one in ids))


def picked_place(text: str, titles: Sequence[Sequence[str]], words: Sequence[str], known: FollowUpWords) -> int | None:
    """Which of the titles a message picks: by number, by place, or by words that only this title has."""
    plain = text.strip().lower().strip(".!)( #")
    number = int(plain) if plain.isdecimal() and len(plain) == 1 else known.ordinals.get(_only(words, known), 0)
    if number and -len(titles) <= number <= len(titles):
        return number - 1 if number > 0 else len(titles) + number
    found = [i for i, title in enumerate(titles) if words and set(words) <= set(title)]
    return found[0] if len(found) == 1 else None


def _only(words: Sequence[str], known: FollowUpWords) -> str:
    left = [word for word in words if word not in known.fillers and word != "one"]
    return left[0] if len(left) == 1 else ""
