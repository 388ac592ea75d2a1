"""A plan as the web channel sends it: what a page needs to draw it, with names in place of ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from medpath.channels.plans import intro_of, plan_look
from medpath.planning.showing.calendar_file import has_deadlines
from medpath.planning.showing.description import description_of
from medpath.planning.showing.layout import WIDTH, layout_of
from medpath.planning.showing.shown import ShownCost, ShownPlan, ShownStep, shown_plan
from medpath.planning.showing.timeline import kind_of


def web_plan(row: Mapping[str, Any], body: str) -> dict[str, Any]:
    """The Plan of docs/web-api.yml; `intro` is what a reply's body says besides the plan.

    Raises PlanningError for a plan of another version.
    """
    plan = shown_plan(row)
    return {
        "intro": intro_of(row, body),
        "target": plan.target,
        "earliest": plan.earliest,
        "years_from_now": plan.years_from_now,
        "age": plan.age,
        "asks": plan.asks,
        "problems": list(plan.problems),
        "exams": list(plan.exams),
        "picture": _picture(plan),
        "calendar": has_deadlines(plan, date.today()),
        "steps": [_step(step, plan) for step in plan.steps],
        "costs": [_cost(cost) for cost in plan.costs],
        "direct_costs": {"low": plan.direct[0], "high": plan.direct[1]},
        "remarks": list(plan.remarks),
        "uncertain": [{"reason": reason, "what": what} for reason, what in plan.uncertain],
        "contacts": list(plan.contacts),
    }


def _picture(plan: ShownPlan) -> dict[str, Any] | None:
    """What a page has to know before it has the picture: its size, to keep the place free, and its description."""
    layout = layout_of(plan, plan_look())
    if layout is None:
        return None
    return {"alt": description_of(plan, plan_look()), "width": WIDTH, "height": layout.height}


def _step(step: ShownStep, plan: ShownPlan) -> dict[str, Any]:
    labels = {other.name: other.label for other in plan.steps}
    return {
        "label": step.label,
        "kind": kind_of(step) or "step",
        "start": str(step.start),
        "end": str(step.end),
        "or": [{"start": str(start), "end": str(end)} for start, end in step.others],
        "certainty": step.certainty,
        "years": step.years,
        "needs": [labels[name] for name in step.needs if name in labels],
        "costs": [_cost(cost) for cost in plan.costs if cost.id in step.costs],
        "sources": [asdict(source) for source in step.sources],
    }


def _cost(cost: ShownCost) -> dict[str, Any]:
    return {"label": cost.label, "kind": cost.kind, "basis": cost.basis, "low": cost.low, "high": cost.high}
