"""Puts the years that a message tells where they belong: school, gap years, residency."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from medpath.planning.person import BEFORE_MEDICAL_SCHOOL, Person
from medpath.planning.reading.origin import Countries
from medpath.planning.reading.standing import GRADUATE, RESIDENT, STUDENT, Standing, in_training
from medpath.planning.reading.time_off import with_time_off
from medpath.planning.reading.told import Tables, Told
from medpath.planning.reading.years import school_year_end, with_years

_LENGTH = 4
_YEAR = re.compile(r"\D")
# Of medical school: who has sat one of them is or was there.
_EXAMS = frozenset({"step_1", "step_2_ck", "comlex_level_1", "comlex_level_2_ce"})


def dated(person: Person, base: Person, told: Told, today: date, tables: Tables, countries: Countries) -> Person:
    """The person with the years that are told, and with the stage that follows from them where only they tell it."""
    person = _since_start(person, told, today)
    person = replace(person, graduation_year=_graduation(person, base, told, today))
    person = _in_residency(_with_start(person, told, today, countries), told, today)
    person = _in_fellowship(_in_high_school(person, today), told, today, tables)
    person = with_time_off(person, told, today, tables, countries)
    year = _school_year(told, today)
    if year is None:
        return _in_or_after_school(person, told, today)
    if year > _LENGTH and told.standing.school != "img":
        return replace(person, stage=Standing(GRADUATE, told.standing.school).stage())
    return replace(person, stage=Standing(STUDENT, told.standing.school, max(year, 1)).stage())


def _in_or_after_school(person: Person, told: Told, today: date) -> Person:
    """Who tells no stage, but a medical school or its exams and a year of graduation, studies until then."""
    year, school = told.years.graduation, told.standing.school
    exams = _EXAMS & (told.steps.done | told.steps.failed)
    if person.stage is not None or year is None or not (exams or school in ("md", "do", "img")):
        return person
    left = year - school_year_end(today)
    if left < 0:
        return replace(person, stage=Standing(GRADUATE, school).stage())
    return replace(person, stage=Standing(STUDENT, school, max(_LENGTH - left, 1)).stage())


def in_last_year(person: Person, told: Told, tables: Tables) -> Person:
    """Who tells only that he is in the last year of residency stands in the year that its length tells."""
    length = told.years.program or tables.training_years.get(person.specialty or "")
    if told.standing.kind != RESIDENT or told.standing.from_end is None or length is None:
        return person
    return replace(person, stage=Standing(RESIDENT, pgy=length).stage())


def _since_start(person: Person, told: Told, today: date) -> Person:
    """Who tells only when his residency began stands in the year that follows from it."""
    start = told.years.residency_start
    if start is None or told.standing.kind != RESIDENT or told.standing.pgy is not None:
        return person
    year = max(school_year_end(today) - start, 1)
    return replace(person, stage=Standing(RESIDENT, pgy=year).stage())


def _graduation(person: Person, base: Person, told: Told, today: date) -> int | None:
    if told.years.graduation and not _ends_training(person, told.years.graduation, today):
        return None if _is_of_college(person, told) else told.years.graduation
    if told.standing.from_end is not None and told.standing.kind != RESIDENT:
        return school_year_end(today) + told.standing.from_end
    if told.years.later and base.graduation_year:
        return base.graduation_year + told.years.later
    return person.graduation_year


def _is_of_college(person: Person, told: Told) -> bool:
    """Whether a year of finishing is that of college: who is accepted has not been in medical school yet."""
    return (person.stage or "").endswith("_accepted") and told.years.graduation == told.years.graduated


def _ends_training(person: Person, year: int, today: date) -> bool:
    """Whether a year of finishing is that of residency or fellowship: a resident has left school."""
    return in_training(person.stage) and year >= school_year_end(today)


def _in_residency(person: Person, told: Told, today: date) -> Person:
    if not (person.stage or "").startswith("resident_"):
        return person
    years, end = told.years, told.years.residency_end
    if years.graduation and _ends_training(person, years.graduation, today):
        end = end or years.graduation
    first = person.residency_start_year or (school_year_end(today) - int(_YEAR.sub("", person.stage or "") or 1))
    if years.leaves_after:
        end = first + years.leaves_after
    program = years.program or person.program_years
    return replace(person, residency_end_year=end or person.residency_end_year, program_years=program)


def _in_fellowship(person: Person, told: Told, today: date, tables: Tables) -> Person:
    """Who tells the year of his fellowship or its end has told when his residency ended, if it was right before."""
    if person.stage != "fellow":
        return person
    year, end = told.standing.year, told.years.fellowship_end or told.years.graduation
    length = tables.training_years.get(person.specialty or "")
    if year is not None:
        return replace(person, residency_end_year=school_year_end(today) - year)
    if end and length and _ends_training(person, end, today):
        return replace(person, residency_end_year=end - length)
    return replace(person, residency_end_year=told.years.residency_ended or person.residency_end_year)


def _in_high_school(person: Person, today: date) -> Person:
    """A class that graduates at the end of this school year is that of the seniors."""
    if person.stage == "high_school" and person.graduation_year == school_year_end(today):
        return replace(person, stage="high_school_senior")
    if person.stage == "high_school_senior" and (person.graduation_year or 0) > school_year_end(today):
        return replace(person, stage="high_school")
    return person


def _with_start(person: Person, told: Told, today: date, countries: Countries) -> Person:
    start, end = told.years.begun or told.years.start, school_year_end(today)
    if (person.stage or "").startswith("resident_"):
        wished = told.years.start if told.standing.incoming or (told.years.start or end) < end else None
        begins = told.years.residency_start or told.years.begun or wished or (end if told.standing.incoming else None)
        return replace(person, residency_start_year=begins or person.residency_start_year)
    if told.standing.kind == STUDENT and start is not None and start >= end:
        return person  # of residency: who is in medical school has started it
    graduation = with_years(person, today, countries).graduation_year
    if start is None or person.stage not in BEFORE_MEDICAL_SCHOOL or graduation is None:
        return replace(person, start_year=start or person.start_year)
    if start < graduation:  # of college itself
        return replace(person, start_year=start)
    if graduation < end:  # years since a degree of long ago are none that lie ahead
        return person
    return _with_gap(person, start - graduation)


def _with_gap(person: Person, years: int) -> Person:
    """Who starts medical school later than in the year in which he leaves college has years in between."""
    if years == 0:
        return person
    return replace(person, wishes=(person.wishes - {"no_gap_year"}) | {"gap_year"}, gap_years=years)


def _school_year(told: Told, today: date) -> int | None:
    """The year of medical school that follows from a year of graduation or of start, where no other is told."""
    standing, end = told.standing, school_year_end(today)
    graduation = told.years.graduation
    if standing.kind == GRADUATE and graduation is not None and graduation >= end:
        return _LENGTH - (graduation - end)
    if standing.kind != STUDENT or standing.year is not None or standing.from_end is not None:
        return None
    if standing.since_start:
        return end - (told.years.start or end - 1)
    graduation = graduation or told.years.season  # whose year the class is named after too
    return _LENGTH - (graduation - end) if graduation is not None else None
