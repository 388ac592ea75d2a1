"""What a person told that cannot all be true: years before others, ages and stages that do not go together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from medpath.planning.routes.from_school import us_graduation
from medpath.planning.routes.situation import Situation

_SHORTEST_SCHOOL = 3


@dataclass(frozen=True)
class Found:
    """A problem of problems.yml with the values of its texts."""

    id: str
    values: Mapping[str, str]


def contradictions(situation: Situation) -> Iterator[Found]:
    """Each contradiction or gap that allows no dated plan."""
    if situation.stage.phase in ("resident", "fellow", "attending") and situation.lacks_specialty:
        yield Found("specialty_missing", {})
    yield from _school_years(situation)
    yield from _residency_years(situation)
    yield from _age(situation)


def _school_years(situation: Situation) -> Iterator[Found]:
    person, phase = situation.person, situation.stage.phase
    start, end = person.start_year, person.graduation_year
    if start and end and end - start < _shortest(situation):
        years = _usual(situation)
        values = {"graduation": str(end), "start": str(start), "years": str(years), "end": str(start + years)}
        yield Found("graduation_before_start", values)
    elif phase == "student" and end and end < situation.year_end:
        yield Found("graduated_already", {"graduation": str(end)})
    elif phase == "graduate" and end and end > situation.year_end:
        yield Found("not_graduated_yet", {"graduation": str(end)})
    elif phase == "student" and end:
        yield from _stage_and_year(situation, end)


def _stage_and_year(situation: Situation, end: int) -> Iterator[Found]:
    """A year of school that leaves less time than there is until the graduation that was told."""
    stage = situation.stage
    if stage.ends_in is None or stage.id.endswith("_accepted") or situation.school_length == "three_year_md":
        return
    expected = situation.year_end + stage.ends_in
    if end < expected:
        yield Found("stage_and_year", {"stage_label": stage.label, "graduation": str(end), "expected": str(expected)})


def _shortest(situation: Situation) -> int:
    return _SHORTEST_SCHOOL if situation.stage.phase in ("student", "graduate") else 1


def _usual(situation: Situation) -> int:
    if situation.is_premed:
        return situation.tables.lengths["bachelor_degree"][0]
    return situation.tables.lengths[situation.school_length][0]


def _residency_years(situation: Situation) -> Iterator[Found]:
    person = situation.person
    start, end = person.residency_start_year, person.residency_end_year
    if start and end and end <= start:
        yield Found("residency_end_before_start", {"start": str(start), "end": str(end)})


def _age(situation: Situation) -> Iterator[Found]:
    age, stage = situation.person.age, situation.stage
    least = _least_age(situation)
    if age is not None and age < least:
        yield Found("age_contradiction", {"age": str(age), "stage_label": stage.label, "least": str(least)})


def _least_age(situation: Situation) -> int:
    """The youngest age at a stage: that of the youngest new student, and the years since."""
    youngest = situation.tables.lengths["youngest_student"][0]
    stage = situation.stage
    if situation.is_premed:
        return 0
    if stage.phase == "student":
        left = us_graduation(situation) - situation.year_end if stage.ends_in is not None else _SHORTEST_SCHOOL
        return youngest + max(_SHORTEST_SCHOOL - left, 0)
    years = {"graduate": 0, "resident": stage.training_year - 1}
    return youngest + _SHORTEST_SCHOOL + years.get(stage.phase, _SHORTEST_SCHOOL)
