"""The steps of a route with their dates, and routes laid over each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from medpath.planning.plan import RANGE, PlannedStep, shown_years, within
from medpath.planning.routes.route import Leg, Route, leg_name
from medpath.planning.routes.situation import Situation
from medpath.planning.routes.tags import tags_of
from medpath.planning.tables.moments import Moment, month_of
from medpath.planning.tables.records import Span, StepRule, Training

_BOARD_STEPS = {"board_certification", "subspecialty_board"}
_DEGREE = "medical_degree"
_BOARD_OF_ANY = "board_of_the_specialty"


def steps_of(situation: Situation, route: Route) -> list[PlannedStep]:
    """The steps of one route that lie ahead, in the order in which they begin."""
    tags = tags_of(situation, route)
    rules = [
        rule for rule in situation.tables.steps if rule.when.holds(tags) and not _is_behind(rule, situation, route)
    ]
    found: dict[str, PlannedStep] = {}
    for step in (step for rule in rules for step in _planned(rule, route, situation)):
        found.setdefault(step.name, step)
    order = {name: number for number, name in enumerate(dict.fromkeys(_names(situation.tables.steps)))}
    placed = sorted(found.values(), key=lambda step: (step.start, order[step.name]))
    names = {step.name for step in placed}
    return [replace(step, needs=tuple(name for name in step.needs if name in names)) for step in placed]


def _names(rules: Sequence[StepRule]) -> Iterator[str]:
    """All names of steps in the order of the table, those of further fellowships, and last what follows training."""
    closing = [rule for rule in rules if rule.stretch == "after" and not rule.each]
    for number in range(1, 5):
        yield from (leg_name(number, rule.name) for rule in rules if rule not in closing)
    yield from (rule.name for rule in closing)


def _is_behind(rule: StepRule, situation: Situation, route: Route) -> bool:
    """Whether a step is done; what belongs to each residency comes again with a new one."""
    if rule.stretch in situation.stage.behind_stretches:
        return True
    if situation.has_place and rule.stretch == "matching":
        return True
    if rule.part == "apply" and rule.each == "residency" and situation.has_applied:
        return True  # through whichever service
    failed = situation.person.failed - situation.passed_later
    if rule.name in failed or (route.matching and rule.part == "result"):
        return False  # an earlier match does not stand for the one ahead
    if rule.each == "fellowship" or (rule.each == "residency" and route.matching and not rule.part):
        return False
    return rule.name in situation.behind


def _planned(rule: StepRule, route: Route, situation: Situation) -> Iterator[PlannedStep]:
    if rule.each == "fellowship":
        for leg in route.legs:
            anchors = {**route.anchors, "fellowship": leg.start, "fellowship_end": leg.end}
            yield from _dated(rule, route, situation, anchors, leg)
        if route.running and rule.name == "subspecialty_board":
            end = route.anchors["running_end"]
            leg = Leg(route.running, 1, end - route.running.years[-1], end)
            yield from _dated(rule, route, situation, {**route.anchors, "fellowship_end": end}, leg)
        return
    yield from _dated(rule, route, situation, route.anchors, None)


def _dated(
    rule: StepRule, route: Route, situation: Situation, anchors: Mapping[str, int], leg: Leg | None
) -> Iterator[PlannedStep]:
    training = leg.training if leg else route.way.residency
    exams = _exams(rule, training, situation)
    if rule.name in _BOARD_STEPS and not exams:
        return
    if leg and rule.name == "fellowship_application" and leg.number == 1 and rule.name in situation.person.done:
        return
    span = rule.span or _cycle_span(rule, training, situation)
    start, end = (rule_.moment(anchors, situation.today) for rule_ in (span.begins, span.ends))
    if start is None or end is None:
        return
    person = situation.person
    if rule.name == _DEGREE and situation.school == "img" and person.graduation_year and person.graduation_month:
        start = end = Moment(person.graduation_year, person.graduation_month)
    if rule.part == "apply" and training and _is_closed(training, end, situation):
        return
    start, end, clipped = _from_today(start, end, situation.today)
    number = leg.number if leg else 1
    yield PlannedStep(
        name=leg_name(number, rule.name),
        label=_label(rule, route, leg, situation),
        stretch=rule.stretch,
        start=start,
        end=end,
        certainty=RANGE if clipped else span.certainty,
        years=shown_years([route.lengths.get(leg_name(number, rule.length), ())]) if rule.length else "",
        needs=_needs(rule, route, number),
        exams=exams,
        costs=rule.costs,
        facts=_facts(rule, training, situation),
        is_deadline=rule.deadline,
        is_match=rule.ends_match,
    )


def _is_closed(training: Training, end: Moment, situation: Situation) -> bool:
    """Whether the round of a residency takes no applications any more."""
    return situation.tables.cycles[training.cycle].closes and end.last_day < situation.today


def _cycle_span(rule: StepRule, training: Training | None, situation: Situation) -> Span:
    cycle = situation.tables.cycles[training.cycle if training else "main"]
    return cycle.parts[rule.part]


def _from_today(start: Moment, end: Moment, today: date) -> tuple[Moment, Moment, bool]:
    """The dates, none before today: what has begun begins now, and what is overdue is to be done now."""
    now = month_of(today)
    if start.last_day >= today:
        return start, max(start, end), False
    return now, end if end.last_day >= today else now, True


def _label(rule: StepRule, route: Route, leg: Leg | None, situation: Situation) -> str:
    residency = route.way.residency
    names = {
        "residency": within(residency.label) if residency else situation.tables.texts["open_specialty"],
        "fellowship": within(leg.training.label) if leg else "",
        "current": within(situation.current.label) if situation.current else "",
        "running": within(route.running.label) if route.running else "",
        "word": situation.tables.cycles[leg.training.cycle].word if leg else "",
    }
    return rule.label.format(**names)


def _needs(rule: StepRule, route: Route, number: int) -> tuple[str, ...]:
    if rule.each != "fellowship":
        last = [leg_name(leg.number, "fellowship") for leg in route.legs[-1:]]
        return tuple(name for need in rule.needs for name in (last if need == "fellowship" else [need]))
    own = ("fellowship", "fellowship_match", "fellowship_application", "subspecialty_board")
    named = [leg_name(number, need) if need in own else need for need in rule.needs]
    before = [leg_name(number - 1, "fellowship")] if rule.name == "fellowship" and number > 1 else []
    return (*named, *before)


def _exams(rule: StepRule, training: Training | None, situation: Situation) -> tuple[str, ...]:
    if rule.exam:
        return (rule.exam,)
    boards = training.boards if training and rule.name in _BOARD_STEPS else ()
    if training is None and rule.name == "board_certification":
        boards = (_BOARD_OF_ANY,)
    if (
        rule.name == "board_certification"
        and situation.stage.phase == "fellow"
        and rule.name not in situation.person.undone
    ):
        boards = tuple(exam for exam in boards if exam in situation.tables.late_exams)
    return tuple(exam for exam in boards if exam not in situation.behind)


def _facts(rule: StepRule, training: Training | None, situation: Situation) -> tuple[str, ...]:
    own: tuple[str, ...] = ()
    if training and rule.part:
        own = (*situation.tables.cycles[training.cycle].facts, *training.facts[:1])
    elif training and rule.name in ("residency", "residency_end", "fellowship"):
        own = (training.length.fact,)
    elif training and rule.name in _BOARD_STEPS:
        own = training.facts[1:2]
    return tuple(dict.fromkeys((*rule.facts, *own)))


def laid_over(shown: Sequence[PlannedStep], others: Sequence[Sequence[PlannedStep]]) -> tuple[PlannedStep, ...]:
    """The steps of the route that is shown, each with its dates and lengths on the other routes."""
    return tuple(_with_others(step, [s for route in others for s in route if s.name == step.name]) for step in shown)


def _with_others(step: PlannedStep, others: Sequence[PlannedStep]) -> PlannedStep:
    dates = dict.fromkeys((other.start, other.end) for other in others)
    dates.pop((step.start, step.end), None)
    return replace(step, others=tuple(dates)) if dates else step
