"""Turns rows of the planning tables, as YAML gives them, into records."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from medpath.planning.tables.conditions import Condition
from medpath.planning.tables.moments import parse_rule
from medpath.planning.tables.records import (
    Contact,
    Cost,
    Cycle,
    Problem,
    Remark,
    SharedRemark,
    Span,
    StageRow,
    StatedLength,
    StepRule,
    Subjects,
    Term,
    Training,
)

Row = Mapping[str, Any]


def years_of(text: int | str) -> tuple[int, ...]:
    """The lengths that "3 or 4" names."""
    return tuple(int(part) for part in str(text).split(" or "))


def condition(row: Row | None) -> Condition:
    """The condition of a row; none holds always."""
    return Condition(**{key: frozenset(tags) for key, tags in (row or {}).items()})


def training(key: str, row: Row) -> Training:
    """A residency or fellowship."""
    single = ("label", "first_year", "applies_by", "both_ways", "after_any", "early_entry", "fallback")
    fields = {name: row[name] for name in single if name in row}
    lists = (
        *("boards", "facts", "says", "also", "other_ways", "counts_from", "short_for", "serves_as", "after"),
        "also_through",
    )
    return Training(
        id=key,
        years=years_of(row["years"]),
        cycle=row.get("cycle") or row["match"],
        length=StatedLength(**row["length"]),
        traits=frozenset(row.get("traits", ())),
        years_after=dict(row.get("years_after", {})),
        **fields,
        **_tuples(row, lists),
    )


def span(row: Row) -> Span:
    """When a step or a part of a cycle begins and ends; raises ValueError for a rule that cannot be read."""
    begins = parse_rule(row["begins"], row.get("begins_day", ""), row.get("begins_less_days", 0))
    return Span(begins, parse_rule(row["ends"], row.get("ends_day", ""), row.get("less_days", 0)), row["certainty"])


def cycle(key: str, row: Row) -> Cycle:
    """A round of application and match."""
    parts = {name: span(part) for name, part in row["parts"].items()}
    fields = {name: row[name] for name in ("closes", "word") if name in row}
    return Cycle(key, row["label"], row["result"], parts, tuple(row["facts"]), **fields)


def step(row: Row) -> StepRule:
    """A step; raises ValueError where it has neither dates of its own nor a part of a cycle."""
    if ("begins" in row) == ("dated_by" in row):
        raise ValueError(f"the step {row['name']} needs either begins and ends or dated_by; give it one of them")
    return StepRule(
        name=row["name"],
        label=row["label"],
        stretch=row["stretch"],
        when=condition(row["when"]),
        span=span(row) if "begins" in row else None,
        part=row.get("dated_by", ""),
        each=row.get("each", ""),
        length=row.get("length", ""),
        exam=row.get("exam", ""),
        deadline=row.get("deadline", False),
        ends_match=row.get("ends_match", False),
        **_tuples(row, ("needs", "costs", "facts")),
    )


def cost(key: str, row: Row) -> Cost:
    """A line of the cost table."""
    low = _terms(row.get("low", ()))
    return Cost(
        id=key,
        label=row["label"],
        kind=row["kind"],
        when=condition(row.get("when")),
        low=low,
        high=_terms(row.get("high", ())) or low,
        basis=row.get("basis", ""),
        facts=tuple(row["facts"]),
        item=row.get("item", key),
    )


def _terms(terms: Sequence[Row]) -> tuple[Term, ...]:
    return tuple(Term(**term) for term in terms)


def remark(row: Row) -> Remark:
    """A sentence that some people have to hear."""
    fields = {name: row[name] for name in ("text", "more", "rank") if name in row}
    return Remark(row["id"], condition(row["when"]), tuple(row["facts"]), **fields, **_tuples(row, ("cites",)))


def shared_remark(row: Row) -> SharedRemark:
    """A remark that each field or state has of its own."""
    fields = {name: row[name] for name in ("more", "rank") if name in row}
    when, aspects = condition(row["when"]), tuple(row["aspects"])
    return SharedRemark(row["id"], when, row["of"], row["topic"], aspects, **fields)


def subjects(row: Row) -> Subjects:
    """Which texts of facts are said with a subject."""
    return Subjects(re.compile(row["fragments"]), frozenset(row["named"]))


def problem(key: str, row: Row) -> Problem:
    """What to say of an impossible or inconsistent wish."""
    return Problem(key, row["text"], tuple(row["facts"]), tuple(row.get("cites", ())), row.get("asks", ""))


def stage(key: str, row: Row) -> StageRow:
    """What a stage means."""
    fields = {name: row[name] for name in ("school", "ends_in", "training_year") if name in row}
    return StageRow(key, row["label"], row["phase"], **fields, **_tuples(row, ("behind", "behind_stretches")))


def contact(row: Row) -> Contact:
    """Whom to ask: a sentence, or the hub of the knowledge file that has it."""
    return Contact(row.get("text", ""), row.get("hub", ""), condition(row["when"]))


def _tuples(row: Row, names: Sequence[str]) -> dict[str, Any]:
    return {name: tuple(row[name]) for name in names if name in row}
