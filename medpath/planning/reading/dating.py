"""Puts the years that a message tells where they belong: school, gap years, residency."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from medpath.planning.person import STAGES, Person
from medpath.planning.reading.origin import Countries
from medpath.planning.reading.standing import GRADUATE, STUDENT, Standing
from medpath.planning.reading.told import Told
from medpath.planning.reading.years import school_year_end, with_years

BEFORE_MEDICAL_SCHOOL = STAGES[: STAGES.index("md_accepted")]
_LENGTH = 4


def dated(person: Person, base: Person, told: Told, today: date, countries: Countries) -> Person:
    """The person with the years that are told, and with the stage that follows from them where only they tell it."""
    person = replace(person, graduation_year=_graduation(person, base, told, today))
    person = _with_start(person, told, today, countries)
    year = _school_year(told, today)
    if year is None:
        return person
    if year > _LENGTH and told.standing.school != "img":
        return replace(person, stage=Standing(GRADUATE, told.standing.school).stage())
    return replace(person, stage=Standing(STUDENT, told.standing.school, max(year, 1)).stage())


def _graduation(person: Person, base: Person, told: Told, today: date) -> int | None:
    if told.years.graduation:
        return told.years.graduation
    if told.standing.from_end is not None:
        return school_year_end(today) + told.standing.from_end
    if told.years.later and base.graduation_year:
        return base.graduation_year + told.years.later
    return person.graduation_year


def _with_start(person: Person, told: Told, today: date, countries: Countries) -> Person:
    start, end = told.years.start, school_year_end(today)
    if (person.stage or "").startswith("resident_"):
        begins = start or (end if told.standing.incoming else None)
        return replace(person, residency_start_year=begins or person.residency_start_year)
    graduation = with_years(person, today, countries).graduation_year
    if start is None or person.stage not in BEFORE_MEDICAL_SCHOOL or graduation is None:
        return replace(person, start_year=start or person.start_year)
    return _with_gap(person, start - graduation)


def _with_gap(person: Person, years: int) -> Person:
    """Who starts medical school later than in the year in which he leaves college has years in between."""
    if years <= 0:
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
    return _LENGTH - (graduation - end) if graduation is not None else None
