"""Years that a leave, a repeated year, an extension or a deployment adds to school or training."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from medpath.planning.person import Person
from medpath.planning.reading.origin import Countries
from medpath.planning.reading.told import Tables, Told
from medpath.planning.reading.years import school_year_end, with_years

# After so many months away a student joins the class of the next year, and a fellowship in July is missed.
_MONTHS_OF_A_CLASS = 5
# An end that moves by so many months and more lies in the next calendar year.
_MONTHS_PAST_DECEMBER = 7
_SCHOOL = ("md_year_", "do_year_", "img_student", "college_")


def with_time_off(person: Person, told: Told, today: date, tables: Tables, countries: Countries) -> Person:
    """The person with the end of his school or training moved by what he takes off; what is over moves nothing."""
    stage = person.stage or ""
    if stage.startswith("resident_"):
        return _in_residency(person, told, today, tables)
    years = _years(told, _MONTHS_OF_A_CLASS)
    if stage == "fellow" and person.residency_end_year is not None:
        return replace(person, residency_end_year=person.residency_end_year + years)
    ends = told.years.graduation is not None or stage.startswith("college_")
    between = "gap_year" in told.wishes.wanted and ends  # and not within school
    if not years or between or not stage.startswith(_SCHOOL):
        return person
    end = with_years(person, today, countries).graduation_year
    return replace(person, graduation_year=None if end is None else end + years, wishes=person.wishes - {"gap_year"})


def _in_residency(person: Person, told: Told, today: date, tables: Tables) -> Person:
    """A resident whose end moves; where no fellowship follows, some months more leave it in its calendar year."""
    fellowship = person.target in tables.fields.after
    years = _years(told, _MONTHS_OF_A_CLASS if fellowship else _MONTHS_PAST_DECEMBER) or told.years.later
    length = tables.shortest_years.get(person.specialty or person.target or "")
    if not years or told.years.residency_end:
        return person
    end = person.residency_end_year
    if end is None and length and person.stage != "resident_preliminary":
        start = person.residency_start_year or school_year_end(today) - int((person.stage or "")[-1])
        end = start + (person.program_years or length)
    return replace(person, residency_end_year=None if end is None else end + years, wishes=person.wishes - {"gap_year"})


def _years(told: Told, least_months: int) -> int:
    """The years that are added: as told, or one for as many months as cost a year."""
    months = told.years.months_off
    return told.years.away if months is None else int(months >= least_months)
