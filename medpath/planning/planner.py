"""Lays out a person's way: medpath.planning's one entry point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from medpath.knowledge.records import Knowledge
from medpath.planning.person import Person
from medpath.planning.plan import Plan, shown_years
from medpath.planning.routes.route import Route, routes_of
from medpath.planning.routes.situation import Situation, situation_of
from medpath.planning.routes.tags import tags_of
from medpath.planning.scheduling import laid_over, steps_of
from medpath.planning.tables.records import Tables
from medpath.planning.telling.grounds import uncertain_parts
from medpath.planning.telling.money import cost_lines
from medpath.planning.telling.problems import asked_back, closed_way, most_urgent_first, problems_of
from medpath.planning.telling.remarks import ANSWER, contacts_of, remarks_of
from medpath.planning.telling.values import plan_values, ways_text


def plan(person: Person, today: date, tables: Tables, knowledge: Knowledge) -> Plan:
    """The way of a person from a day on; where his record contradicts itself, a question back and no dates.

    The same record, day, tables and knowledge give the same plan. Raises PlanningError for an unknown stage.
    """
    situation = situation_of(person, today, tables)
    title = situation.target.label if situation.target else ""
    if situation.shared_fields:
        title = tables.texts["or"].join(field.label for field in situation.shared_fields)
    contradictions, asks = asked_back(situation, knowledge)
    if asks:
        return Plan(person, title, problems=contradictions, asks=asks)
    routes = routes_of(situation)
    shown, *others = (steps_of(situation, route) for route in routes)
    steps = laid_over(shown, others)
    exams = tuple(dict.fromkeys(exam for step in steps for exam in step.exams))
    tags = _all_tags(situation, routes)
    earliest = sorted({route.practice for route in routes})
    values = plan_values(situation, routes, steps)
    told = remarks_of(tables, routes[0], values, tags, knowledge, today)
    answers = {remark.id for remark in tables.remarks if remark.rank == ANSWER}
    return Plan(
        person=person,
        target=_title(title, routes),
        steps=steps,
        years=_years(routes),
        earliest=_between(earliest),
        years_from_now=_between([year - today.year for year in earliest]),
        age=_between([person.age + year - today.year for year in earliest]) if person.age is not None else None,
        exams=exams,
        ways=ways_text(routes, tables.texts) if len(earliest) > 1 else "",
        costs=cost_lines(situation, routes[0], steps, tags, knowledge),
        problems=most_urgent_first(
            [*(one for one in told if one.id in answers), *problems_of(situation, routes, knowledge)]
        ),
        remarks=tuple(one for one in told if one.id not in answers),
        contacts=contacts_of(tables, tags, knowledge),
        uncertain=uncertain_parts(steps, knowledge, today),
        exam_labels={exam: tables.exams[exam] for exam in exams},
    )


def closed(person: Person, today: date, tables: Tables, knowledge: Knowledge) -> Plan | None:
    """The answer to somebody who tells no stage, but that his way is closed at any; None where it is not."""
    stage = "img_student" if person.school == "img" else "md_year_1"
    situation = situation_of(replace(person, stage=stage), today, tables)
    problems, asks = closed_way(situation, knowledge)
    return (
        Plan(person, situation.target.label if situation.target else "", problems=problems, asks=asks) if asks else None
    )


def _title(label: str, routes: Sequence[Route]) -> str:
    """What the plan leads to: the way to it that is gone, or the field where several ways are shown."""
    ends = [route.legs[-1].training if route.legs else route.way.residency for route in routes]
    labels = {training.label for training in ends if training is not None}
    field = label.split(" (")[0]
    if label and len(labels) > 1:
        return field
    return next((other for other in labels if other.startswith(field)), label)


def _all_tags(situation: Situation, routes: Sequence[Route]) -> frozenset[str]:
    """The tags of the route that is shown, with what other routes alone have and what the seasons of all tell."""
    matches = {route.anchors["match"] for route in routes if route.matching}
    running = situation.year_end in matches and not situation.has_place
    flags = {
        "two_seasons": len(matches) > 1,
        "two_entries": len({route.anchors["entry"] for route in routes if "entry" in route.anchors}) > 1,
        "this_season": running,
        "late_season": running and not situation.has_applied,
    }
    seasons = {name for name, holds in flags.items() if holds}
    return tags_of(situation, routes[0]).union(seasons, *(route.tags for route in routes))


def _years(routes: Sequence[Route]) -> dict[str, str]:
    """Each stretch with the lengths that it has on the routes; a stretch of no years is none."""
    keys = dict.fromkeys(key for route in routes for key in route.lengths)
    choices = {key: [route.lengths[key] for route in routes if key in route.lengths] for key in keys}
    return {key: shown_years(choice) for key, choice in choices.items() if any(map(any, choice))}


def _between(numbers: Sequence[int]) -> str:
    """ "2036", or "2036-2037" for the first and the last."""
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}-{numbers[-1]}"
