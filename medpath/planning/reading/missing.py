"""Which fields of a person must still be asked before a plan can be made."""

from __future__ import annotations

from collections.abc import Callable

from medpath.planning.person import Person
from medpath.planning.reading.standing import in_training

_SCHOOL_DECIDES = ("md_", "do_", "img_", "resident_")


def missing(person: Person) -> tuple[str, ...]:
    """The fields of Person that change the plan and are not known, in the order in which an adviser asks.

    Country and need of a visa are asked only of those from schools abroad; the year of graduation only where it does
    not follow from the stage; `target` not where somebody is undecided; `specialty` only in residency and fellowship.
    """
    return tuple(field for field, lacks in _ASKED if lacks(person))


def _lacks_school(person: Person) -> bool:
    return person.school is None and (person.stage or "").startswith(_SCHOOL_DECIDES)


def _lacks_country(person: Person) -> bool:
    return person.school == "img" and person.country is None


def _lacks_visa(person: Person) -> bool:
    return person.school == "img" and person.needs_visa is None


def _lacks_specialty(person: Person) -> bool:
    return person.specialty is None and in_training(person.stage)


def _lacks_target(person: Person) -> bool:
    return person.target is None and "undecided" not in person.wishes


def _lacks_graduation(person: Person) -> bool:
    stage = person.stage or ""
    open_end = stage == "img_student" or (stage.endswith("_graduate") and not stage.startswith("college"))
    return person.graduation_year is None and (open_end or ("md_phd" in person.wishes and "_year_" in stage))


_ASKED: tuple[tuple[str, Callable[[Person], bool]], ...] = (
    ("stage", lambda person: person.stage is None),
    ("school", _lacks_school),
    ("country", _lacks_country),
    ("needs_visa", _lacks_visa),
    ("specialty", _lacks_specialty),
    ("target", _lacks_target),
    ("graduation_year", _lacks_graduation),
)
