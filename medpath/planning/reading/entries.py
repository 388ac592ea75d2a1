"""Places from which less of school lies ahead: BS/MD programs, transfers, advanced standing, two years done abroad."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from medpath.planning.reading.school_or_college import COLLEGE_YEARS
from medpath.planning.reading.standing import ACCEPTED, STUDENT, Standing
from medpath.planning.reading.wording import ReadingWording, numbered
from medpath.planning.reading.years import Years, school_year_end

_SCHOOL_YEARS, _USUAL_BS_MD = 4, 7
# Of four years two are basic sciences.
_FIRST_CLINICAL_YEAR = 3

Placed = tuple[Standing, Years]


def in_place(standing: Standing, years: Years, text: str, today: date, wording: ReadingWording) -> Placed:
    """Standing and years of somebody whose place takes other than four years from its beginning."""
    standing = _in_bs_md(standing, years, text, today, wording)
    return _entering_later(_after_basic_sciences(standing, text, wording), years, text, today, wording)


def _in_bs_md(standing: Standing, years: Years, text: str, today: date, wording: ReadingWording) -> Standing:
    """The year of college or of medical school that a year of a BS/MD program is; its last four are medical school."""
    match = wording.patterns["bs_md_year"].search(text)
    begun = years.begun or years.start
    number = int(numbered(match)["year"]) if match else None
    if number is None and begun and begun < school_year_end(today) and wording.patterns["in_bs_md"].search(text):
        number = school_year_end(today) - begun
    college = (years.bs_md or _USUAL_BS_MD) - _SCHOOL_YEARS
    if number is None or not 1 <= number <= college + _SCHOOL_YEARS:
        return standing
    if number <= college:
        return Standing(COLLEGE_YEARS[number])
    return Standing(STUDENT, standing.school if standing.school == "do" else "md", number - college)


def _after_basic_sciences(standing: Standing, text: str, wording: ReadingWording) -> Standing:
    """Who has the basic sciences behind him at a school abroad and tells no year is in the first clinical one."""
    abroad = standing.kind == STUDENT and standing.school == "img"
    untold = standing.year is None and standing.from_end is None and not standing.since_start
    if abroad and untold and wording.patterns["basic_sciences_done"].search(text):
        return replace(standing, year=_FIRST_CLINICAL_YEAR)
    return standing


def _entering_later(standing: Standing, years: Years, text: str, today: date, wording: ReadingWording) -> Placed:
    """Who has a place in a later year of a US school graduates as those of that year do."""
    match = wording.patterns["advanced_entry"].search(text)
    if match is None or not wording.patterns["advanced_words"].search(text):
        return standing, years
    said = numbered(match)
    start = years.start or years.entry or school_year_end(today)
    if start < school_year_end(today):
        return standing, years
    is_do = said.get("school") in ("osteo", "o") or standing.school == "do"
    left = _SCHOOL_YEARS - int(said["year"]) + 1
    return Standing(ACCEPTED, "do" if is_do else "md"), replace(years, start=start, graduation=start + left)
