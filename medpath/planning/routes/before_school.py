"""How somebody who is not in medical school yet gets to the Match."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from medpath.planning.routes.draft import Draft
from medpath.planning.routes.situation import LAST_GOOD_MONTH_TO_APPLY, Situation

_MD_PHD = "md_phd"
# A degree that ends within so many years leaves little time for the sciences before the application.
_SOON = 3
_HALF_OF_COLLEGE = 2


def from_high_school(situation: Situation) -> Iterator[Draft]:
    """Through college and then medical school, and through a BS/MD program where that is wished."""
    lengths = situation.tables.lengths
    end = high_school_end(situation)
    years = situation.person.college_years or lengths["bachelor_degree"][0]
    degree = end + years
    college = Draft({"college": end, "degree": degree}, {"bachelor_degree": (years,)})
    if not situation.has_bs_md_place:
        yield from _through_school(situation, college, degree)
    if "bs_md" in situation.person.wishes:
        whole = situation.bs_md_years[0]
        anchors = {"college": end, "degree": degree, "entry": end + whole - 4}
        yield _school_ending(situation, Draft(anchors, {"bs_md": (whole,)}, frozenset({"route:bs_md"})), end + whole)


def high_school_end(situation: Situation) -> int:
    """The year in which high school ends: as told, or by his age, or by the stage."""
    person = situation.person
    if person.graduation_year:
        return person.graduation_year
    assumed = situation.year_end + (situation.stage.ends_in or 0)
    by_age = situation.year_end + max(18 - person.age, 0) if person.age and situation.stage.ends_in else assumed
    return max(by_age, assumed) if situation.stage.ends_in else assumed


def from_college(situation: Situation) -> Iterator[Draft]:
    """From college straight to medical school, or after the years that are unavoidable."""
    degree = situation.person.graduation_year or situation.year_end + (situation.stage.ends_in or 0)
    if situation.has_bs_md_place:
        if "lose_place" in situation.person.asks:
            yield from _through_school(situation, Draft({"degree": degree}), degree)
        yield from _within_bs_md(situation, degree)
        return
    if hurries_through_college(situation):
        yield from _through_school(situation, Draft({"degree": degree - 1}), degree - 1)
    yield from _through_school(situation, Draft({"degree": degree}), degree)


def hurries_through_college(situation: Situation) -> bool:
    """Whether somebody in the first half of college wants the fastest way, which leaves it after three years."""
    person = situation.person
    asks = "fast" in person.wishes or "faster" in person.asks
    usual = situation.year_end + (situation.stage.ends_in or 0)
    early = (situation.stage.ends_in or 0) >= _HALF_OF_COLLEGE and person.graduation_year in (None, usual)
    slow = {"gap_year", "md_phd", "no_hurry"} & person.wishes
    return asks and early and not slow and situation.stage.phase == "college" and not situation.has_bs_md_place


def _within_bs_md(situation: Situation, degree: int) -> Iterator[Draft]:
    """From the college years of a BS/MD program into its medical school: as early as its length tells; where none is
    told, a year before a degree of four years, or right after it."""
    school = situation.tables.lengths["medical_school_md"][0]
    saved = situation.tables.lengths["bachelor_degree"][0] + school - situation.bs_md_years[0]
    entries = [max(degree - saved, situation.year_end)]
    if situation.person.program_years is None:
        entries.append(degree)
    for entry in dict.fromkeys(entries):
        lengths = {"medical_school": (school,)}
        draft = Draft({"degree": entry, "entry": entry}, lengths, frozenset({"route:bs_md"}))
        yield _school_ending(situation, draft, entry + school)


def after_college(situation: Situation) -> Iterator[Draft]:
    """From a finished degree, through the sciences that are missing."""
    lengths = situation.tables.lengths
    if situation.is_degree_ahead:
        yield from _through_degree(situation)
        return
    degree = situation.person.graduation_year or situation.today.year
    draft = Draft({"degree": degree})
    if courses_run(situation):
        yield from _after_courses(situation, draft)
        return
    if not needs_prerequisites(situation):
        yield from _through_school(situation, draft, degree)
        return
    begins = situation.today.year + (situation.today.month > LAST_GOOD_MONTH_TO_APPLY)
    beside_work = bool({"keeps_job", "part_time"} & situation.person.wishes) and not situation.repairs_grades
    usual = lengths["prerequisites_beside_work" if beside_work else "prerequisites"]
    for years in (1, 0) if repair_is_a_choice(situation) else usual:
        missing = Draft({**draft.anchors, "prerequisites": begins}, {"prerequisites": (years,)})
        yield from _through_school(situation, missing, begins + 1 + years)


def repair_is_a_choice(situation: Situation) -> bool:
    """Whether somebody who applies again may also do so at once, with grades that are low but not very low."""
    wishes = situation.person.wishes
    return situation.stage.id == "reapplicant" and "very_low_gpa" not in wishes and situation.repairs_grades


def courses_run(situation: Situation) -> bool:
    """Whether the courses that medical schools ask for are running."""
    end = situation.person.courses_end
    return end is not None and end >= situation.today.year and "prerequisites" not in situation.person.done


def _after_courses(situation: Situation, draft: Draft) -> Iterator[Draft]:
    """From courses that run: by linkage straight into school, else after the year of the application."""
    end = situation.person.courses_end or situation.year_end
    tags = frozenset({"courses_running"})
    running = replace(draft, anchors={**draft.anchors, "courses_end": end}, tags=tags)
    if "linkage" in situation.person.wishes:
        yield from _entering(situation, replace(running, tags=tags | {"route:linkage"}), end)
    else:
        yield from _through_school(situation, running, end + 1)


def _through_degree(situation: Situation) -> Iterator[Draft]:
    """From a degree that is still to be earned: a start right after it, or a year later where it ends soon."""
    person, today = situation.person, situation.today
    begins = person.start_year or today.year + (today.month > LAST_GOOD_MONTH_TO_APPLY)
    usual = person.college_years or situation.tables.lengths["bachelor_degree"][0]
    degree = person.graduation_year or begins + usual
    begins = min(begins, degree)
    college = Draft({"college": begins, "degree": degree}, {"bachelor_degree": (degree - begins,)})
    yield from _through_school(situation, college, degree)
    if degree - today.year <= _SOON:
        later = replace(college, lengths={**college.lengths, "gap_year": (1,)})
        yield from _through_school(situation, later, degree + 1)


def needs_prerequisites(situation: Situation) -> bool:
    """Whether the sciences that medical schools ask for are missing."""
    if situation.is_degree_ahead or courses_run(situation):
        return False  # they are part of the degree, or under way
    if situation.repairs_grades:
        return True  # the courses that repair the grades take as long
    wishes = situation.person.wishes
    elsewhere = situation.stage.id.startswith("career_changer") or "prerequisites" in situation.person.undone
    missing = "missing_prerequisites" in wishes or "prerequisites" in situation.person.failed
    # Nobody sits the MCAT without them.
    taken = bool({"prerequisites", "mcat"} & situation.behind) or "old_courses" in wishes
    return missing or (elsewhere and not taken)


def _through_school(situation: Situation, draft: Draft, earliest: int) -> Iterator[Draft]:
    """Entry into medical school in the first year that is possible, and its end."""
    entry = _entry(situation, earliest)
    yield from _entering(situation, draft, entry)
    if "one_or_two_gap_years" in situation.person.wishes:
        yield from _entering(situation, draft, entry + 1)


def _entering(situation: Situation, draft: Draft, entry: int) -> Iterator[Draft]:
    """Medical school from a year on."""
    gap = entry - draft.anchors["degree"]
    is_gap = gap > 0 and situation.stage.phase != "post_college"
    lengths = {**draft.lengths, **({"gap_year": (gap,)} if is_gap else {})}
    tags = draft.tags | ({"gap"} if is_gap else set())
    draft = replace(draft, anchors={**draft.anchors, "entry": entry}, lengths=lengths, tags=tags)
    if _MD_PHD in situation.person.wishes and situation.school != "img":
        yield from _md_phd(situation, draft)
        return
    years = situation.tables.lengths[situation.school_length]
    for length in years:
        ended = replace(draft, lengths={**draft.lengths, "medical_school": (length,)})
        yield _school_ending(situation, ended, entry + length)


def _entry(situation: Situation, earliest: int) -> int:
    person, today = situation.person, situation.today
    told = person.start_year if situation.stage.id in ("applicant", "reapplicant") else None
    applied = situation.stage.id == "applicant" or {"amcas_application", "aacomas_application"} & person.done
    if applied:
        return told or today.year + (today.month >= 5)
    possible = today.year + (2 if today.month > LAST_GOOD_MONTH_TO_APPLY else 1)
    if situation.applies_again and situation.stage.id != "reapplicant":
        return max(earliest, possible) + 1  # the first application is supposed to fail
    entry = max(earliest, possible)
    if person.entry_year and "gap_year" not in person.wishes:
        return max(entry, person.entry_year)  # who wants to start later starts then
    wants_gap = "gap_year" in person.wishes and entry == max(earliest, possible)
    return entry + (person.gap_years or 1) if wants_gap and entry == earliest else entry


def _md_phd(situation: Situation, draft: Draft) -> Iterator[Draft]:
    """The usual length of MD and PhD together first, then the shortest and the longest."""
    shortest, usual, longest = situation.tables.lengths[_MD_PHD]
    school = situation.tables.lengths["medical_school_md"][0]
    for years in (usual, shortest, longest):
        lengths = {**draft.lengths, _MD_PHD: (years,), "phd": (years - school,), "medical_school": (school,)}
        tags = draft.tags | {f"route:{_MD_PHD}"}
        yield _school_ending(situation, replace(draft, lengths=lengths, tags=tags), draft.anchors["entry"] + years)


def _school_ending(situation: Situation, draft: Draft, graduation: int) -> Draft:
    tags = draft.tags | ({"early_application"} if situation.school == "img" else set())
    return replace(draft, anchors={**draft.anchors, "graduation": graduation, "match": graduation}, tags=tags)
