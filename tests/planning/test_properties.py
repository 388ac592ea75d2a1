"""What holds for the plan of anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medpath.planning.differences import differences
from medpath.planning.person import STAGES, Person
from medpath.planning.plan import Plan, PlannedStep
from medpath.planning.service import Planner
from medpath.planning.tables.loading import load_tables
from medpath.project import find_project

TABLES = load_tables(find_project().planning)
TARGETS = st.sampled_from(sorted(TABLES.trainings))
EXAMS = ["step_1", "step_2_ck", "comlex_level_1", "comlex_level_2_ce", "step_3", "oet"]
WISHES = [
    *("gap_year", "no_gap_year", "chief_year", "md_phd", "bs_md", "research_year", "hpsp", "usu", "three_year_md"),
    *("nhsc", "mcat_retake_asked", "keeps_job", "missing_prerequisites"),
]
TRAINING = ("medical_school", "preliminary_year", "residency", "chief_year", "fellowship", "second_fellowship")
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
DAYS = [date(2026, 11, 28), date(2027, 2, 1), date(2027, 7, 1), date(2027, 9, 30)]


@st.composite
def people(draw: st.DrawFn, **fixed: Any) -> Person:
    """Anybody at any stage with any target; years are left to the stage, so that they do not contradict it."""
    stage = draw(st.sampled_from(STAGES))
    trained = stage.startswith(("resident", "fellow", "attending"))
    residencies = sorted(name for name, training in TABLES.trainings.items() if not training.is_fellowship)
    person = Person(
        stage=stage,
        school=draw(st.sampled_from([None, "md", "do", "img"])),
        country=draw(st.sampled_from([None, "US", "India", "Grenada", "Canada"])),
        needs_visa=draw(st.sampled_from([None, False, True])),
        visa=draw(st.sampled_from([None, "J-1", "H-1B"])),
        target=draw(st.none() | TARGETS),
        via=draw(st.none() | st.sampled_from(residencies)),
        specialty=draw(st.sampled_from(residencies)) if trained and stage != "resident_preliminary" else None,
        age=draw(st.none() | st.integers(30, 60)),
        done=frozenset(draw(st.sets(st.sampled_from([*EXAMS, "eras_application"]), max_size=3))),
        failed=frozenset(draw(st.sets(st.sampled_from(EXAMS), max_size=1))),
        wishes=frozenset(draw(st.sets(st.sampled_from(WISHES), max_size=2))),
    )
    return replace(person, **fixed)


@SETTINGS
@given(person=people())
def test_nothing_past_is_planned(planner: Planner, person: Person) -> None:
    """No step begins before this month or ends before today, on any route."""
    for step in planner.plan(person).steps:
        for start, end in ((step.start, step.end), *step.others):
            assert start.last_day >= planner.today
            assert end.last_day >= planner.today
            assert start.first_day <= end.last_day


@SETTINGS
@given(person=people())
def test_no_step_comes_before_what_it_needs(planner: Planner, person: Person) -> None:
    """A step begins no earlier than each step it needs and ends no earlier; training waits until they are over."""
    plan = planner.plan(person)
    for step in plan.steps:
        for need in (plan.step(name) for name in step.needs):
            assert need is not None
            assert step.start.last_day >= need.start.first_day, (step.name, need.name)
            assert step.end.last_day >= need.end.first_day, (step.name, need.name)
            if step.name in TRAINING:
                assert step.start.last_day > need.end.first_day, (step.name, need.name)


@SETTINGS
@given(person=people())
def test_steps_stand_in_the_order_in_which_they_begin(planner: Planner, person: Person) -> None:
    """The list of steps is in order of time and names each step once."""
    steps = planner.plan(person).steps
    assert [step.start for step in steps] == sorted(step.start for step in steps)
    assert len({step.name for step in steps}) == len(steps)


def _years_of(step: PlannedStep) -> int:
    months = (step.end.year - step.start.year) * 12 + step.end.month - step.start.month + 1
    return round(months / 12)


@SETTINGS
@given(person=people())
def test_totals_equal_the_sum_of_the_steps(planner: Planner, person: Person) -> None:
    """The first year of independent practice is the one in which the last training of some route ends."""
    plan = planner.plan(person)
    ends = [
        end.year for step in plan.steps if step.name in TRAINING for end in (step.end, *(e for _, e in step.others))
    ]
    if "gmo_tour" in plan.years or plan.earliest is None or not ends or _only_school(plan) or _goes_another_way(plan):
        return
    first, *last = plan.earliest.split("-")
    assert max(ends) == int((last or [first])[0])


def _goes_another_way(plan: Plan) -> bool:
    """Whether a route that is not shown has a fellowship that the shown one has not."""
    return "fellowship" in plan.years and plan.step("fellowship") is None


def _only_school(plan: Plan) -> bool:
    return not any(step.name in TRAINING[1:] for step in plan.steps)


@SETTINGS
@given(person=people())
def test_each_length_is_that_of_its_step(planner: Planner, person: Person) -> None:
    """A training takes from begin to end as many years as its step says, on one of the routes."""
    for step in planner.plan(person).steps:
        if step.name in TRAINING and step.start.month in (7, 8, 9):
            low, *high = step.years.split("-")
            assert int(low) <= _years_of(step) <= int((high or [low])[0]), step


@SETTINGS
@given(person=people())
def test_the_same_person_gets_the_same_plan(planner: Planner, person: Person) -> None:
    """A plan hangs on nothing but the record, the day and the tables."""
    assert planner.plan(person) == planner.plan(replace(person))


@SETTINGS
@given(person=people(), age=st.integers(61, 80))
def test_another_age_moves_nothing(planner: Planner, person: Person, age: int) -> None:
    """How old somebody is changes neither steps nor dates."""
    before, after = planner.plan(person), planner.plan(replace(person, age=age))
    assert differences(before, after).is_none


@SETTINGS
@given(person=people(school="img", stage="img_graduate", needs_visa=True, visa="J-1", wishes=frozenset()))
def test_a_green_card_changes_the_visa_alone(planner: Planner, person: Person) -> None:
    """Without the need of a visa its steps and costs fall away, and no date moves."""
    found = differences(planner.plan(person), planner.plan(replace(person, needs_visa=False, visa=None)))
    assert set(found.fallen) <= {"visa_j1", "j1_waiver_or_home"}
    assert "visa_j1" in found.fallen
    assert (found.added, found.moved, found.exams_added, found.exams_fallen) == ((), (), (), ())


@SETTINGS
@given(person=people(stage="college_junior", school="md", wishes=frozenset(), via=None))
def test_a_gap_year_moves_what_follows_by_a_year(planner: Planner, person: Person) -> None:
    """A gap year before medical school adds one step and one year, and leaves college where it is."""
    before, after = planner.plan(person), planner.plan(replace(person, wishes=frozenset({"gap_year"})))
    found = differences(before, after)
    assert found.added == ("gap_year",)
    assert found.fallen == ()
    assert "bachelor_degree" in found.unchanged
    for name in ("medical_school", "match_day", "residency"):
        old, new = before.step(name), after.step(name)
        assert (new.start.year if new else 0) == (old.start.year + 1 if old else 0)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_can_be_planned_on_any_day(planner: Planner, stage: str, day: date) -> None:
    """At each stage and season there is a plan without past dates, with or without a target."""
    for target in (None, "dermatology", "gastroenterology", "ophthalmology"):
        plan = replace(planner, today=day).plan(Person(stage=stage, target=target))
        assert plan.earliest or plan.asks
        assert all(step.end.last_day >= day for step in plan.steps)
