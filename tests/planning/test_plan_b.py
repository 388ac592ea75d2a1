"""What comes if no program takes somebody is said to all who ask for it and to all whom it has happened to."""

from __future__ import annotations

import re

import pytest
from people import TODAY

from medpath.planning.plan import Plan
from medpath.planning.reading import read_person
from medpath.planning.service import Planner

WHO = ("M4 at an MD school, ENT", "OMS-4, general surgery", "M3 at an MD school, dermatology", "M4 MD, pediatrics")
ASKS = (
    "what happens if I don't get a spot",
    "what if nobody takes me?",
    "scared of not matching, what then",
    "what's the backup if the match fails",
    "what are my options if i fail to match",
    "worst case no match?",
    "what if no program ranks me",
    "need a safety net in case of no match",
    "plan b if I go unmatched?",
    "what if I have to SOAP",
)
UNMATCHED = (
    "us md graduate 2026, did not match ortho, applying again",
    "md grad 2025 went unmatched twice in derm, need plan",
    "DO grad 2026, unmatched in EM, soap failed too, want EM",
    "img grad from egypt 2022, need visa, unmatched twice, internal medicine",
)
SUPPOSED = (
    "what if i don't match",
    "and if nobody ranks me?",
    "what if the match falls through",
    "what if I have to SOAP",
)


def text_of(plan: Plan) -> str:
    """All that a plan says beside its steps."""
    return " ".join(one.text for one in (*plan.problems, *plan.remarks))


def tells_plan_b(plan: Plan) -> bool:
    """Whether SOAP, a preliminary year and a new application are named."""
    text = text_of(plan)
    return all(re.search(what, text) for what in (r"\bSOAP\b", r"(?i)preliminary", r"(?i)reappl|apply again"))


@pytest.mark.parametrize("asks", ASKS)
@pytest.mark.parametrize("who", WHO)
def test_who_asks_what_follows_without_a_match_is_told(who: str, asks: str, planner: Planner) -> None:
    """The fallback is told in full, and nobody who only asks is taken for unmatched."""
    person = read_person(f"{who}, {asks}", today=TODAY)
    assert "match_day" not in person.failed
    assert tells_plan_b(planner.plan(person))


@pytest.mark.parametrize("says", UNMATCHED)
def test_who_has_not_matched_is_told_all_ways_on(says: str, planner: Planner) -> None:
    """Whoever went unmatched hears of SOAP, preliminary places and a new application."""
    assert tells_plan_b(planner.plan(read_person(says, today=TODAY)))


@pytest.mark.parametrize("says", SUPPOSED)
def test_a_match_that_is_supposed_to_fail_costs_a_year(says: str, planner: Planner) -> None:
    """In every wording the plan moves to the next Match."""
    known = read_person("M3 at an MD school, pediatrics", today=TODAY)
    supposed = planner.plan(read_person(says, known, TODAY))
    assert supposed.earliest == str(int(planner.plan(known).earliest or 0) + 1)
    assert tells_plan_b(supposed)


@pytest.mark.parametrize("year", ["M3", "M4"])
def test_a_preliminary_year_that_is_supposed_does_not_run(year: str) -> None:
    """A student who asks what follows a preliminary year alone is still a student."""
    known = read_person(f"{year} at an MD school, anesthesiology", today=TODAY)
    person = read_person("what if I end up with only a prelim year", known, TODAY)
    assert (person.stage, person.target) == (known.stage, "anesthesiology")
    assert "prelim_only" in person.wishes


def test_a_way_without_a_question_stays_calm(planner: Planner) -> None:
    """Who asks for nothing of the kind is not told of failing."""
    plan = planner.plan(read_person("M2 at an MD school, pediatrics", today=TODAY))
    assert "if_unmatched" not in {one.id for one in plan.remarks}
