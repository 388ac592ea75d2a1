"""What a plan puts on a timeline: stretches of a year and more, exams, matches and the goal, with their years."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from medpath.planning.showing.look import Look
from medpath.planning.showing.shown import ShownPlan, ShownStep
from medpath.planning.tables.moments import Moment

STRETCH, EXAM, MATCH, GOAL = "stretch", "exam", "match", "goal"
# Training ends with June; whoever ends it then can practice from July on.
_PRACTICE_MONTH = 7
_TRAININGS = ("training", "fellowship")
_MOST_NAMED = 2


@dataclass(frozen=True)
class Span:
    """From where to where on the timeline, in years (2033.5 is the first of July 2033)."""

    start: float
    end: float


@dataclass(frozen=True)
class Entry:
    """A line of the timeline: its kind, the color's name, and when it is, on the route that is shown and on others."""

    kind: str
    color: str
    label: str
    when: str
    span: Span
    others: tuple[Span, ...] = ()
    years: str = ""


def timeline_of(plan: ShownPlan, look: Look) -> tuple[Entry, ...]:
    """The lines in the order in which they begin; empty where the plan has no dates."""
    steps = sorted(filter(kind_of, plan.steps), key=lambda step: (_span(step).start, _span(step).end))
    return (*(_entry(step, look) for step in steps), *_goal(plan, look))


def kind_of(step: ShownStep) -> str:
    """What a step is on a timeline; empty for one that the list of steps alone has."""
    if step.years:
        return STRETCH
    if step.is_match:
        return MATCH
    return EXAM if step.is_exam else ""


def _entry(step: ShownStep, look: Look) -> Entry:
    kind = kind_of(step)
    return Entry(
        kind=kind,
        color=step.stretch if kind == STRETCH else kind,
        label=step.label,
        when=when_in_years(step, look),
        span=_span(step),
        others=tuple(Span(_at(start), _at(end, is_end=True)) for start, end in step.others),
        years=look.years(step.years) if step.years else "",
    )


def _goal(plan: ShownPlan, look: Look) -> Iterator[Entry]:
    """The year of the first independent practice: sure on the route that is shown, hollow at the ends of the range."""
    if not plan.earliest or not plan.steps:
        return
    years = sorted({int(year) for year in plan.earliest.split("-")})
    trainings = [step.end.year for step in plan.steps if step.years and step.stretch in _TRAININGS]
    shown = min(max(years[0], *trainings), years[-1]) if trainings else years[0]
    at, *others = (_at(Moment(year, _PRACTICE_MONTH)) for year in dict.fromkeys((shown, *years)))
    spans = tuple(Span(other, other) for other in others)
    when = _in_years([(year, year) for year in range(years[0], years[-1] + 1)], look)
    yield Entry(GOAL, GOAL, look.texts["goal"], when, Span(at, at), spans)


def when_in_years(step: ShownStep, look: Look) -> str:
    """ "2033", "2034–2037", "2033 or 2034": the years of a step on all routes."""
    spans = [(step.first_year, step.end.year), *((start.year, end.year) for start, end in step.others)]
    if step.years and step.start == step.end:
        length = step.end.year - step.first_year
        spans = [spans[0], *((end.year - length, end.year) for _, end in step.others)]
    return _stretched(spans, look) if step.years else _in_years(spans, look)


def _stretched(spans: Sequence[tuple[int, int]], look: Look) -> str:
    """Both stretches where two are possible; of more the years of the beginning and those of the end."""
    each = sorted(set(spans))
    if len(each) <= _MOST_NAMED:
        return look.texts["or"].join(f"{first}–{last}" for first, last in each)
    begins, ends = (_in_years([(year, year) for year in years], look) for years in zip(*each, strict=True))
    return look.texts["from_to"].format(first=begins, last=ends)


def _in_years(spans: Sequence[tuple[int, int]], look: Look) -> str:
    """One or two years by name, more as a range."""
    years = sorted({year for span in spans for year in span})
    if len(spans) > 1 and len(years) == _MOST_NAMED and all(first == last for first, last in spans):
        return look.texts["or"].join(map(str, years))
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"


def _span(step: ShownStep) -> Span:
    end = _at(step.end, is_end=True)
    if step.years and step.start == step.end:  # of a stretch that runs only the end lies ahead
        return Span(end - (step.end.year - step.first_year), end)
    return Span(_at(step.start), end)


def _at(moment: Moment, is_end: bool = False) -> float:
    months = moment.month - 1 + (moment.day / 31 if moment.day else is_end)
    return moment.year + months / 12
