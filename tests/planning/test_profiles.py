"""People of all kinds and what their plan has to hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from medpath.knowledge.yaml_lines import read_yaml
from medpath.planning.plan import Plan
from medpath.planning.service import Planner
from medpath.planning.showing.objects import sources_of

PEOPLE = read_yaml(Path(__file__).with_name("profiles.yml"))["people"]
PLANNED = {name: row for name, row in PEOPLE.items() if "asks" not in row}
ASKED = {name: row for name, row in PEOPLE.items() if "asks" in row}
# What advisers say and no page states.
ADVICE = {"chief_year"}
# Research begins now for whoever wants a contested field; it may stand anywhere before the application.
LOOSE = {"step_3", "comlex_level_3", "full_license", "board_certification", "research"}


@pytest.mark.parametrize("name", PLANNED)
def test_the_steps_stand_in_order(name: str, plan_of: Callable[..., Plan]) -> None:
    """No step that is expected is missing, and those whose place is fixed begin in the expected order."""
    expected = PLANNED[name]["steps"]
    found = [step.name for step in plan_of(**PLANNED[name]["profile"]).steps]
    assert not [step for step in expected if step not in found]
    fixed = [step for step in expected if step not in LOOSE]
    assert [step for step in found if step in fixed] == fixed


@pytest.mark.parametrize("name", PLANNED)
def test_lengths_year_and_exams_are_right(name: str, plan_of: Callable[..., Plan]) -> None:
    """The plan has the expected lengths, year of independent practice, exams and problems."""
    row = PLANNED[name]
    plan = plan_of(**row["profile"])
    assert {key: plan.years.get(key) for key in row["years"]} == row["years"]
    assert plan.earliest == row["earliest"]
    assert sorted(plan.exams) == sorted(row["exams"])
    assert {problem.id for problem in plan.problems} >= set(row.get("problems", ()))


@pytest.mark.parametrize("name", ASKED)
def test_a_contradiction_is_asked_back(name: str, plan_of: Callable[..., Plan]) -> None:
    """A record that contradicts itself gets a question and neither steps nor years."""
    plan = plan_of(**ASKED[name]["profile"])
    assert plan.problems[0].id == ASKED[name]["asks"]
    assert "?" in plan.asks
    assert (plan.steps, plan.earliest, plan.exams) == ((), None, ())


@pytest.mark.parametrize("name", PLANNED)
def test_every_step_has_a_source(name: str, plan_of: Callable[..., Plan], planner: Planner) -> None:
    """Each step rests on a fact that names a page."""
    steps = [step for step in plan_of(**PLANNED[name]["profile"]).steps if step.name not in ADVICE]
    assert [step.name for step in steps if not sources_of(step.facts, planner.knowledge)] == []


def test_what_was_done_is_not_asked_for_again(plan_of: Callable[..., Plan]) -> None:
    """A step that somebody did or passed stands in no plan."""
    for row in PLANNED.values():
        names = {step.name for step in plan_of(**row["profile"]).steps}
        done: Any = set(row["profile"].get("done", ()))
        assert not names & done
