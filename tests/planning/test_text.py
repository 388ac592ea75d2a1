"""A plan as text and as an object."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from medpath.planning.plan import Plan
from medpath.planning.service import Planner
from medpath.planning.showing.objects import as_object
from medpath.planning.showing.text import plan_text, when_text

PREMED = {"stage": "college_junior", "target": "gastroenterology", "school": "md", "age": 20}
PAKISTAN = {
    "stage": "img_student",
    "school": "img",
    "country": "Pakistan",
    "needs_visa": True,
    "visa": "J-1",
    "target": "clinical_cardiac_electrophysiology",
    "graduation_year": 2029,
}


@pytest.mark.parametrize("width", [48, 80, 120])
def test_no_line_is_wider_than_the_shell(plan_of: Callable[..., Plan], planner: Planner, width: int) -> None:
    """Lines are broken to the width that is given; only an address may be longer."""
    text = plan_text(plan_of(**PREMED), planner.tables, planner.knowledge, width)
    assert [line for line in text.splitlines() if len(line) > width and "://" not in line] == []


def test_text_tells_year_steps_and_whom_to_ask(plan_of: Callable[..., Plan], planner: Planner) -> None:
    """The text has the year, every step, the sum of fees, weak grounds and whom to ask, but no chances."""
    plan = plan_of(**PREMED)
    text = plan_text(plan, planner.tables, planner.knowledge)
    assert "Earliest independent practice: 2038" in text
    assert all(step.label in " ".join(text.split()) for step in plan.steps)
    assert "Fees to pay: $" in text
    assert "counted by the rule of earlier years" in text
    assert "Whom to ask:" in text
    assert "nothing about chances" in text


def test_a_problem_comes_first(plan_of: Callable[..., Plan], planner: Planner) -> None:
    """What cannot be had as wished stands before the steps, with the facts behind it."""
    plan = plan_of(**PAKISTAN)
    text = plan_text(plan, planner.tables, planner.knowledge)
    assert plan.problems[0].id == "j1_limit"
    assert "8 years" in plan.problems[0].text
    assert text.index("limited to 7 years") < text.index("Steps:")


def test_a_question_back_stands_without_steps(plan_of: Callable[..., Plan], planner: Planner) -> None:
    """A contradiction is told with its question, and no step is dated."""
    plan = plan_of(stage="do_accepted", start_year=2027, graduation_year=2026, target="psychiatry")
    text = plan_text(plan, planner.tables, planner.knowledge)
    assert "normally mean 2031" in text
    assert "Steps:" not in text


def test_the_object_has_what_is_promised(plan_of: Callable[..., Plan], planner: Planner) -> None:
    """The object holds steps with sources, lengths, the year as a number, exams, costs, remarks, and is JSON."""
    found = json.loads(json.dumps(as_object(plan_of(**PREMED), planner.knowledge, "text")))
    assert found["earliest_independent_practice"] == 2038
    assert found["years"] == {"medical_school": "4", "residency": "3", "fellowship": "3"}
    assert found["steps"][0].keys() >= {
        "name",
        "label",
        "start",
        "end",
        "certainty",
        "years",
        "needs",
        "costs",
        "sources",
    }
    assert all(step["sources"] for step in found["steps"] if step["facts"])
    assert all(remark["facts"] for remark in found["remarks"])
    costs = {cost["id"]: cost for cost in found["costs"]}
    assert (costs["amcas_fee"]["low"], costs["amcas_fee"]["how"].split(" to ")[0]) == (819, "175 + 14*46")
    assert costs["residency_pay"]["low"] == 456110
    assert costs["eras_fellowship_fee"]["high"] == 755


def test_the_range_of_two_routes_is_shown(plan_of: Callable[..., Plan], planner: Planner) -> None:
    """Where two seasons are possible, both dates and both years stand there."""
    found = as_object(plan_of(**PAKISTAN), planner.knowledge, "")
    match = next(step for step in found["steps"] if step["name"] == "match_day")
    assert {match["start"], match["or"][0]["start"]} == {"2029-03-16", "2030-03-15"}
    assert found["earliest_independent_practice"] == "2037-2038"


def test_a_range_tells_which_way_ends_when(planner: Planner, plan_of: Callable[..., Plan]) -> None:
    """Where the year is a range, the headline names the way of each end."""
    plan = plan_of(stage="md_year_2", school="md", target="thoracic_surgery")
    text = plan_text(plan, planner.tables, planner.knowledge, 400)
    line = next(line for line in text.splitlines() if line.startswith("Which way ends when"))
    assert "(integrated) 6 until 2035" in line
    assert "General surgery 5, Cardiothoracic surgery 3 until 2037" in line
    assert plan.target == "Cardiothoracic surgery"


def test_the_title_names_the_way_that_is_gone(plan_of: Callable[..., Plan]) -> None:
    """A surgeon on the way to vascular surgery reads of the independent program, a student of the integrated one."""
    surgeon = plan_of(stage="resident_pgy3", specialty="general_surgery", target="vascular_surgery")
    student = plan_of(stage="md_year_1", school="md", target="plastic_surgery")
    assert surgeon.target == "Vascular surgery (independent)"
    assert student.target == "Plastic surgery (integrated)"


def test_nothing_is_counted_and_nothing_to_pay_where_nothing_is_left(
    planner: Planner, plan_of: Callable[..., Plan]
) -> None:
    """The plan of a fellow has no sum without terms and no fees of zero dollars."""
    plan = plan_of(stage="fellow", specialty="cardiovascular_disease", residency_end_year=2025)
    text = plan_text(plan, planner.tables, planner.knowledge)
    assert "Counted" not in text
    assert "Fees to pay" not in text


def test_officers_have_no_civilian_pay(plan_of: Callable[..., Plan]) -> None:
    """Whose school the armed forces pay reads of officer's pay in training."""
    plan = plan_of(stage="do_year_4", school="do", target="general_surgery", wishes=["hpsp"])
    assert {line.id for line in plan.costs} >= {"military_pay"}
    assert "residency_pay" not in {line.id for line in plan.costs}


def test_foreigners_have_no_federal_loans(plan_of: Callable[..., Plan]) -> None:
    """Who needs a visa has no line of a loan above the federal limit."""
    own, foreign = (
        plan_of(stage="md_accepted", school="md", target="psychiatry", start_year=2027, needs_visa=visa)
        for visa in (False, True)
    )
    assert "loan_gap" in {line.id for line in own.costs}
    assert "loan_gap" not in {line.id for line in foreign.costs}


def test_a_deadline_tells_what_would_fit(plan_of: Callable[..., Plan]) -> None:
    """A year that no way can reach is told with the shortest way and with fields that would fit."""
    plan = plan_of(stage="do_year_2", school="do", target="thoracic_surgery", graduation_year=2029, by_year=2033)
    text = next(problem.text for problem in plan.problems if problem.id == "too_soon")
    assert "2035" in text
    assert "anesthesiology (4)" in text
    assert "neurosurgery" not in text


def test_a_contradiction_tells_what_hangs_on_it(plan_of: Callable[..., Plan]) -> None:
    """A training year that contradicts the start is asked back with the dates of both readings."""
    plan = plan_of(
        stage="resident_pgy3",
        specialty="obstetrics_and_gynecology",
        target="maternal_fetal_medicine",
        residency_start_year=2026,
    )
    assert "December 2028 to May 2029" in plan.problems[0].text
    assert "December 2026 to May 2027" in plan.problems[0].text
    assert "PGY-1" in plan.asks


def test_the_wrong_residency_tells_what_is_open(plan_of: Callable[..., Plan]) -> None:
    """A fellowship that a residency does not lead to is told with fellowships that it does lead to."""
    plan = plan_of(stage="do_year_1", school="do", target="cardiovascular_disease", via="family_medicine")
    text = next(problem.text for problem in plan.problems if problem.id == "fellowship_prerequisite")
    assert "geriatric medicine" in text
    assert "sports medicine" in text


def test_several_routes_have_calendars_of_their_own(plan_of: Callable[..., Plan]) -> None:
    """Critical care after emergency medicine is told with the calendar of each route."""
    plan = plan_of(
        stage="resident_pgy1", specialty="emergency_medicine", target="critical_care_medicine", program_years=3
    )
    text = next(remark.text for remark in plan.remarks if remark.id == "other_calendars")
    assert "July 2028" in text
    assert "November 2027 to March 2028" in text


def test_a_window_keeps_its_end_on_every_route(plan_of: Callable[..., Plan], planner: Planner) -> None:
    """A window that another route moves is told with its end, one start once, and a stretch by its starts."""
    plan = plan_of(stage="img_graduate", school="img", country="Peru", target="pediatrics", graduation_year=2024)
    step, residency = plan.step("step_2_ck"), plan.step("residency")
    assert step is not None
    assert residency is not None
    assert when_text(step, planner.tables.texts) == "2027-07 to 2028-07 or 2028-07 to 2029-07"
    license_ = plan_of(stage="md_year_3", school="md").step("full_license")
    assert license_ is not None
    assert when_text(license_, planner.tables.texts) == "2029-11 to 2031-06 or 2035-06"
    assert when_text(residency, planner.tables.texts) == "2029-07 or 2030-07"
