"""Plans as replies carry them, made by the planner, for channels that show them."""

from __future__ import annotations

import functools
from datetime import date
from typing import Any

from medpath.planning.service import Planner, load_planner
from medpath.planning.showing.objects import as_object, person_of
from medpath.planning.showing.text import plan_text
from medpath.project import find_project

STUDENT: dict[str, Any] = {"stage": "md_year_2", "target": "dermatology", "age": 24}
ABROAD: dict[str, Any] = {
    "stage": "img_student",
    "school": "img",
    "country": "Pakistan",
    "needs_visa": True,
    "visa": "J-1",
    "target": "clinical_cardiac_electrophysiology",
    "graduation_year": date.today().year + 3,
}
CONTRADICTORY: dict[str, Any] = {
    "stage": "do_accepted",
    "start_year": 2027,
    "graduation_year": 2026,
    "target": "psychiatry",
}


@functools.cache
def planner() -> Planner:
    return load_planner(find_project(), date.today())


def plan_object(**profile: Any) -> dict[str, Any]:
    """A plan from today on as plain objects."""
    plan = planner().plan(person_of(profile))
    text = plan_text(plan, planner().tables, planner().knowledge)
    return as_object(plan, planner().knowledge, text)


def plan_message(intro: str = "", **profile: Any) -> dict[str, Any]:
    """A message of the REST channel that shows a plan."""
    plan = plan_object(**profile)
    body = f"{intro}\n\n{plan['text']}".strip()
    return {"text": body, "custom": {"kind": "plan", "body": body, "plan": plan, "facts": [], "sources": []}}
