"""Leaves, repeated years, extensions and deployments lengthen the way by what they take, once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from people import TODAY

from medpath.planning.person import Person
from medpath.planning.reading import read_person
from medpath.planning.service import Planner

AHEAD_IN_SCHOOL = (
    "taking a year of maternity leave next year",
    "taking a year off for a baby next year",
    "going on a leave of absence",
    "on a medical leave this year, coming back in july",
    "I have to repeat the year",
    "school is making me repeat my third year",
    "will be deployed with the national guard for a year",
    "8 month deployment with the reserve next year",
)
NOTHING_IN_SCHOOL = (
    "took a year off last year",
    "took a leave of absence two years ago",
    "want a 6 week maternity leave",
    "class of 2028 because of a leave of absence",
    "should I take a leave of absence?",
    "veteran, was deployed twice",
)
AHEAD_IN_RESIDENCY = (
    "my program extended me by a year",
    "army reserve deployment for a year from january",
    "taking a year off for a baby starting july",
    "program makes me repeat PGY2",
    "my residency was prolonged by one year",
    "going on a year of medical leave",
)


def read(text: str, base: Person | None = None) -> Person:
    return read_person(text, base, TODAY)


@given(phrase=st.sampled_from(AHEAD_IN_SCHOOL), school=st.sampled_from(["MS3 at an MD school", "OMS-3"]))
@settings(max_examples=30, deadline=None)
def test_a_year_away_from_school_moves_the_graduation(phrase: str, school: str) -> None:
    """Whoever is away for a year graduates with the next class, and takes no gap year besides."""
    person = read(f"{school}, {phrase}, want psychiatry")
    assert person.graduation_year == 2029
    assert "gap_year" not in person.wishes


@given(phrase=st.sampled_from(NOTHING_IN_SCHOOL), school=st.sampled_from(["MS3 at an MD school", "OMS-3"]))
@settings(max_examples=20, deadline=None)
def test_what_is_over_short_or_weighed_moves_nothing(phrase: str, school: str) -> None:
    """A leave behind him, of some weeks, or only thought about leaves the class as it is."""
    person = read(f"{school}, {phrase}, want psychiatry")
    assert person.graduation_year == 2028
    assert "gap_year" not in person.wishes


@pytest.mark.parametrize("phrase", AHEAD_IN_RESIDENCY)
def test_a_year_away_from_residency_moves_its_end(phrase: str) -> None:
    """A residency ends later by the year that is missed, repeated or added."""
    person = read(f"PGY2 pediatrics, US MD, {phrase}, want to be a pediatric cardiologist")
    assert person.residency_end_year == 2029


@pytest.mark.parametrize(("target", "end"), [("gastroenterology", 2030), ("general internal medicine", None)])
def test_half_a_year_more_costs_a_fellowship_a_year(target: str, end: int | None) -> None:
    """Six months more miss the July in which a fellowship starts; without one the end stays in its year."""
    says = f"PGY1 internal medicine, us md, my residency is extended by 6 months because of a leave, want {target}"
    assert read(says).residency_end_year == end


@given(phrase=st.sampled_from(["take a year off", "take a leave of absence", "have to repeat a year", "get deployed"]))
@settings(max_examples=10, deadline=None)
def test_a_what_if_moves_school_once(phrase: str) -> None:
    """A year away that is supposed moves the known graduation by one."""
    known = read("M3 at an MD school, want pediatrics")
    assert read(f"what if I {phrase}", known).graduation_year == 2029


def test_who_repeats_a_year_now_stands_in_it() -> None:
    """The year that runs again is the one that is told, whatever the start."""
    person = read("I failed and am repeating M1, started 2025 DO, psychiatry")
    assert (person.stage, person.graduation_year) == ("do_year_1", 2030)


@given(
    told=st.sampled_from(
        [
            "took a year off after second year because of surgery, so now class of {year}",
            "was away for 7 months due to knee surgery, class of {year}",
            "on leave from july to december 2026, graduation pushed back to May {year}",
            "six months off for a baby, graduation moved to {year}",
            "leave of absence last spring, still class of {year}",
        ]
    ),
    year=st.integers(2028, 2029),
)
@settings(max_examples=10, deadline=None)
def test_a_leave_beside_the_year_of_the_degree_moves_nothing_more(told: str, year: int) -> None:
    """The graduation that is told holds the leave already, no gap year comes of it, and its reason is no goal."""
    person = read_person(f"M3 MD, {told.format(year=year)}, want psychiatry", today=TODAY)
    assert (person.graduation_year, person.gap_years, person.target) == (year, None, "psychiatry")
    assert "gap_year" not in person.wishes


def test_a_start_that_is_wished_later_is_the_start(planner: Planner) -> None:
    """Years since a degree of long ago are no gap ahead, and a later start than the first one is kept."""
    for says in (
        "graduated college in 2014, BA history, 34, want to start med school in 2030, psychiatry",
        "paralegal, 34, bachelor from 2014, all prereqs done, want to start medical school in 2030, psychiatry",
    ):
        plan = planner.plan(read_person(says, today=TODAY))
        (school,) = [step for step in plan.steps if step.name == "medical_school"]
        assert school.start.year == 2030
