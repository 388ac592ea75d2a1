"""Whether a freshman, sophomore, junior or senior is one of high school or of college."""

from __future__ import annotations

from dataclasses import replace

from medpath.planning.reading.standing import STUDENT, Standing
from medpath.planning.reading.wording import ReadingWording

# By how many years high school goes on after this one, and how old somebody in that year is at most.
_IN_HIGH_SCHOOL = {
    "college_senior": (0, 18),
    "college_junior": (1, 17),
    "college_sophomore": (2, 16),
    "college_freshman": (3, 15),
}
_SENIOR = "college_senior"
_GROWN_UP = 20
_GRADES = {name.removeprefix("college_"): left for name, (left, _) in _IN_HIGH_SCHOOL.items()}
COLLEGE_YEARS = {1: "college_freshman", 2: "college_sophomore", 3: "college_junior", 4: _SENIOR}
# Medical school follows four years of college, so that few of its second year are younger.
_AGE_OF_FIRST_YEAR = 20


def in_college(standing: Standing, text: str, age: int | None, wording: ReadingWording) -> Standing:
    """A year of which no medical school is told, put in college where words of college or the age say so."""
    if standing.kind != STUDENT or standing.school is not None or standing.year not in COLLEGE_YEARS:
        return standing
    young = age is not None and age < _AGE_OF_FIRST_YEAR + standing.year
    told = wording.patterns["college_year"].search(text) or young
    if not told or wording.patterns["medical_year"].search(text):
        return standing
    return Standing(COLLEGE_YEARS[standing.year])


def _in_high_school(standing: Standing, text: str, wording: ReadingWording) -> Standing:
    """High school with the year of it that is told in another place."""
    grade = wording.patterns["grade_told"].search(text)
    if standing.from_end is not None or grade is None:
        return standing
    left = _GRADES[grade["grade"]]
    return replace(standing, kind="high_school" if left else "high_school_senior", from_end=left or None)


def placed(standing: Standing, text: str, age: int | None, wording: ReadingWording) -> Standing:
    """A year that both schools have, put where words or the age say; a senior without either stands nowhere yet."""
    standing = in_college(standing, text, age, wording)
    if standing.kind == "high_school":
        return _in_high_school(standing, text, wording)
    if standing.kind not in _IN_HIGH_SCHOOL or wording.patterns["college_told"].search(text):
        return standing
    left, oldest = _IN_HIGH_SCHOOL[standing.kind]
    if wording.patterns["high_school_told"].search(text) or (age is not None and age <= oldest):
        return replace(standing, kind="high_school" if left else "high_school_senior", from_end=left or None)
    is_clear = standing.kind != _SENIOR or wording.patterns["premed_told"].search(text)
    return standing if is_clear or (age or 0) >= _GROWN_UP else replace(standing, kind=None)
