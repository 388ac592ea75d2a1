"""What follows where somebody supposes that it goes otherwise: no acceptance, no match, no PhD, no fellowship."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from medpath.planning.person import Person
from medpath.planning.reading.told import Tables, Told
from medpath.planning.reading.years import school_year_end

_CLINICAL_YEARS = 2  # of an MD-PhD, after the PhD
_SENT = frozenset({"eras_application", "residencycas_application", "sf_match_application"})


def supposed(person: Person, base: Person, told: Told, today: date) -> Person:
    """The person after an application or a PhD that he supposes, or tells, to lead nowhere; `base` is he before."""
    person = _applying_again(_without_place(person, base, told), base)
    person = _preliminary_only(person, base, told)
    return _unmatched(_without_phd(person, base, told, today), base, told, today)


def without_fellowship(person: Person, told: Told, tables: Tables) -> Person:
    """Who wants no fellowship aims at the residency before the one that was his goal."""
    target, before = person.target, tables.fields.after
    if "no_fellowship" not in told.wishes.wanted or target not in before:
        return person
    while target is not None and target in before:
        target = next((one for one in (person.specialty, person.via) if one in before[target]), before[target][0])
    return replace(person, target=target, via=None)


def _applying_again(person: Person, base: Person) -> Person:
    """In a change of a plan that supposes no match the application that is out is spent."""
    if base == Person() or "match_day" not in person.failed - base.failed:
        return person
    return replace(person, done=person.done - _SENT, season_year=None)


def _preliminary_only(person: Person, base: Person, told: Told) -> Person:
    """Who supposes that only a preliminary year is matched keeps his aim for the next Match."""
    if base == Person() or "prelim_only" not in told.wishes.wanted or "_year_" not in (person.stage or ""):
        return person
    return replace(
        person,
        target=base.target,
        done=person.done - _SENT,
        failed=person.failed | {"match_day"},
        wishes=person.wishes - {"few_interviews"},
        season_year=None,
    )


def _without_place(person: Person, base: Person, told: Told) -> Person:
    """An applicant to medical school who supposes that no school takes him applies again; a score that is supposed with
    it by somebody who has none yet leaves the exam ahead."""
    if "no_acceptance" not in told.wishes.wanted:
        return person
    if (person.stage or "").startswith(("md_", "do_", "img_")):
        return replace(person, wishes=person.wishes - {"no_acceptance"})  # a school has taken him
    if person.stage != "applicant":
        supposes = base != Person() and "mcat" not in base.done
        return replace(person, done=person.done - {"mcat"}) if supposes else person
    sent = {"amcas_application", "aacomas_application"}
    return replace(person, stage="reapplicant", done=person.done - sent | {"mcat"}, start_year=None)


def _without_phd(person: Person, base: Person, told: Told, today: date) -> Person:
    """Who leaves the PhD of an MD-PhD in the next summer has the clinical years before him."""
    if "left_phd" not in told.wishes.wanted or "md_phd" not in base.wishes or told.years.graduation:
        return person
    return replace(person, graduation_year=school_year_end(today) + _CLINICAL_YEARS)


def _unmatched(person: Person, base: Person, told: Told, today: date) -> Person:
    """Who calls himself a last-year student and went unmatched did so in spring, and has graduated since."""
    school, _, year = (person.stage or "").partition("_")
    if base != Person() or year != "year_4" or "match_day" not in told.steps.failed:
        return person
    return replace(person, stage=f"{school}_graduate", graduation_year=told.years.graduation or today.year)
