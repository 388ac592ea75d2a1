"""medpath plan: a person's way to a specialty, with dates, costs and sources."""

from __future__ import annotations

import argparse
import io
import json
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import IO, Any

from medpath.answering.question import Question
from medpath.answering.replies.answer import Answer
from medpath.answering.service import adviser
from medpath.errors import MedpathError, PlanningError
from medpath.planning.conversing.asking import plan_asking
from medpath.planning.differences import Differences, differences
from medpath.planning.person import SCHOOLS, STAGES, Person
from medpath.planning.plan import Plan
from medpath.planning.service import Planner, load_planner
from medpath.planning.showing.calendar_file import calendar_of
from medpath.planning.showing.look import load_look
from medpath.planning.showing.objects import as_object, differences_as_object, person_of
from medpath.planning.showing.picture import FORMS, picture_of
from medpath.planning.showing.shown import shown_plan
from medpath.planning.showing.text import differences_text, plan_text
from medpath.project import Project

_NUMBERS = (
    *("start_year", "graduation_year", "residency_start_year", "residency_end_year", "age", "by_year"),
    *("season_year", "program_years", "limit_years", "failures", "college_years", "courses_end", "graduation_month"),
    *("entry_year", "h1b_since", "gi_bill_months"),
)
_NAMES = ("country", "citizenship", "visa", "status", "target", "via", "specialty", "state", "partner")
_LISTS = ("done", "failed", "wishes", "undone", "asks", "also")


def add_commands(commands: Any) -> None:
    """Adds plan."""
    plan = commands.add_parser("plan", help="lay out a person's way: steps, dates, exams, costs, sources")
    plan.add_argument("says", nargs="*", help="who you are and where you want to go, in your own words")
    plan.add_argument("--stage", choices=STAGES, metavar="STAGE", help=f"one of {', '.join(STAGES)}")
    plan.add_argument("--school", choices=SCHOOLS, help="kind of medical school")
    plan.add_argument("--needs-visa", action=argparse.BooleanOptionalAction, default=None)
    for name in _NAMES:
        plan.add_argument(f"--{name.replace('_', '-')}", help=f"{name.replace('_', ' ')}")
    for name in _NUMBERS:
        plan.add_argument(f"--{name.replace('_', '-')}", type=int, metavar="N")
    for name in _LISTS:
        plan.add_argument(f"--{name}", default=None, metavar="NAMES", help="names parted by commas")
    plan.add_argument("--json", action="store_true", help="write the plan as one JSON object")
    plan.add_argument("--ics", type=Path, metavar="FILE", help="write the coming deadlines as a calendar file")
    plan.add_argument(
        "--picture", type=Path, metavar="FILE", help="draw the plan as a timeline, to FILE.svg or FILE.png"
    )
    plan.add_argument("--today", type=date.fromisoformat, default=None, metavar="DATE", help="plan from another day")
    plan.add_argument(
        "--jsonl",
        action="store_true",
        help='read {"says": ...} or {"profile": {...}} a line, with "base" for a what-if; write one JSON object a line',
    )
    plan.set_defaults(act=_plan)


def _plan(project: Project, given: argparse.Namespace) -> int:
    planner = load_planner(project, given.today or date.today())
    if given.jsonl:
        lines = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace")
        return plan_lines(planner, lines, sys.stdout)
    form = _form_of(given.picture) if given.picture else ""
    plan = planner.plan(_person(planner, given))
    if given.ics:
        _write(given.ics, calendar_of(plan, planner.today, planner.knowledge))
    if form:
        shown = shown_plan(as_object(plan, planner.knowledge, ""))
        _write(given.picture, picture_of(shown, load_look(project.planning), form))
    width = shutil.get_terminal_size((100, 24)).columns
    answers = _beside(" ".join(given.says), planner.today)
    text = _after(answers, plan_text(plan, planner.tables, planner.knowledge, width))
    whole = {**as_object(plan, planner.knowledge, text), "answers": _as_rows(answers)}
    print(json.dumps(whole, ensure_ascii=False) if given.json else text)
    return 0


def _beside(says: str, today: date) -> list[Answer]:
    """The answers to what somebody asks beside the plan."""
    if not says or plan_asking().is_way(says):
        return []
    return adviser().beside_plan(Question(says), plan_asking().is_way, today)


def _after(answers: Sequence[Answer], text: str) -> str:
    return "\n\n".join([*(answer.text() for answer in answers), text])


def _as_rows(answers: Sequence[Answer]) -> list[dict[str, Any]]:
    """The answers as JSON has them."""
    rows = (answer.block() for answer in answers)
    return [{key: row[key] for key in ("heading", "body", "facts", "sources")} for row in rows]


def _form_of(path: Path) -> str:
    form = path.suffix.lower().removeprefix(".")
    if form not in FORMS:
        raise MedpathError(
            f"{path} is no name of a picture. Let it end in {' or '.join(f'.{form}' for form in FORMS)}."
        )
    return form


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise MedpathError(f"{path} cannot be written ({error.strerror}). Name a file in a folder of yours.") from error


def _person(planner: Planner, given: argparse.Namespace) -> Person:
    says = " ".join(given.says)
    told = planner.read(says) if says else Person()
    named = {name: getattr(given, name) for name in ("stage", "school", "needs_visa", *_NAMES, *_NUMBERS)}
    row: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
    row |= {name: _parted(getattr(given, name)) for name in _LISTS if getattr(given, name)}
    options = person_of(row)
    person = replace(told, **{name: getattr(options, name) for name in row})
    if person.stage is None:
        raise MedpathError(
            'Say where you stand: medpath plan "third-year medical student, want cardiology", or --stage md_year_3.'
        )
    return person


def _parted(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def plan_lines(planner: Planner, lines: Iterable[str], output: IO[str]) -> int:
    """Plans for each line in order and writes one object a line; a line that fails gives an object with an error."""
    for line in lines:
        if line.strip():
            output.write(json.dumps(_answer(planner, line), ensure_ascii=False) + "\n")
            output.flush()
    return 0


def _answer(planner: Planner, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
        if not isinstance(row, dict):
            raise PlanningError('A line is an object: {"says": ...} or {"profile": {...}}.')
        return _planned(planner, row)
    except (ValueError, RecursionError):
        return {"error": 'The line is no JSON object. Write {"says": ...} or {"profile": {...}}.'}
    except MedpathError as error:
        return {"error": str(error)}


def _planned(planner: Planner, row: Mapping[str, Any]) -> dict[str, Any]:
    before = _plan_of(planner, row["base"], None) if row.get("base") else None
    after = _plan_of(planner, row, before.person if before else None)
    found = differences(before, after) if before else None
    text = plan_text(after, planner.tables, planner.knowledge)
    answers = _beside(str(row.get("says") or ""), planner.today)
    text = _after(answers, _with_differences(planner, text, before, after, found))
    answer = {**as_object(after, planner.knowledge, text), "answers": _as_rows(answers)}
    return {**answer, "differences": differences_as_object(found)} if found else answer


def _with_differences(planner: Planner, text: str, before: Plan | None, after: Plan, found: Differences | None) -> str:
    if before is None or found is None:
        return text
    return f"{differences_text(before, after, found, planner.tables)}\n\n{text}"


def _plan_of(planner: Planner, row: Any, base: Person | None) -> Plan:
    """The plan of a row; its sentence is read on top of the base, its profile stands for itself."""
    if not isinstance(row, dict) or not ("says" in row or "profile" in row):
        raise PlanningError('A line needs "says" (a sentence) or "profile" (an object with the fields of a person).')
    if "profile" in row:
        if not isinstance(row["profile"], dict):
            raise PlanningError('"profile" is an object with the fields of a person.')
        return planner.plan(person_of(row["profile"]))
    return planner.plan(planner.read(str(row["says"]), base))
