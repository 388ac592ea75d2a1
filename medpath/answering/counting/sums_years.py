"""The years of all stages of training up to a specialty, from a start or from where somebody stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from medpath.answering.counting.sums_terms import DURATION, Missing, Named, Reckoning, Rules, listed, plain_name, says
from medpath.knowledge.records import Fact, Knowledge, Topic

COLLEGE, SCHOOL, TRAINING = STAGES = ("college", "school", "training")
_SPAN = re.compile(r"(\d+)(?:\s*(?:-|–|or|to)\s*(\d+|more))?(?:\s*years?)?")


@dataclass(frozen=True)
class Years:
    """A number of years from `least` to `most`; None where it may be any number more."""

    least: int
    most: int | None

    def __add__(self, other: Years) -> Years:
        most = None if self.most is None or other.most is None else self.most + other.most
        return Years(self.least + other.least, most)

    def without(self, done: int) -> Years:
        """What is left after the years that are done."""
        return Years(self.least - done, None if self.most is None else self.most - done)

    def __str__(self) -> str:
        if self.most is None:
            return f"at least {_years(self.least)}"
        return _years(self.least) if self.least == self.most else f"{self.least} to {_years(self.most)}"


@dataclass(frozen=True)
class Stage:
    """A stretch of training: its label, its length from year `year` on, and the fact that states it."""

    name: str
    label: str
    years: Years
    fact: Fact
    year: int = 1


@dataclass(frozen=True)
class Standing:
    """Where the count starts: a stage and the year in it, counted from 1."""

    stage: str
    year: int = 1


def span(value: object) -> Years | None:
    """The years that a value states: 7, "3 or 4", "5-6", "4 or more", "5 (fast track) or 6"; None if it is other."""
    match = _SPAN.fullmatch(re.sub(r"\s*\([^)]*\)", "", str(value)))
    if match is None:
        return None
    most = match[2] or match[1]
    return Years(int(match[1]), None if most == "more" else int(most))


class TrainingYears:
    """Adds up college, medical school, residency and fellowship."""

    def __init__(self, knowledge: Knowledge, rules: Rules) -> None:
        self._knowledge, self._rules = knowledge, rules["years"]

    def reckoned(self, text: str, names: Sequence[Named]) -> Reckoning | Missing | None:
        """The years to the specialty that a message names, over the stages that it asks for."""
        if not says(self._rules["asks"], text) or says(self._rules["never"], text):
            return None
        topic = self._goal(text, names)
        standing = self._standing(text) if topic else None
        if isinstance(standing, Missing):
            return standing
        if topic is None or standing is None or (standing.stage == TRAINING and self._strays(topic, names)):
            return None
        stages = [*self._school_stages(text), *self._training(topic)]
        return self._sum(topic, stages, standing) if {stage.name for stage in stages} == set(STAGES) else None

    def _goal(self, text: str, names: Sequence[Named]) -> Topic | None:
        """The specialty that somebody means to practice: the one after the word for it, or the only one."""
        goal = says(self._rules["goal"], text)
        behind = [name for name in names if goal and name.start >= goal.end()]
        meant = behind[:1] or list(names)
        if len({name.key for name in meant}) != 1 or not (goal or says(self._rules["towards"], text)):
            return None
        if meant[0].key in self._rules["incomplete"] or self._qualified(text, meant[0], names):
            return None
        return self._knowledge.topic(meant[0].key)

    def _qualified(self, text: str, meant: Named, names: Sequence[Named]) -> bool:
        """Whether a word before the name makes it another specialty ("pediatric neurosurgeon")."""
        beside = (sorted((meant, name), key=lambda one: one.start) for name in names if name.key != meant.key)
        touching = any(not text[first.end : second.start].strip(" -/") for first, second in beside)
        return touching or bool(says(self._rules["qualified"], text[: meant.start]))

    def _strays(self, topic: Topic, names: Sequence[Named]) -> bool:
        """Whether somebody trains in a specialty that the facts do not tell to lead to the one aimed at."""
        others = [self._knowledge.topic(name.key) for name in names if name.key != topic.id]
        leads = " ".join(str(fact.values.get(self._rules["prerequisite"], "")).lower() for fact in topic.facts)
        return any(other is None or plain_name(other).lower() not in leads for other in others)

    def _standing(self, text: str) -> Standing | Missing | None:
        """Where to count from; Missing if it is from now and now is not told, None if no total is asked for."""
        stated = self._stated(text)
        if stated:
            return stated if says(self._rules["reaching"], text) else None
        start = next((row["stage"] for row in self._rules["starts"] if says(row["says"], text)), None)
        if start is None and says(self._rules["now"], text):
            return Missing(self._rules["missing"])
        stage = start or (COLLEGE if self._over_all(text) else None)
        return Standing(stage) if stage else None

    def _stated(self, text: str) -> Standing | None:
        """The stage and year that somebody says to be in."""
        for row in self._rules["stages"]:
            match = says(row["says"].replace("{ordinals}", self._rules["ordinals"]), text)
            if match:
                said = next((group for group in match.groups() if group), None)
                return Standing(row["stage"], self._rules["numbers"].get(said.lower()) or int(said) if said else 1)
        return None

    def _over_all(self, text: str) -> bool:
        return bool(says(self._rules["total"], text)) and not says(self._rules["narrow"], text)

    def _school_stages(self, text: str) -> list[Stage]:
        school = next(row for row in self._rules["schools"] if says(row["says"], text))
        found = [self._read(COLLEGE, self._rules["college"]), self._read(SCHOOL, school)]
        return [stage for stage in found if stage is not None]

    def _read(self, name: str, row: Mapping[str, str]) -> Stage | None:
        """A stage as a value of its fact gives it, or else the fact's text."""
        fact = self._knowledge.fact(row["fact"])
        if fact is None:
            return None
        text = says(row["text"], fact.text) if "text" in row else None
        years = span(fact.values.get(row["value"], text[1] if text else None))
        return Stage(name, row["label"], years, fact) if years else None

    def _training(self, topic: Topic) -> list[Stage]:
        """Residency and fellowship of a topic, apart where both have one length, else together."""
        for fact in topic.facts:
            for key in self._rules["after_school"].get(topic.kind, ()) if fact.aspect == DURATION else ():
                years = span(fact.values.get(key))
                if years is not None:
                    return self._split(topic, fact, years) or [self._whole(topic, fact, years, key)]
        return []

    def _split(self, topic: Topic, fact: Fact, years: Years) -> list[Stage]:
        fellowship = fact.values.get(self._rules["fellowship"])
        if not isinstance(fellowship, int) or years.least != years.most or fellowship >= years.least:
            return []
        prerequisite = re.sub(r"\s*\([^)]*\)", "", str(fact.values.get(self._rules["prerequisite"], "")))
        before = self._rules["before_named" if prerequisite else "before"].format(prerequisite=prerequisite)
        label = _capital(self._rules["fellow"].format(name=plain_name(topic)))
        return [
            Stage(TRAINING, before, years.without(fellowship), fact),
            Stage(TRAINING, label, Years(fellowship, fellowship), fact),
        ]

    def _whole(self, topic: Topic, fact: Fact, years: Years, key: str) -> Stage:
        words = "integrated" if "integrated" in key else "residency"
        template = self._rules[words if topic.kind == "specialty" else "all_training"]
        return Stage(TRAINING, _capital(template.format(name=plain_name(topic))), years, fact)

    def _sum(self, topic: Topic, stages: Sequence[Stage], standing: Standing) -> Reckoning | None:
        counted = [stage for stage in stages if STAGES.index(stage.name) >= STAGES.index(standing.stage)]
        left = _left(counted, standing)
        if not left:
            return None
        total = left[0].years
        for stage in left[1:]:
            total += stage.years
        lines = [*map(self._line, left), self._rules["sum"].format(years=total)]
        ending = self._rules["counted" if standing.year > 1 else "beyond"]
        lead = self._rules["lead"].format(name=plain_name(topic))
        return Reckoning(listed(lead, lines, ending), tuple(stage.fact for stage in left))

    def _line(self, stage: Stage) -> str:
        words: Any = self._rules["line" if stage.year == 1 else "under_way"]
        return str(words.format(label=stage.label, years=stage.years, year=stage.year))


def _left(stages: Sequence[Stage], standing: Standing) -> list[Stage]:
    """The stages without the years done; nothing if these go beyond the stage or its length is not fixed."""
    done, left = standing.year - 1, []
    for stage in stages:
        here = done if stage.name == standing.stage else 0
        if here and stage.years.most != stage.years.least:
            return []
        if here < stage.years.least:
            left.append(replace(stage, years=stage.years.without(here), year=here + 1))
        done -= min(here, stage.years.least)
    return [] if done else left


def _years(number: int) -> str:
    return f"{number} year" if number == 1 else f"{number} years"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
