"""A plan as plain objects for JSON, and a person from such an object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from medpath.errors import PlanningError
from medpath.knowledge.records import Knowledge
from medpath.planning.differences import Differences
from medpath.planning.person import SCHOOLS, Person
from medpath.planning.plan import CostLine, Plan, PlannedStep, Said
from medpath.planning.telling.money import direct_sum

_SETS = ("done", "failed", "undone", "wishes", "asks", "also")
_YEAR = (1950, 2100)
_NUMBERS = {
    "age": (5, 110),
    "by_year": _YEAR,
    "school_year": (1, 9),
    "gap_years": (1, 9),
    "program_years": (1, 9),
    "limit_years": (1, 20),
    "college_years": (1, 6),
    "failures": (1, 9),
    "graduation_month": (1, 12),
    "gi_bill_months": (1, 48),
    "season_year": _YEAR,
    "entry_year": _YEAR,
    "h1b_since": _YEAR,
    "courses_end": _YEAR,
    **{f"{name}_year": _YEAR for name in ("start", "graduation", "residency_start", "residency_end")},
}


def as_object(plan: Plan, knowledge: Knowledge, text: str) -> dict[str, Any]:
    """A plan as JSON has it; `text` is the plan as it is read in the shell."""
    low, high = direct_sum(plan.costs)
    return {
        "target": plan.target,
        "steps": [_step(step, knowledge) for step in plan.steps],
        "years": dict(plan.years),
        "earliest_independent_practice": _number(plan.earliest),
        "years_from_now": plan.years_from_now,
        "age_then": plan.age,
        "exams": list(plan.exams),
        "exam_labels": [plan.exam_labels[exam] for exam in plan.exams],
        "costs": [_cost(line) for line in plan.costs],
        "direct_costs": {"low": low, "high": high},
        "problems": [_said(said) for said in plan.problems],
        "ask_back": plan.asks or None,
        "remarks": [_said(said) for said in plan.remarks],
        "uncertain": [_said(said) for said in plan.uncertain],
        "ask": list(plan.contacts),
        "text": text,
    }


def differences_as_object(found: Differences) -> dict[str, Any]:
    """What a what-if changes, as JSON has it."""
    return {
        "added": list(found.added),
        "fallen": list(found.fallen),
        "moved": [{"name": move.name, "before": move.before, "after": move.after} for move in found.moved],
        "unchanged": list(found.unchanged),
        "years": {key: {"before": a, "after": b} for key, (a, b) in found.years.items()},
        "earliest_independent_practice": {"before": found.earliest[0], "after": found.earliest[1]},
        "exams": {"fallen": list(found.exams_fallen), "added": list(found.exams_added)},
        "costs": {"fallen": list(found.costs_fallen), "added": list(found.costs_added)},
    }


def person_of(row: Mapping[str, Any]) -> Person:
    """The person of an object with the fields of Person; raises PlanningError for other fields and wrong values."""
    known = {field.name for field in fields(Person)}
    unknown = sorted(row.keys() - known)
    if unknown:
        raise PlanningError(f"A profile has no field {', '.join(unknown)}. Use: {', '.join(sorted(known))}.")
    for name, value in row.items():
        if value is not None and not _fits(name, value):
            raise PlanningError(f"{name} of a profile cannot be {value!r}. {_kind(name)}")
    if row.get("school") not in (None, *SCHOOLS):
        raise PlanningError(f"The school {row['school']!r} is not known. Give one of {', '.join(SCHOOLS)}.")
    values: dict[str, Any] = {key: frozenset(value or ()) if key in _SETS else value for key, value in row.items()}
    if values.get("state"):
        values["state"] = values["state"].lower().replace(" ", "_")  # as a message tells it
    return Person(**values)


def _fits(name: str, value: object) -> bool:
    if name in _SETS:
        return _is_list_of_texts(value)
    if name in _NUMBERS:
        low, high = _NUMBERS[name]
        return type(value) is int and low <= value <= high
    return isinstance(value, bool if name == "needs_visa" else str)


def _kind(name: str) -> str:
    if name in _SETS:
        return "Give a list of names."
    if name in _NUMBERS:
        return "Give a whole number from {} to {}.".format(*_NUMBERS[name])
    return "Give true or false." if name == "needs_visa" else "Give a name as text."


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, (list, frozenset, set, tuple)) and all(isinstance(item, str) for item in value)


def sources_of(facts: Iterable[str], knowledge: Knowledge) -> list[dict[str, str]]:
    """The sources of facts, each once, with the date of the fact."""
    found: dict[str, dict[str, str]] = {}
    for fact in filter(None, map(knowledge.fact, facts)):
        for source in knowledge.sources_of(fact):
            row = {"publisher": source.publisher, "title": source.title, "url": source.url, "as_of": fact.as_of}
            found.setdefault(source.id, row)
    return list(found.values())


def _step(step: PlannedStep, knowledge: Knowledge) -> dict[str, Any]:
    return {
        "name": step.name,
        "label": step.label,
        "start": str(step.start),
        "end": str(step.end),
        "or": [{"start": str(start), "end": str(end)} for start, end in step.others],
        "certainty": step.certainty,
        "stretch": step.stretch,
        "deadline": step.is_deadline,
        "match": step.is_match,
        "years": step.years or None,
        "needs": list(step.needs),
        "exams": list(step.exams),
        "costs": list(step.costs),
        "facts": list(step.facts),
        "sources": sources_of(step.facts, knowledge),
    }


def _cost(line: CostLine) -> dict[str, Any]:
    row = {"id": line.id, "label": line.label, "kind": line.kind, "low": line.low, "high": line.high}
    return {**row, "how": line.how, "basis": line.basis, "facts": list(line.facts)}


def _said(said: Said) -> dict[str, Any]:
    return {"id": said.id, "text": said.text, "facts": list(said.facts)}


def _number(earliest: str | None) -> int | str | None:
    return int(earliest) if earliest and earliest.isdigit() else earliest
