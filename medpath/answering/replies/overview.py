"""Draws up the card of a topic for a broad question: what it is, then its main points in short rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from medpath.answering.replies.answer import OVERVIEW, Answer, Choice, ShownSource, Table
from medpath.answering.replies.buttons import title_of
from medpath.answering.replies.composing import MOST_CHOICES, PICK, Composer
from medpath.answering.replies.sentences import first_sentences
from medpath.knowledge.records import OFFICIAL, UNDATED, Fact, Knowledge, Topic
from medpath.knowledge.yaml_lines import read_yaml
from medpath.language.following import FollowUpWords
from medpath.language.topics import Mention
from medpath.language.wording import Word

# How near each of some facts of a topic is to a question, 1 where it is one of the fact's sample questions.
Near = Callable[[str, Sequence[Fact]], Sequence[float]]
NAME = "X"
BARE = (NAME,)
PHASE = "phase"
USUAL = "usual"


@dataclass(frozen=True)
class Line:
    """A row that a card may have: its heading, and which unit of a topic may stand in it.

    The unit is of one of the aspects and near to one of the questions; where it holds for one phase only, that is
    `phase`.
    """

    heading: str
    aspects: tuple[str, ...]
    questions: tuple[str, ...]
    phase: str = ""
    near: float = 0.0


@dataclass(frozen=True)
class OverviewRules:
    """What data/answering/overviews.yml says; it explains the fields."""

    broad: tuple[str, ...]
    small: frozenset[str]
    nouns: Mapping[str, tuple[str, ...]]
    called: Mapping[str, str]
    least: int
    most: int
    sure: int
    filled: int
    label: int
    filling: frozenset[str]
    longest: int
    sentence: int
    near: float
    first: float
    openings: Mapping[str, Line]
    official: float
    dated: float
    later: float
    parts: int
    dependent: frozenset[str]
    view: str
    kinds: Mapping[str, tuple[Line, ...]]


def load_overview_rules(path: Path) -> OverviewRules:
    """Reads the file of overviews."""
    content = read_yaml(path)
    lines = {kind: tuple(_line(row) for row in rows) for kind, rows in content["kinds"].items()}
    openings = {kind: _line(row) for kind, row in content["openings"].items()}
    words = {key: frozenset(content[key]) for key in ("small", "dependent", "filling")}
    read = {"broad": tuple(content["broad"]), "openings": openings, "kinds": lines}
    return OverviewRules(**{**content, **words, **read})


def _line(row: Mapping[str, Any]) -> Line:
    return Line(**{"heading": "", **row, "aspects": tuple(row["aspects"]), "questions": tuple(row["questions"])})


@dataclass(frozen=True)
class Named:
    """What a broad question is about: the id of the topic, its name as it was written, and whether that is all."""

    topic: str
    text: str
    bare: bool


class BroadQuestions:
    """Tells by what a message says beside a name whether it asks for no more than an overview."""

    def __init__(
        self,
        rules: OverviewRules,
        known: FollowUpWords,
        words: Callable[[str], Sequence[Word]],
        kind_of: Callable[[str], str],
        asking: frozenset[str],
    ) -> None:
        """`words` brings a text to words in normal form, `kind_of` gives the kind of a topic.

        `asking` are the words that questions begin with.
        """
        self._rules, self._words, self._kind_of, self._asking = rules, words, kind_of, asking
        self._small = self._normal(" ".join((*known.fillers, *rules.small)))
        self._nouns = {kind: self._normal(" ".join(nouns)) for kind, nouns in rules.nouns.items()}
        self._called = {tuple(word.norm for word in words(name)): topic for name, topic in rules.called.items()}
        self._broad = frozenset(
            self._beside(words(phrase), lambda word: word.written == NAME) for phrase in rules.broad
        )

    def named(self, text: str, mentions: Sequence[Mention]) -> Named | None:
        """The one thing that a message asks about in general; None if it names several or asks anything beside."""
        words = self._words(text)
        for topic, start, end in self._names(words, mentions):
            name = text[start:end]
            nouns = self._nouns.get(self._kind_of(topic), frozenset())
            said = [w for w in words if start <= w.start < end or w.norm not in nouns]
            pattern = self._beside(said, lambda word: start <= word.start < end)  # noqa: B023
            if pattern in self._broad and not self._asks(name):
                return Named(topic, name, pattern == BARE)
        return None

    def _names(self, words: Sequence[Word], mentions: Sequence[Mention]) -> Iterator[tuple[str, int, int]]:
        """The topics that a message names, each with the stretch from its first to its last name."""
        for called, topic in self._called.items():
            for first in range(len(words) - len(called) + 1):
                stretch = words[first : first + len(called)]
                if tuple(word.norm for word in stretch) == called:
                    yield topic, stretch[0].start, stretch[-1].end
        for topics in dict.fromkeys(mention.topics for mention in mentions if len(mention.topics) == 1):
            own = [mention for mention in mentions if mention.topics == topics]
            yield topics[0], own[0].start, own[-1].end

    def _beside(self, words: Sequence[Word], is_name: Callable[[Word], bool]) -> tuple[str, ...]:
        """The words in normal form with X for the name, small words left out."""
        said = [NAME if is_name(word) else word.norm for word in words if is_name(word) or word.norm not in self._small]
        return tuple(word for i, word in enumerate(said) if word != NAME or said[i - 1 : i] != [NAME])

    def _asks(self, name: str) -> bool:
        """Whether a name is a question itself ("is residency bad")."""
        return " " in name and not self._asking.isdisjoint(name.lower().split())

    def _normal(self, text: str) -> frozenset[str]:
        return frozenset(word.norm for word in self._words(text))


@dataclass(frozen=True)
class Row:
    """A unit under its heading, and how near it is to what is asked of such a row."""

    heading: str
    fact: Fact
    near: float
    worth: float


class Overviews:
    """Draws up cards from the units of topics."""

    def __init__(self, knowledge: Knowledge, composer: Composer, rules: OverviewRules, near: Near) -> None:
        self._knowledge, self._composer, self._rules, self._near = knowledge, composer, rules, near

    def card(self, topic: Topic, today: date) -> Answer | None:
        """What a topic is, with its main points in rows; None if it has too little for that."""
        lead = self._lead(topic, today)
        rows = self._rows(topic, lead, today) if lead else ()
        if lead is None or len(rows) < self._rules.least:
            return None
        facts = [lead, *(row.fact for row in rows)]
        table = Table(("", ""), tuple((row.heading, self._short(row.fact)) for row in rows))
        choices = self._next(topic, facts, today)
        card = self._composer.joined(OVERVIEW, lead.text, facts, today, table, choices)
        warnings = tuple(self._warnings(lead, rows, today))
        return replace(card, topics=(topic.id,), sources=tuple(_by_page(card.sources)), warnings=warnings)

    def _lead(self, topic: Topic, today: date) -> Fact | None:
        """The unit that says what the topic is, its first one or one that surely does; None where there is none."""
        opening = self._rules.openings.get(topic.kind, self._rules.openings[USUAL])
        first = self._fitting(replace(opening, near=self._rules.first), topic, topic.facts[:1])
        rows = first or self._fitting(opening, topic, topic.facts)
        lead = max(rows, key=_by_worth).fact if rows else None
        return None if lead is None or lead.is_expired(today) else lead

    def _rows(self, topic: Topic, lead: Fact, today: date) -> list[Row]:
        """The rows of the topic's kind in their order, each with the best of the units that are nearest to it."""
        speaking = [fact for fact in topic.facts if fact != lead and self._speaks_for(fact, topic, lead, today)]
        fitting = [row for line in self._rules.kinds[topic.kind] for row in self._placed(line, topic, lead, speaking)]
        nearest = {row.fact.id: row for row in sorted(fitting, key=lambda row: row.near)}
        best = {row.heading: row for row in sorted(nearest.values(), key=_by_worth)}
        surest = sorted(best.values(), key=lambda row: -row.near)[: self._rules.most]
        rows = [row for line in self._rules.kinds[topic.kind] for row in surest if row.heading == line.heading]
        return [*rows, *self._filling(topic, rows, speaking)]

    def _placed(self, line: Line, topic: Topic, lead: Fact, facts: Sequence[Fact]) -> list[Row]:
        """The units that may stand in a row, also by the phase that they hold for."""
        phases = {line.phase, lead.setting.get(PHASE, ""), ""}
        return self._fitting(line, topic, [fact for fact in facts if fact.setting.get(PHASE, "") in phases])

    def _fitting(self, line: Line, topic: Topic, facts: Sequence[Fact]) -> list[Row]:
        """The units that answer a question of a row."""
        facts = [fact for fact in facts if fact.aspect in line.aspects]
        asked = [question.format(name=topic.short_name) for question in line.questions] if facts else []
        nearness = zip(*(self._near(question, facts) for question in asked), strict=True)
        rows = [
            Row(line.heading, fact, max(near), max(near) + self._worth(fact, topic))
            for fact, near in zip(facts, nearness, strict=True)
        ]
        return [row for row in rows if row.near >= (line.near or self._rules.near)]

    def _filling(self, topic: Topic, rows: Sequence[Row], speaking: Sequence[Fact]) -> Iterator[Row]:
        """To few rows the units that are nearest to the topic itself, one of an aspect, each under its own label."""
        aspects = {row.fact.aspect for row in rows}
        free = self._rules.filled - len(rows) if len(rows) >= self._rules.sure else 0
        line = Line("", tuple(self._rules.filling - aspects), (topic.short_name,), near=self._rules.near)
        for row in sorted(self._fitting(line, topic, speaking), key=_by_worth, reverse=True):
            if free > 0 and row.fact.aspect not in aspects and len(row.fact.label) <= self._rules.label:
                aspects.add(row.fact.aspect)
                free -= 1
                yield replace(row, heading=title_of(row.fact.label))

    def _worth(self, fact: Fact, topic: Topic) -> float:
        """What speaks for a unit beside its nearness: that it is official, dated and among the first of its topic."""
        official = self._rules.official if fact.check == OFFICIAL and fact.sources else 0.0
        dated = self._rules.dated if fact.as_of != UNDATED else 0.0
        return official + dated - self._rules.later * topic.facts.index(fact) / len(topic.facts)

    def _speaks_for(self, fact: Fact, topic: Topic, lead: Fact, today: date) -> bool:
        """Whether a unit holds for the whole topic, now, and can stand without the question that it answers."""
        audiences, usual = _usual(topic, lead)
        own = {key for key, value in fact.setting.items() if key != PHASE and (key, value) not in usual}
        begins = fact.text.split()[0]
        alone = begins.lower() not in self._rules.dependent and not begins.endswith((",", ":", ".", ";"))
        short = len(first_sentences(fact.text, 1)) <= self._rules.longest
        return fact.audience in audiences and not own and alone and short and not fact.is_expired(today)

    def _short(self, fact: Fact) -> str:
        return first_sentences(fact.text, longest=self._rules.sentence)

    def _warnings(self, lead: Fact, rows: Sequence[Row], today: date) -> Iterator[str]:
        """What to know about the age of the units, with the headings of the rows that it concerns."""
        yield from self._composer.warnings(lead, today)
        said: dict[str, list[str]] = {}
        for row in rows:
            for warning in self._composer.warnings(row.fact, today):
                said.setdefault(warning, []).append(row.heading)
        for warning, headings in said.items():
            yield f"{', '.join(headings)}: {warning}"
        views = [row.heading for row in rows if not row.fact.sources]
        if views:
            yield self._rules.view.format(headings=", ".join(views))

    def _next(self, topic: Topic, told: Sequence[Fact], today: date) -> tuple[Choice, ...]:
        """The questions to ask next: on the largest parts of the topic, then on other units, of other aspects first."""
        parts = sorted((t for t in self._knowledge.topics if t.part_of == topic.id), key=lambda t: -len(t.facts))
        leads = [lead for part in parts if (lead := self._lead(part, today))][: self._rules.parts]
        own = [fact for fact in topic.facts if fact not in told and self._speaks_for(fact, topic, told[0], today)]
        own.sort(key=lambda fact: fact.aspect in {one.aspect for one in told})
        titles = self._composer.titles
        asked = (Choice(question, PICK + fact.id) for fact in (*leads, *own) if (question := titles.question(fact)))
        return titles.distinct(asked, "", MOST_CHOICES)


def _usual(topic: Topic, lead: Fact) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """The audiences and settings of the topic itself: none, its lead's, and what most of its units share.

    A setting is a topic's own also where a quarter of the units have it, and few another of its kind.
    """
    audiences = [fact.audience for fact in topic.facts]
    settings = Counter(pair for fact in topic.facts for pair in fact.setting.items())
    keys = Counter(key for fact in topic.facts for key in fact.setting)
    shared = (p for p, count in settings.items() if 4 * count >= len(audiences) and 3 * count > 2 * keys[p[0]])
    return (
        frozenset({"", lead.audience, *(one for one in audiences if 2 * audiences.count(one) >= len(audiences))}),
        frozenset({*lead.setting.items(), *shared}),
    )


def _by_worth(row: Row) -> float:
    return row.worth


def _by_page(sources: Sequence[ShownSource]) -> Iterator[ShownSource]:
    """Each page once, with the dates of all that was taken from it."""
    pages: dict[tuple[str, str, str, str], list[str]] = {}
    for source in sources:
        dates = pages.setdefault((source.publisher, source.title, source.url, source.check), [])
        dates += [source.as_of] if source.as_of not in dates else []
    for (publisher, title, url, check), dates in pages.items():
        yield ShownSource(publisher, title, url, _joined(dates), check)


def _joined(dates: Sequence[str]) -> str:
    """Dates one after another, without those that another one tells more exactly ("2024; 2024, 2024 Match")."""
    known = [one for one in dates if not one.startswith(UNDATED)] or list(dates)
    return "; ".join(one for one in known if not any(two != one and two.startswith(one) for two in known))
