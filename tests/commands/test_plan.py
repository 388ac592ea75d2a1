"""medpath plan on the command line."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from medpath.cli import main
from medpath.commands.plan import plan_lines
from medpath.knowledge.checking import load_knowledge
from medpath.planning.service import Planner
from medpath.planning.tables.loading import load_tables
from medpath.project import find_project

pytestmark = pytest.mark.usefixtures("real_matplotlib")

TODAY = date(2026, 11, 28)
OPTIONS = ["plan", "--today", TODAY.isoformat(), "--stage", "md_year_3", "--target", "dermatology"]


@pytest.fixture(scope="module")
def planner() -> Planner:
    """The project's planner on November 28, 2026."""
    project = find_project()
    return Planner(TODAY, load_tables(project.planning), load_knowledge(project.knowledge, date.today()))


def _answers(planner: Planner, *lines: str) -> list[dict[str, Any]]:
    output = io.StringIO()
    assert plan_lines(planner, lines, output) == 0
    return [json.loads(line) for line in output.getvalue().splitlines()]


def test_options_give_a_plan_as_text_json_and_calendar(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The same options give text, or one JSON object, and write a calendar file."""
    calendar = tmp_path / "plan.ics"
    assert main([*OPTIONS, "--ics", str(calendar)]) == 0
    assert "Your way to Dermatology" in capsys.readouterr().out
    assert calendar.read_bytes().startswith(b"BEGIN:VCALENDAR")
    assert main([*OPTIONS, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["earliest_independent_practice"] == 2032
    assert found["years"] == {"residency": "3", "preliminary_year": "1"}


@pytest.mark.parametrize(("name", "begins"), [("plan.svg", b"<?xml"), ("plan.PNG", b"\x89PNG")])
def test_the_plan_is_drawn_in_the_form_that_the_name_tells(tmp_path: Path, name: str, begins: bytes) -> None:
    """The ending of the file says whether the picture is SVG or PNG."""
    assert main([*OPTIONS, "--picture", str(tmp_path / name)]) == 0
    assert (tmp_path / name).read_bytes().startswith(begins)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["plan"], "Say where you stand"),
        (["plan", "--stage", "md_year_3", "--age", "400"], "age of a profile cannot be 400"),
        (["plan", "--stage", "md_year_3", "--ics", "/nowhere/plan.ics"], "cannot be written"),
        (["plan", "--stage", "md_year_3", "--picture", "/nowhere/plan.svg"], "cannot be written"),
        (["plan", "--stage", "md_year_3", "--picture", "plan.pdf"], "Let it end in .svg or .png"),
        (["plan", "--stage", "md_year_3", "--picture", "plan"], "Let it end in .svg or .png"),
    ],
)
def test_bad_input_is_told_in_a_sentence(options: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is missing or wrong is said on standard error, without a traceback, with exit code 1."""
    assert main(options) == 1
    captured = capsys.readouterr()
    assert told in captured.err
    assert "Traceback" not in captured.err


def test_each_line_is_answered_in_order(planner: Planner) -> None:
    """Profiles give plans, a what-if its differences, and a line that cannot be read an error; all in order."""
    intern = {"stage": "resident_pgy1", "school": "md", "specialty": "internal_medicine"}
    base = {"profile": {**intern, "target": "gastroenterology"}}
    what_if = {"profile": {**intern, "target": "nephrology"}, "base": base}
    lines = [json.dumps(base), json.dumps(what_if), "no json", '{"profile": {"stagee": "md_year_1"}}', "[]", "{}"]
    plan, changed, *errors = _answers(planner, *lines)
    assert plan["earliest_independent_practice"] == 2032
    assert changed["differences"]["earliest_independent_practice"] == {"before": "2032", "after": "2031"}
    assert changed["text"].startswith("What changes")
    assert all(set(error) == {"error"} for error in errors)
    assert "no field stagee" in errors[1]["error"]


def test_a_stage_that_is_not_told_is_asked_for(planner: Planner) -> None:
    """A profile without a stage gets a sentence that asks for it."""
    (answer,) = _answers(planner, '{"profile": {"target": "dermatology"}}')
    assert "At which stage are you" in answer["error"]


def test_what_is_asked_beside_the_plan_is_answered_before_it(planner: Planner) -> None:
    """A direct question gets its fact with its source; the wish for the plan itself is no such question."""
    says = "12th grade in NJ, parents want BS/MD programs, rheumatology. can i be a dr without the mcat?"
    beside, plain = _answers(
        planner, json.dumps({"says": says}), json.dumps({"says": "MS3 MD, want cardiology. what do I do next?"})
    )
    (answer,) = beside["answers"]
    assert answer["facts"][0] == "mcat/without-the-mcat"
    assert answer["sources"][0]["url"]
    assert beside["text"].index(answer["body"][:40]) < beside["text"].index("Your way to Rheumatology")
    assert plain["answers"] == []
