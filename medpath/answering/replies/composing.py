"""Composes replies from facts: text, source with date, warnings and what to pick next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from medpath.answering.replies.answer import (
    ADVICE,
    ANSWER,
    CLARIFY,
    COMPARISON,
    DECLINE,
    SAFETY,
    SMALLTALK,
    Answer,
    Choice,
    ShownSource,
    Table,
)
from medpath.answering.replies.buttons import ButtonTitles, title_of
from medpath.answering.replies.openings import openings_of
from medpath.answering.replies.years import Years
from medpath.knowledge.records import UNDATED, Fact, Knowledge
from medpath.knowledge.yaml_lines import read_yaml

PICK = "fact:"
MOST_CHOICES = 3
DEFINITION = "definition"
SAFETY_INTENTS = frozenset({"medical_advice"})


@dataclass(frozen=True)
class Texts:
    """The sentences around the facts, as data/answering/texts.yml has them."""

    warnings: Mapping[str, str]
    pace: Mapping[str, str]
    origin: Mapping[str, str]
    clarify: str
    clarify_about: str
    hedge: str
    situated: str
    also: str
    again: str
    years: Mapping[str, Any]
    openings: Mapping[str, Any]
    noted: str
    instead: str
    several: Mapping[str, str]
    about: Mapping[str, str]
    forget_asked: str
    forget_button: str
    forgotten: str
    feedback_stays: str
    menu: Mapping[str, Any]
    beside: str
    support: Mapping[str, Any]
    chances: str
    in_general: Mapping[str, str]
    decline: Mapping[str, str]
    buttons: Mapping[str, Sequence[str]]


def load_texts(path: Path) -> Texts:
    """Reads the texts."""
    return Texts(**read_yaml(path))


class Composer:
    """Writes replies about facts of one knowledge file."""

    def __init__(self, knowledge: Knowledge, texts: Texts) -> None:
        self._knowledge, self._texts = knowledge, texts
        self.openings = openings_of(texts.openings)
        self.years = Years(texts.years)
        self.titles = ButtonTitles(knowledge, texts.buttons["asking"], texts.buttons["small"])

    def answer(
        self,
        fact: Fact,
        others: Sequence[Fact],
        today: date,
        score: float = 1.0,
        lead: str = "",
        belief: Fact | None = None,
        notes: Sequence[Fact] = (),
        text: str = "",
        more: str | None = None,
    ) -> Answer:
        """An answer that states a fact and offers `others` next.

        `lead` is a sentence before the fact; `belief` a fact that corrects a mistaken belief, which is stated first;
        `notes` are told in short below; `text` is the fact's text with another opening and
        `more` what is told of its second part, None for all.
        """
        before = [belief] if belief is not None and belief.id != fact.id else []
        stated = [*before, fact, *notes]
        ordered = sorted(stated, key=lambda one: one.id != fact.id)
        paragraphs = (lead, *(one.text for one in before), text or fact.text, fact.more if more is None else more)
        fresh = [other for other in others if other.id not in {one.id for one in stated}]
        return Answer(
            kind=ANSWER,
            body="\n\n".join(filter(None, (*paragraphs, *map(self._also, notes)))),
            facts=tuple(one.id for one in ordered),
            topics=tuple(dict.fromkeys(one.topic for one in ordered if one not in notes)),
            sources=self._sources(stated),
            warnings=tuple(dict.fromkeys(line for one in stated for line in self.warnings(one, today))),
            choices=self._next(fresh, fact),
            score=score,
            check=checked(fact),
        )

    def hedged(self, answer: Answer, readings: Sequence[Fact]) -> Answer:
        """An answer that may be to another question than was asked, with other readings to pick first."""
        body = f"{self._texts.hedge}\n\n{answer.body}"
        choices = (*self._readings(readings)[: MOST_CHOICES - 1], *answer.choices)
        return replace(answer, body=body, choices=self.titles.distinct(choices, "", MOST_CHOICES))

    def again(
        self, fact: Fact, text: str, note: Fact | None, others: Sequence[Fact], today: date, score: float
    ) -> Answer:
        """What answers of a fact that was just told, `text`, and another one that may be meant below it."""
        notes = [note] if note else []
        short = [self._texts.again.format(text=text), *map(self._also, notes)]
        return replace(self.answer(fact, others, today, score, notes=notes), body="\n\n".join(short))

    def _also(self, note: Fact) -> str:
        return self._texts.also.format(text=note.text)

    def joined(
        self,
        kind: str,
        body: str,
        facts: Sequence[Fact],
        today: date,
        table: Table | None = None,
        choices: Sequence[Choice] = (),
    ) -> Answer:
        """An answer of a kind that rests on several facts, with the sources and warnings of all of them."""
        return Answer(
            kind=kind,
            body=body,
            facts=tuple(dict.fromkeys(fact.id for fact in facts)),
            topics=tuple(dict.fromkeys(fact.topic for fact in facts)),
            sources=self._sources(facts),
            warnings=tuple(dict.fromkeys(line for fact in facts for line in self.warnings(fact, today))),
            choices=tuple(choices[:MOST_CHOICES]),
            score=1.0,
            table=table,
            check=checked(facts[0]) if facts else "",
        )

    def compared(
        self, told: Sequence[Fact], cells: Sequence[Fact], body: str, table: Table | None, today: date
    ) -> Answer:
        """A comparison that states the facts of `told` in words and those of `cells` in a table that gives their years.

        One source of each cell is named, and one warning stands for all figures that are old.
        """
        answer = self.joined(COMPARISON, body, [*told, *cells], today, table)
        first = [source for fact in cells for source in self._sources([fact])[:1]]
        old = [self._texts.warnings["compared"]] if any(fact.is_stale(today) for fact in cells) else []
        gone = [line for fact in cells if fact.is_expired(today) for line in self.warnings(fact, today)]
        warnings = [*(line for fact in told for line in self.warnings(fact, today)), *gone, *old]
        sources = tuple(dict.fromkeys((*self._sources(told), *first)))
        return replace(answer, sources=sources, warnings=tuple(dict.fromkeys(warnings)))

    def offering(self, answer: Answer, facts: Sequence[Fact]) -> Answer:
        """A refusal with the nearest facts to pick from, for somebody who can use what is near."""
        return replace(answer, choices=self._readings(facts))

    def clarification(self, facts: Sequence[Fact], score: float) -> Answer:
        """A question back with at most three readings."""
        choices = self._readings(facts)
        return Answer(CLARIFY, self._texts.clarify, choices=choices, score=score)

    def asked_back_about(self, answer: Answer, topic: str) -> Answer:
        """A question back that names what the message was taken to be about."""
        return replace(answer, body=self._texts.clarify_about.format(topic=topic))

    def instead(self, facts: Sequence[Fact]) -> Answer:
        """An apology for a wrong answer, with at most three other readings of the question."""
        choices = self._readings(facts)
        return Answer(CLARIFY, self._texts.instead, choices=choices)

    def beside(self, answer: Answer) -> Answer:
        """An answer after the help lines, with a word that leads over to it."""
        return replace(answer, body=f"{self._texts.beside} {answer.body}")

    def support(self, fact: Fact, others: Sequence[Fact], today: date, notes: Sequence[Fact]) -> Answer:
        """A fact on well-being or leaving, after a human word where it does not speak one itself."""
        lead = "" if fact.topic in self._texts.support["spoken"] else self._texts.support["lead"]
        return self.answer(fact, others, today, lead=lead, notes=notes)

    def kindly(self, answer: Answer) -> Answer:
        """An answer to somebody who is weary, after a human word."""
        return replace(answer, body=f"{self._texts.support['lead']}\n\n{answer.body}")

    def in_general(self, reason: str) -> str:
        """The sentence before a fact for somebody whose own case no fact judges; empty for other kinds of message."""
        return self._texts.in_general.get(reason, "")

    @property
    def support_topics(self) -> frozenset[str]:
        """The topics whose facts answer doubt and weariness."""
        return frozenset(self._texts.support["topics"])

    @property
    def support_default(self) -> str:
        """The fact for those whose words fit none."""
        return str(self._texts.support["default"])

    def about(self, told: str) -> Answer:
        """What a person has told of himself, or that it was nothing."""
        return Answer(SMALLTALK, self._texts.about["something" if told else "nothing"].format(told=told))

    def forget_asked(self) -> Answer:
        """The question whether a conversation is to be erased."""
        button = self._texts.forget_button
        return Answer(CLARIFY, " ".join(self._texts.forget_asked.split()), choices=(Choice(button, button),))

    def forgotten(self, feedback_stays: bool) -> Answer:
        """What is gone and what stays when a conversation has been erased."""
        more = [self._texts.feedback_stays] if feedback_stays else []
        return Answer(SMALLTALK, " ".join([self._texts.forgotten, *more]))

    def situated(self, answer: Answer) -> Answer:
        """An answer to the last question once more, after what a person has said of himself."""
        return replace(answer, body=f"{self._texts.situated} {answer.body}")

    def noted(self) -> Answer:
        """The reply to what a person says of himself, where it changes no answer."""
        return Answer(SMALLTALK, self._texts.noted)

    @property
    def several(self) -> Mapping[str, str]:
        """The sentences around the answers to several questions."""
        return self._texts.several

    def menu(self) -> Answer:
        """The areas with a question on each to tap, for somebody who was not understood twice."""
        choices = tuple(Choice(title_of(question), question) for question in self._texts.menu["questions"])
        return Answer(CLARIFY, self._texts.menu["text"].strip(), choices=choices)

    def decline(self, reason: str, hub: str, score: float = 0.0) -> Answer:
        """A decline for a reason (an intent, or "unknown"), with whom to ask instead on a hub's field (or on none)."""
        known = reason if reason in self._texts.decline else "unknown"
        kind = SAFETY if known in SAFETY_INTENTS else DECLINE
        where = self._knowledge.hubs[hub].ask if hub else ""
        text = self._texts.decline[known].format(where=where)
        return Answer(kind, " ".join(text.split()), score=score, reason=known)

    def origin(self, fact: Fact, today: date) -> Answer:
        """Where a fact comes from, and how it was checked."""
        sources = self._sources([fact])
        pages = ", ".join(f"{source.publisher}: {source.title}" for source in sources)
        text = self._texts.origin[checked(fact)]
        warnings = self.warnings(fact, today)
        body = text.format(pages=pages, as_of=shown_date(fact))
        return Answer(
            ANSWER,
            body,
            (fact.id,),
            (fact.topic,),
            sources,
            tuple(warnings),
            score=1.0,
            check=checked(fact) if sources else "",
        )

    @property
    def chances(self) -> str:
        """The caveat before statistics when somebody asks for his own chances."""
        return self._texts.chances

    def warnings(self, fact: Fact, today: date) -> list[str]:
        """What to know about the age of a fact, where it may be out of date."""
        if fact.is_expired(today):
            return [self._texts.warnings["expired"].format(expires=fact.expires)]
        if fact.is_stale(today):
            key = "undated" if fact.as_of == UNDATED else "stale"
            return [self._texts.warnings[key].format(as_of=shown_date(fact), pace=self._texts.pace[fact.changes])]
        return []

    def _sources(self, facts: Sequence[Fact]) -> tuple[ShownSource, ...]:
        shown = (
            ShownSource(source.publisher, source.title, source.url, shown_date(fact), fact.check)
            for fact in facts
            for source in self._knowledge.sources_of(fact)
        )
        return tuple(dict.fromkeys(shown))

    def _next(self, others: Sequence[Fact], after: Fact) -> tuple[Choice, ...]:
        """What to ask after a fact; what a thing is comes when all else is told."""
        titled = (
            Choice(self.titles.within(fact) if fact.topic == after.topic else self.titles.alone(fact), PICK + fact.id)
            for fact in sorted(others, key=lambda fact: fact.aspect == DEFINITION)
        )
        return self.titles.distinct(titled, self.titles.within(after), MOST_CHOICES)

    def _readings(self, facts: Sequence[Fact]) -> tuple[Choice, ...]:
        """The first facts as things that may be meant."""
        titled = (Choice(self.titles.alone(fact), PICK + fact.id, (fact.id,)) for fact in facts)
        return self.titles.distinct(titled, "", MOST_CHOICES)


def checked(fact: Fact) -> str:
    """How a fact was checked, as the answers tell it."""
    return fact.check if fact.sources else ADVICE


def shown_date(fact: Fact) -> str:
    """The date of a fact as people read it: "2026-03", "2026, 2027 cycle" or "undated"."""
    return f"{fact.as_of}, {fact.period}" if fact.period and fact.period != fact.as_of else fact.as_of


def as_message(answer: Answer) -> dict[str, Any]:
    """The arguments of an SDK dispatcher's utter_message for an answer."""
    buttons = [{"title": choice.title, "payload": choice.payload} for choice in answer.choices]
    return {"text": answer.text(), "buttons": buttons, "json_message": answer.block()}
