"""Years and ages: those told, and those that follow from a stage and today's date."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from medpath.planning.person import Person
from medpath.planning.reading.origin import Countries
from medpath.planning.reading.wording import ReadingWording, numbered

# How many school years come after this one, by stage.
_YEARS_LEFT = {
    **{
        "high_school_senior": 0,
        "college_freshman": 3,
        "college_sophomore": 2,
        "college_junior": 1,
        "college_senior": 0,
    },
    **{f"{school}_year_{year}": 4 - year for school in ("md", "do") for year in (1, 2, 3, 4)},
}
_LENGTH, _SUMMER = 4, 7
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NO_ORDINARY_LENGTH = "md_phd"
_ADDED = ("away", "months_off")


@dataclass(frozen=True)
class Years:
    """The years and the age that a message tells; `later` is by how many years a graduation is put off.

    `by` is the year in which somebody wants to practice, `season` that of the Match that he names.
    `residency_start` and `residency_end` are told of the residency itself, `residency_ended` of one that is told as
    past; `leaves_after` is the training year after which he leaves it. `program` is the length of his residency
    program and `limit` how long he is willing to train, in years; `failures` is how often he failed an exam.
    `begun` is the start of what runs already, `graduated` a graduation that is told as past. `college` is how many
    years of college lie ahead, `courses` the year in which courses that run end, `mcat` the year of the MCAT that
    was taken; `next_season` is told where somebody applies in the next round and not now. `credits` are those of a
    college that was begun, `by_age` is the age at which somebody wants to practice, told beside his own.
    `month` is that of a graduation. `entry` is the year in which somebody wants to start medical school, `h1b` the one
    since which he has been on an H-1B, `gi_months` what is left of his GI Bill. `bs_md` is the whole length of a BS/MD
    program; `away` is how many years of school or training are taken off, repeated or added, `months_off` how many
    months.
    """

    graduation: int | None = None
    start: int | None = None
    age: int | None = None
    later: int = 0
    by: int | None = None
    season: int | None = None
    residency_start: int | None = None
    residency_end: int | None = None
    residency_ended: int | None = None
    fellowship_end: int | None = None
    leaves_after: int | None = None
    program: int | None = None
    limit: int | None = None
    failures: int | None = None
    begun: int | None = None
    graduated: int | None = None
    college: int | None = None
    courses: int | None = None
    mcat: int | None = None
    credits: int | None = None
    by_age: int | None = None
    month: int | None = None
    entry: int | None = None
    h1b: int | None = None
    gi_months: int | None = None
    bs_md: int | None = None
    away: int = 0
    months_off: int | None = None
    next_season: bool = False


def read_years(text: str, today: date, wording: ReadingWording) -> Years:
    """The years that a message tells; a year counted from today is counted by school years."""
    found: dict[str, Any] = {}
    for row in wording.lists["years"]:
        match = row.found(text)
        if match and row.means["of"] not in found:
            found[row.means["of"]] = row.means["is"] if "is" in row.means else _number(match, row.means, today)
    if wording.patterns["later_counted"].search(text):
        found = {key: value for key, value in found.items() if key not in _ADDED}
    return _with_ages(Years(**found), text, wording)


def _with_ages(years: Years, text: str, wording: ReadingWording) -> Years:
    """With the age that somebody has, and the one at which he wants to be there where it comes later.

    An age at which something else was or will be is none of the two.
    """
    rest = text = wording.patterns["other_ages"].sub(" ", text)
    wanted = None
    for row in (row for row in wording.lists["years"] if row.means["of"] == "by_age"):
        match = row.found(text)
        if match:
            wanted = wanted or int(numbered(match)["count"])
            rest = text[: match.start()] + text[match.end() :]
    own = _age(rest, wording)
    return replace(years, age=own, by_age=wanted if own is not None and (wanted or 0) > own else None)


def _number(match: re.Match[str], means: Mapping[str, Any], today: date) -> int:
    """How many are told, which year, or which month."""
    said = numbered(match)
    if said.get("month"):
        return _MONTHS.index(said["month"][:3]) + 1
    counts = "count" in match.re.groupindex or means["of"] in ("later", "away")
    return int(said.get("count", 1)) if counts else _year(said, means, today)


def _year(said: Mapping[str, str], means: Mapping[str, Any], today: date) -> int:
    """A year told outright (the one after it where it is that of an application), or counted from today: `running` is
    which year of something runs, after `years_before` of something else, `terms` which half-year of school."""
    if said.get("year"):
        return int(said["year"]) + int(means.get("plus", 0))
    if said.get("short"):
        return int(said["short"]) + (2000 if int(said["short"]) < 50 else 1900)
    if said.get("running"):
        return school_year_end(today) - int(said["running"]) - int(means.get("years_before", 0))
    if said.get("terms"):
        return _begun_before(int(said["terms"]), today)
    if said.get("ago"):
        return today.year - int(said["ago"])
    if said.get("in_years"):
        return today.year + int(said["in_years"])
    return school_year_end(today) + int(means.get("in_years", 1)) - 1


def _begun_before(term: int, today: date) -> int:
    """The year in which a school began that counts by half-years, one begun in winter and one in summer."""
    halves = 2 * today.year + (today.month >= _SUMMER) - (term - 1)
    return halves // 2


def _age(text: str, wording: ReadingWording) -> int | None:
    low, high = wording.age_range
    ages = (int(match["age"]) for pattern in wording.ages for match in pattern.finditer(text))
    return next((age for age in ages if low <= age <= high), None)


def school_year_end(today: date) -> int:
    """The calendar year in which the running US school year ends; it begins in July."""
    return today.year + 1 if today.month >= _SUMMER else today.year


def with_years(person: Person, today: date, countries: Countries) -> Person:
    """Fills in the years that follow from stage, school year and today's date, never one in the place of a told one."""
    person = _accepted(person, today, countries) if (person.stage or "").endswith("_accepted") else person
    left = years_left(person, countries)
    end = school_year_end(today)
    if person.graduation_year is None and left is not None and _NO_ORDINARY_LENGTH not in person.wishes:
        person = replace(person, graduation_year=end + left)
    if person.graduation_year is None:
        person = replace(person, graduation_year=_since_start(person, countries))
    if person.start_year is None and person.stage in _YEARS_LEFT and person.stage != "high_school_senior":
        person = replace(person, start_year=end + _YEARS_LEFT[person.stage] - _LENGTH)
    return _residency(person, end)


def years_left(person: Person, countries: Countries) -> int | None:
    """How many school years come after the running one; None where that does not follow."""
    if person.stage != "img_student":
        left = _YEARS_LEFT.get(person.stage or "")
        shorter = bool({"three_year_md", "accelerated"} & person.wishes) and person.school in ("md", "do")
        return max(left - shorter, 0) if left is not None and person.school_year else left
    usual = countries.usual_years.get(person.country or "")
    return max(usual - person.school_year, 0) if usual and person.school_year else None


def _since_start(person: Person, countries: Countries) -> int | None:
    """The graduation of a student abroad who tells the start and no year of school."""
    usual = countries.usual_years.get(person.country or "")
    begun = person.start_year if person.stage == "img_student" and person.school_year is None else None
    return begun + usual if usual and begun else None


def _accepted(person: Person, today: date, countries: Countries) -> Person:
    start = person.start_year or school_year_end(today)
    shorter = bool({"three_year_md", "accelerated"} & person.wishes)
    usual = countries.usual_years.get(person.country or "") if person.school == "img" else _LENGTH - shorter
    graduation = person.graduation_year or (start + usual if usual else None)
    return replace(person, start_year=start, graduation_year=graduation)


def _residency(person: Person, end: int) -> Person:
    """A residency begins in July; a preliminary year is one year, and a program as long as it is said to be."""
    stage = person.stage or ""
    if not stage.startswith("resident_"):
        return person
    if stage == "resident_preliminary" and person.residency_start_year is None:
        return replace(person, residency_start_year=end - 1, residency_end_year=end)
    if person.residency_start_year is None:
        person = replace(person, residency_start_year=end - int(stage[-1]))
    if person.program_years and person.residency_start_year and person.residency_end_year is None:
        return replace(person, residency_end_year=person.residency_start_year + person.program_years)
    return person
