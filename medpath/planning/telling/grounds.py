"""Which parts of a plan rest on weaker ground: stale, expired or secondary facts, and days counted by a pattern."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from medpath.knowledge.records import SECONDARY, Fact, Knowledge
from medpath.planning.plan import PATTERN, PlannedStep, Said

STALE = "stale"


def uncertain_parts(steps: Sequence[PlannedStep], knowledge: Knowledge, today: date) -> tuple[Said, ...]:
    """One entry a kind (stale, secondary, by pattern): the labels of the steps and the facts that are meant."""
    found = []
    for kind, holds in ((STALE, _is_stale), (SECONDARY, _is_secondary)):
        hits = [(step, fact) for step in steps for fact in _facts(step, knowledge) if holds(fact, today)]
        if hits:
            labels = dict.fromkeys(step.label for step, _ in hits)
            found.append(Said(kind, ", ".join(labels), tuple(dict.fromkeys(fact.id for _, fact in hits))))
    patterns = [step for step in steps if step.certainty == PATTERN and (step.start.day or step.is_deadline)]
    if patterns:
        labels = dict.fromkeys(step.label for step in patterns)
        facts = dict.fromkeys(fact for step in patterns for fact in step.facts)
        found.append(Said(PATTERN, ", ".join(labels), tuple(facts)))
    return tuple(found)


def _facts(step: PlannedStep, knowledge: Knowledge) -> list[Fact]:
    found = (knowledge.fact(fact) for fact in step.facts)
    return [fact for fact in found if fact is not None]


def _is_stale(fact: Fact, today: date) -> bool:
    return fact.is_stale(today) or fact.is_expired(today)


def _is_secondary(fact: Fact, today: date) -> bool:
    return fact.check == SECONDARY
