"""Makes a person of what is told: from nothing, or by changing what is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from medpath.planning.person import BEFORE_MEDICAL_SCHOOL, Person
from medpath.planning.reading.dating import dated, in_last_year
from medpath.planning.reading.goals import Fields, Goal, specified
from medpath.planning.reading.origin import US, Countries, at_home
from medpath.planning.reading.standing import Standing, in_training
from medpath.planning.reading.steps import behind
from medpath.planning.reading.supposing import supposed, without_fellowship
from medpath.planning.reading.told import Tables, Told
from medpath.planning.reading.wording import ReadingWording
from medpath.planning.reading.years import school_year_end, with_years

_INFERRED_YEARS = ("graduation_year", "start_year", "residency_start_year", "residency_end_year")
_LAST_MONTH_TO_APPLY, _MATCH_MONTH = 9, 3
# Most schools accept scores that are two to three years old: mcat/how-long-valid.
_MCAT_GOOD_FOR = 3
_GROWN_UP = 23
# A usual bachelor's degree in semester hours, and those of a year; the sciences alone take about two years.
_DEGREE_CREDITS, _CREDITS_A_YEAR, _LEAST_COLLEGE = 120, 30, 2
_IN_SCHOOL = ("high_school", "college_freshman", "college_sophomore", "college_junior", "college_senior")
_STATED = ("country", "citizenship", "status", "visa", "needs_visa")


def merged(told: Told, base: Person, today: date, tables: Tables, countries: Countries) -> Person:
    """The known person with what is told now; what was only inferred follows the change, what was told stays."""
    person = _without_inferred(base, today, tables, countries)
    person = _with_standing(person, told.standing, told)
    person = _with_origin(person, told.origin, tables)
    person = without_fellowship(_with_goal(person, told, tables.fields), told, tables)
    person = _with_wishes(_with_steps(person, told), told, tables.wording)
    person = _with_numbers(person, told, today)
    person = _finishing_sciences(_changing_career(_with_old_mcat(person, told, today)), told)
    person = dated(in_last_year(person, told, tables), base, told, today, tables, countries)
    person = _with_credits(_with_degree(person, today), told)
    person = _applying_now(_in_short_college(person, told, today), told, today)
    person = _from_abroad(supposed(person, base, told, today), told.abroad, countries)
    return completed(person, today, tables, countries)


def _with_numbers(person: Person, told: Told, today: date) -> Person:
    """The person with places, ages, lengths, questions and further fields that are told now."""
    abroad = person.stage == "img_student"
    return replace(
        person,
        state=told.state or person.state,
        age=told.years.age or person.age,
        by_year=told.years.by or _year_of_age(told, today) or person.by_year,
        season_year=_season(person, told, today) or person.season_year,
        college_years=told.years.college or person.college_years,
        program_years=told.years.bs_md or person.program_years,
        courses_end=told.years.courses or person.courses_end,
        limit_years=told.years.limit or person.limit_years,
        asks=told.asks or person.asks,
        also=told.goal.also if told.goal.target else told.goal.also or person.also,
        failures=told.years.failures or person.failures,
        entry_year=(told.years.entry if _not_in_school(person) else None) or person.entry_year,
        h1b_since=told.years.h1b or person.h1b_since,
        gi_bill_months=told.years.gi_months or person.gi_bill_months,
        partner=told.partner or person.partner,
        place=told.place or person.place,
        graduation_month=(told.years.month if abroad else None) or person.graduation_month,
    )


def _not_in_school(person: Person) -> bool:
    """Whether medical school lies ahead and no application for it is out."""
    return person.stage in BEFORE_MEDICAL_SCHOOL and person.stage != "applicant"


def _year_of_age(told: Told, today: date) -> int | None:
    """The year in which somebody reaches the age at which he wants to practice."""
    own, wanted = told.years.age, told.years.by_age
    return None if own is None or wanted is None else today.year + wanted - own


def _season(person: Person, told: Told, today: date) -> int | None:
    """The Match that is named; the next round that opens concerns those who could be in the running one."""
    if person.stage in BEFORE_MEDICAL_SCHOOL:
        return None
    could_apply = (person.stage or "").endswith(("_year_4", "_graduate"))
    if told.years.season and told.years.season <= today.year:
        return None  # a Match that is over
    if told.years.season or not (could_apply and told.years.next_season):
        return told.years.season
    return today.year + (2 if today.month > _LAST_MONTH_TO_APPLY else 1)


def _with_old_mcat(person: Person, told: Told, today: date) -> Person:
    """An MCAT that is too old by the time of the application has to be taken again."""
    year = told.years.mcat
    if year is None or today.year - year < _MCAT_GOOD_FOR or person.stage not in BEFORE_MEDICAL_SCHOOL:
        return person
    again = frozenset({"mcat"})
    return replace(person, done=person.done - again, undone=person.undone | again, wishes=person.wishes | {"old_mcat"})


def _changing_career(person: Person) -> Person:
    """A grown-up who tells no stage, but sciences that he has or lacks, or a degree, comes from another life."""
    premed = "missing_prerequisites" in person.wishes or {"prerequisites", "bachelor_degree"} & person.done
    if person.stage or person.school or not premed or (person.age or 0) < _GROWN_UP:
        return person
    return replace(person, stage="career_changer")


def _finishing_sciences(person: Person, told: Told) -> Person:
    """Who comes from another life and finishes a degree in a science has the sciences of medical school with it."""
    changer = (person.stage or "").startswith("career_changer") and "bachelor_degree" in person.undone
    if not changer or "science_degree" not in told.wishes.wanted:
        return person
    return replace(person, done=person.done | {"prerequisites"})


def _with_degree(person: Person, today: date) -> Person:
    """Who is still in school or college has no degree; who changes his career after he graduated has one."""
    degree = frozenset({"bachelor_degree"})
    if (person.stage or "").startswith(_IN_SCHOOL):
        return replace(person, done=person.done - degree)
    ended = person.graduation_year is not None and person.graduation_year <= today.year
    if not (ended and (person.stage or "").startswith("career_changer")):
        return person
    return replace(person, undone=person.undone - degree, done=person.done | degree)


def _with_credits(person: Person, told: Told) -> Person:
    """Who left college with credits and tells no degree has it ahead, in as many years as the credits leave."""
    credits, degree = told.years.credits, frozenset({"bachelor_degree"})
    left_college = (person.stage or "").startswith(("career_changer", "college_graduate"))
    if credits is None or credits >= _DEGREE_CREDITS or not left_college or degree & person.done:
        return person
    years = max(-(-(_DEGREE_CREDITS - credits) // _CREDITS_A_YEAR), _LEAST_COLLEGE)
    return replace(person, undone=person.undone | degree, college_years=person.college_years or years)


def _in_short_college(person: Person, told: Told, today: date) -> Person:
    """A freshman who finishes sooner leaves college in that year."""
    if person.stage != "college_freshman" or not told.years.college:
        return person
    return replace(person, graduation_year=school_year_end(today) - 1 + told.years.college)


def _applying_now(person: Person, told: Told, today: date) -> Person:
    """A student of the last year who is applying from fall to spring has sent the application."""
    last_year = (person.stage or "").endswith("_year_4") and "match_day" not in person.failed
    running = today.month > _LAST_MONTH_TO_APPLY or today.month <= _MATCH_MONTH
    if not (last_year and running and "applying_now" in told.wishes.wanted) or told.years.next_season:
        return person
    return replace(person, done=person.done | {"eras_application"})


def _from_abroad(person: Person, country: str | None, countries: Countries) -> Person:
    """Who goes to school or college and names a country is taken for its citizen, unless one goes there to study."""
    stated = any(value is not None for value in (person.citizenship, person.status, person.needs_visa))
    if stated or country in countries.teach_others or person.stage not in BEFORE_MEDICAL_SCHOOL:
        return person
    return replace(person, citizenship=country)


def completed(person: Person, today: date, tables: Tables, countries: Countries) -> Person:
    """A person with what follows from what is known of him: home, years, steps that are surely behind him."""
    if person.age is not None and person.age <= tables.wording.school_age:
        person = _of_school_age(person, today)
    if person.school is None and person.stage in BEFORE_MEDICAL_SCHOOL:
        person = replace(person, school="none")
    person = with_years(at_home(person, countries), today, countries)
    implied = behind(person.stage, person.school, person.done, tables.wording)
    if "step_2_ck" in person.done and "step_3" in person.undone:
        implied |= {"step_1"}  # only the last one is missing
    return replace(person, done=person.done | (implied - person.undone - person.failed))


def _of_school_age(person: Person, today: date) -> Person:
    """A junior of 17 is one of high school."""
    if person.stage == "college_senior":
        return replace(person, stage="high_school_senior")
    if person.stage == "college_junior":
        return replace(
            person, stage="high_school", graduation_year=person.graduation_year or school_year_end(today) + 1
        )
    return person if person.stage else replace(person, stage="high_school")


def _without_inferred(base: Person, today: date, tables: Tables, countries: Countries) -> Person:
    """The person without years and steps that only followed from others: they are inferred anew after a change."""
    if base == Person():
        return base
    told = base.done - (behind(base.stage, base.school, base.done, tables.wording) - base.failed)
    for field in _INFERRED_YEARS:
        blank = _without(base, field)
        if getattr(with_years(blank, today, countries), field) == getattr(base, field):
            base = _without(base, field)
    return replace(base, done=told)


def _without(person: Person, field: str) -> Person:
    nothing: dict[str, Any] = {field: None}
    return replace(person, **nothing)


def _with_standing(person: Person, standing: Standing, told: Told) -> Person:
    school = standing.school if standing.school != "open" else None
    stage = standing.stage() or _same_year(person, school)
    if told.goal.practises and stage is None and person.stage is None:
        stage = "img_graduate" if school == "img" else "attending"
    changed = replace(person, stage=stage or person.stage, school=school or person.school)
    if stage != person.stage and person.school == "none" and school is None:
        changed = replace(changed, school=None)
    if standing.school == "open" and changed.stage in BEFORE_MEDICAL_SCHOOL:
        changed = replace(changed, school=None)
    return replace(changed, school_year=standing.year if standing.kind == "medical_student" else person.school_year)


def _same_year(person: Person, school: str | None) -> str | None:
    """The stage of the same year at another kind of school."""
    prefix, _, rest = (person.stage or "").partition("_")
    if school not in ("md", "do", "img") or prefix not in ("md", "do", "img") or school == prefix:
        return None
    year = rest.removeprefix("year_") if rest.startswith("year_") else str(person.school_year or "")
    if rest.startswith("year_") or rest == "student":
        moved = Standing("medical_student", school, int(year) if year else None)
        return moved.stage()
    return f"{school}_{rest}"


def _with_origin(person: Person, told: Person, tables: Tables) -> Person:
    said = {field: getattr(told, field) for field in _STATED if getattr(told, field) is not None}
    if in_training(person.stage) and person.visa == "J-1" and told.visa == "H-1B":
        said.pop("visa")  # the one that he holds; the other is a wish
        person = replace(person, wishes=person.wishes | {"h1b_after_j1"})
    person = replace(person, **said)
    if told.needs_visa is False:
        return replace(person, visa=None)
    if told.needs_visa and told.status is None and person.status in tables.wording.no_visa_with:
        person = replace(person, status=None)
    if told.needs_visa and told.citizenship is None and person.citizenship == US:
        person = replace(person, citizenship=None)
    return person


def _with_goal(person: Person, told: Told, fields: Fields) -> Person:
    goal = _on_the_way(person, told.goal, fields)
    within = fields.within
    told_now = goal.specialty or told.standing.specialty
    in_residency = (person.stage or "").startswith("resident_") and person.specialty is not None
    specialty = person.specialty if in_residency and told_now in fields.after else told_now or person.specialty
    target = specified(goal.target, goal.via or specialty, within) if goal.target else person.target
    via = goal.via or _kept_via(person, goal.target, within)
    if goal.target is None and (target in goal.rejected or "undecided" in told.wishes.wanted):
        target = None
    if via in goal.rejected or via == target:
        via = None
    return replace(person, specialty=specialty, target=target, via=via)


def _on_the_way(person: Person, goal: Goal, fields: Fields) -> Goal:
    """A change to another residency that leads to the known aim too changes the way and not the aim."""
    target, told = person.target, goal.target
    if target is None or told is None or told in fields.after or target in goal.rejected:
        return goal
    known_way = {person.via, person.specialty, *fields.usual_way(target)}
    if told in known_way or not fields.leads_to(told, target):
        return goal
    return replace(goal, target=None, via=told)


def _kept_via(person: Person, target: str | None, within: Mapping[str, Mapping[str, str]]) -> str | None:
    """The way stays as long as the aim does, or the new aim lies on it too."""
    if target is None or target in within.get(person.via or "", {}).values():
        return person.via
    return None


def _with_steps(person: Person, told: Told) -> Person:
    steps = told.steps
    return replace(
        person,
        done=((person.done - steps.failed) | steps.done | (told.standing.done - steps.failed)) - steps.undone,
        failed=person.failed | steps.failed,
        undone=(person.undone | steps.undone) - steps.done,
        wishes=person.wishes | ({"retake_passed"} if steps.bettered else set()),
    )


def _with_wishes(person: Person, told: Told, wording: ReadingWording) -> Person:
    wanted, dropped, contraries = told.wishes.wanted, told.wishes.dropped, wording.contraries
    fields = told.goal.rejected | ({told.partner} if told.partner else set())
    if "couples_match" in wanted and fields & wording.early_match_fields:
        wanted |= {"partner_matches_early"}
    if told.goal.target:
        wanted, dropped = wanted - {"undecided"}, dropped | {"undecided"}
    excluded = {contraries[wish] for wish in wanted if wish in contraries}
    kept: dict[str, Any] = {"wishes": (person.wishes - dropped - excluded) | wanted}
    kept["gap_years"] = told.wishes.gap_years or (person.gap_years if "gap_year" in kept["wishes"] else None)
    return replace(person, **kept)
