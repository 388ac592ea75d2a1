"""Whether a message asks for a plan."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from medpath.knowledge.yaml_lines import read_yaml
from medpath.planning.person import Person
from medpath.planning.reading import PersonReader, person_reader
from medpath.planning.reading.wording import Pattern, compiled
from medpath.project import find_project

_IN_SCHOOL = frozenset({"md", "do", "img"})


@dataclass(frozen=True)
class AskingWording:
    """The patterns of data/planning/asking.yml."""

    worth_reading: Pattern
    plan: tuple[Pattern, ...]
    plan_of_somebody: tuple[Pattern, ...]
    planning: Pattern
    own: Pattern
    no_plan: tuple[Pattern, ...]
    way: tuple[Pattern, ...]
    wish: tuple[Pattern, ...]
    goal: tuple[Pattern, ...]
    question: Pattern


def load_asking_wording(path: Path) -> AskingWording:
    """Reads the patterns; raises KnowledgeError if the file cannot be read."""
    content = read_yaml(path)
    lists = ("plan", "plan_of_somebody", "no_plan", "way", "wish", "goal")
    return AskingWording(
        worth_reading=re.compile(content["worth_reading"]),
        planning=compiled(content["planning"], content["names"]),
        own=compiled(content["own"], content["names"]),
        question=compiled(content["question"], content["names"]),
        **{name: tuple(compiled(says, content["names"]) for says in content[name]) for name in lists},
    )


@dataclass(frozen=True)
class PlanAsking:
    """Tells messages that ask for a plan from all others."""

    reader: PersonReader
    wording: AskingWording

    def begins(self, text: str, today: date, *, sounds_so: bool = False, asked: str = "") -> bool:
        """Whether a plan is to be begun; `sounds_so` is what a classifier of messages says of it.

        `asked` is what of a long message asks: what is told around it tells only who somebody is.
        It is where a plan is asked for in so many words, and where somebody tells a stage and a goal and asks what
        to do or nothing at all. Whoever asks for something particular beside that gets an answer instead.
        """
        if not sounds_so and self.wording.worth_reading.search(text) is None:
            return False
        said = self.reader.naming.read(asked or text).text
        if _found(self.wording.no_plan, said):
            return False
        if _found(self.wording.plan, said):
            return True
        person = self.reader.read(text, None, today, None)
        if sounds_so and (_stands(person) or self.wording.planning.search(said)) and not self._asks_else(said):
            return True
        if _found(self.wording.plan_of_somebody, said) and (_stands(person) or self.wording.own.search(said)):
            return True
        asks = _found(self.wording.way, said) or _found(self.wording.wish, said)
        return asks and _stands(person) and self._aims(person, said) and not self._asks_else(said)

    def is_way(self, part: str) -> bool:
        """Whether a stretch of a message asks for nothing but the plan."""
        said = self.reader.naming.read(part).text
        return _found(self.wording.plan, said) or not self._asks_else(said)

    def _asks_else(self, said: str) -> bool:
        """Whether anything is asked beside the way."""
        for pattern in self.wording.way:
            said = re.sub(rf"(?:{pattern.pattern})\W*", " ", said)
        return self.wording.question.search(said) is not None

    def _aims(self, person: Person, said: str) -> bool:
        """Whether the message tells where somebody wants to go."""
        return person.target is not None or _found(self.wording.goal, said)


def _stands(person: Person) -> bool:
    """Whether it is told where somebody stands on the way."""
    return person.stage is not None or person.school in _IN_SCHOOL


def _found(patterns: Iterable[Pattern], text: str) -> bool:
    return any(pattern.search(text) for pattern in patterns)


@functools.cache
def plan_asking() -> PlanAsking:
    """What this process knows of asking for plans, loaded when it is first needed."""
    return PlanAsking(person_reader(), load_asking_wording(find_project().planning / "asking.yml"))
