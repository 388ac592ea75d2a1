"""What a conversation remembers of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from medpath.errors import PlanningError
from medpath.planning.person import Person
from medpath.planning.showing.objects import person_of

_MOST_PAST = 12


@dataclass(frozen=True)
class Before:
    """What was known before an answer; "go back" returns to it."""

    person: Person
    skipped: frozenset[str]


@dataclass(frozen=True)
class PlanMemory:
    """The person who is planned for, and how far the form and the plan have come.

    `asked` is the field that the form asks now, `unfinished` what was told of it without being enough. `skipped` are
    fields that he does not want to tell; `past` leads back through the answers, the latest last. `shown` is the person
    of the plan that was shown last. `stopped`: the form was left; `of_another`: the plan is for somebody else than the
    writer.
    """

    person: Person = field(default_factory=Person)
    asked: str | None = None
    unfinished: str = ""
    skipped: frozenset[str] = frozenset()
    past: tuple[Before, ...] = ()
    shown: Person | None = None
    stopped: bool = False
    of_another: bool = False

    @property
    def latest(self) -> tuple[Before, ...]:
        """The way back with what is known now at its end."""
        return (*self.past, Before(self.person, self.skipped))[-_MOST_PAST:]

    def as_dict(self) -> dict[str, Any]:
        """The memory as JSON can hold it."""
        return {
            "person": _row(self.person),
            "asked": self.asked,
            "unfinished": self.unfinished,
            "skipped": sorted(self.skipped),
            "past": [{"person": _row(one.person), "skipped": sorted(one.skipped)} for one in self.past],
            "shown": _row(self.shown) if self.shown else None,
            "stopped": self.stopped,
            "of_another": self.of_another,
        }

    @staticmethod
    def from_dict(content: Any) -> PlanMemory:
        """The memory of as_dict; an empty one where something is missing or of another make."""
        try:
            return _read(content) if isinstance(content, Mapping) else PlanMemory()
        except (PlanningError, KeyError, TypeError, ValueError):
            return PlanMemory()


def _read(content: Mapping[str, Any]) -> PlanMemory:
    return PlanMemory(
        person=person_of(content["person"]),
        asked=content["asked"],
        unfinished=str(content["unfinished"]),
        skipped=frozenset(content["skipped"]),
        past=tuple(Before(person_of(one["person"]), frozenset(one["skipped"])) for one in content["past"]),
        shown=person_of(content["shown"]) if content["shown"] else None,
        stopped=bool(content["stopped"]),
        of_another=bool(content["of_another"]),
    )


def _row(person: Person) -> dict[str, Any]:
    """The fields that are known, as `person_of` reads them."""
    values = ((one.name, getattr(person, one.name)) for one in fields(Person))
    return {
        name: sorted(value) if isinstance(value, frozenset) else value
        for name, value in values
        if value not in (None, frozenset())
    }
