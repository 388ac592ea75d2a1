"""What a language model is asked about a message, and what it may say: it chooses among facts, it never writes one.

The adviser of the process makes a Consultation, whoever holds the model turns its Inquiry into a Verdict, and the
adviser composes the reply from it. Nothing of a verdict is shown but the facts that it names, which are ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from medpath.answering.conversation.memory import Memory
from medpath.answering.conversation.weighing import Turn
from medpath.answering.replies.answer import ANSWER, CLARIFY, COMPARISON, DECLINE, Answer
from medpath.knowledge.records import Fact

MOST_FACTS = 16
MOST_THINGS = 4
MOST_OF_A_THING = 3
# A question back has so many readings.
LEAST_READINGS, MOST_READINGS = 2, 3
LONGEST_SEARCH = 120
# The id by which a comparison or a list of our own stands among the facts.
PREPARED = "prepared"
PREPARED_CHARACTERS = 600
# How likely an answer that a model chose is right; docs/language-model.md tells how that was measured.
CHOSEN = 0.85
# Local replies of these kinds a model may better.
ASKED_ON = frozenset({ANSWER, COMPARISON, CLARIFY, DECLINE})
# What may stand before a fact; "" is nothing.
OPENINGS = ("yes", "no", "it depends")
NOTHING_BEFORE = "none"


@dataclass(frozen=True)
class Candidate:
    """A fact as the model sees it, with both parts of its text."""

    id: str
    topic: str
    label: str
    text: str


@dataclass(frozen=True)
class Exchange:
    """A question of earlier turns as it was understood, and the topics and labels of the facts that answered it."""

    asked: str
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Inquiry:
    """All that a model is told: the message, the last exchanges (latest last), what the person said of himself, facts.

    `may_search`: whether it may ask for one further search before it chooses.
    """

    message: str
    earlier: tuple[Exchange, ...]
    person: str
    candidates: tuple[Candidate, ...]
    may_search: bool = True

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids that a verdict may name."""
        return tuple(candidate.id for candidate in self.candidates)


@dataclass(frozen=True)
class Thing:
    """One of the things that a message asks: the facts that answer it, best first, and what is to stand before them.

    `opening` is one of OPENINGS, empty for none of them, or None where the model does not say.
    """

    facts: tuple[str, ...]
    opening: str | None = None


@dataclass(frozen=True)
class Verdict:
    """What a model made of an inquiry; exactly one of the fields is set, or none where it said nothing of use."""

    things: tuple[Thing, ...] = ()
    readings: tuple[str, ...] = ()
    nothing: bool = False
    search: str = ""

    def within(self, inquiry: Inquiry) -> Verdict:
        """The verdict without ids that were not offered, without doubles, and no longer than it may be."""
        unused = dict.fromkeys(inquiry.ids)
        things = []
        for thing in self.things[:MOST_THINGS]:
            known = tuple(one for one in dict.fromkeys(thing.facts) if one in unused)[:MOST_OF_A_THING]
            for one in known:
                unused.pop(one)
            if known:
                things.append(Thing(known, thing.opening if thing.opening in ("", *OPENINGS) else None))
        readings = tuple(one for one in dict.fromkeys(self.readings) if one in inquiry.ids and one != PREPARED)
        return Verdict(
            things=tuple(things),
            readings=readings[:MOST_READINGS] if len(readings) >= LEAST_READINGS else (),
            nothing=self.nothing,
            search=" ".join(self.search.split())[:LONGEST_SEARCH] if inquiry.may_search else "",
        )

    @property
    def of_use(self) -> bool:
        """Whether a reply can be made of it."""
        return bool(self.things or self.readings or self.nothing)


@dataclass(frozen=True)
class Consultation:
    """A turn that a model may be asked about: the inquiry, the local replies, and what composing needs afterwards."""

    inquiry: Inquiry
    facts: tuple[Fact, ...]
    turn: Turn
    local: tuple[Answer, ...]
    local_memory: Memory

    def widened(self, found: Sequence[Fact], candidates: Sequence[Candidate]) -> Consultation:
        """The consultation after a further search: what that found and what was offered before, by turns."""
        facts = interleaved((found, self.facts))
        known = {one.id: one for one in (*candidates, *self.inquiry.candidates)}
        offered = [known[fact.id] for fact in facts]
        offered += [known[PREPARED]] if PREPARED in known else []
        return replace(self, facts=facts, inquiry=replace(self.inquiry, candidates=tuple(offered), may_search=False))


def sure_of(local: Sequence[Answer]) -> float:
    """How sure the local replies are, from 0 to 1: the least sure of them counts, and only single facts are."""
    return min((answer.score if answer.kind == ANSWER else 0.0 for answer in local), default=0.0)


def is_worth_asking(local: Sequence[Answer]) -> bool:
    """Whether a model could do better: a sum is computed, an overview was asked for, other kinds are meant."""
    return all(answer.kind in ASKED_ON for answer in local)


def candidate_of(answer: Answer) -> Candidate:
    """A comparison or a list of ours as one of the candidates."""
    return Candidate(PREPARED, ", ".join(answer.topics), answer.kind, answer.text()[:PREPARED_CHARACTERS])


def prepared_in(local: Sequence[Answer]) -> tuple[Candidate, ...]:
    """The local reply as a candidate, where it is made of several facts."""
    return (candidate_of(local[0]),) if _is_prepared(local) else ()


def interleaved(groups: Iterable[Sequence[Fact]], most: int = MOST_FACTS) -> tuple[Fact, ...]:
    """The facts of several searches by turns, the best of each first, each fact once."""
    by_turns = (fact for row in zip_longest(*groups) for fact in row if fact is not None)
    return _each_once(by_turns)[:most]


def _each_once(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple({fact.id: fact for fact in facts}.values())


def _is_prepared(local: Sequence[Answer]) -> bool:
    return len(local) == 1 and local[0].kind == COMPARISON
