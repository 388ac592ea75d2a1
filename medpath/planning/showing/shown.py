"""A plan as it was shown: read back from the plain object that replies carry, without tables or knowledge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from medpath.errors import PlanningError
from medpath.planning.tables.moments import Moment, moment_of


@dataclass(frozen=True)
class StepSource:
    """Where a step is stated, and the date of what is stated."""

    publisher: str
    title: str
    url: str
    as_of: str


@dataclass(frozen=True)
class ShownStep:
    """A step with its dates; `others` are those of the other routes, `needs` and `costs` names of steps and costs."""

    name: str
    label: str
    stretch: str
    start: Moment
    end: Moment
    certainty: str
    years: str = ""
    others: tuple[tuple[Moment, Moment], ...] = ()
    needs: tuple[str, ...] = ()
    costs: tuple[str, ...] = ()
    is_exam: bool = False
    is_match: bool = False
    is_deadline: bool = False
    sources: tuple[StepSource, ...] = ()

    @property
    def first_year(self) -> int:
        """The year in which it begins; of a stretch that runs already only its end is a step."""
        if self.years and self.start == self.end:
            return self.end.year - int(self.years.split("-")[0].split(" ")[0])
        return self.start.year


@dataclass(frozen=True)
class ShownCost:
    """A line of the costs in dollars; None where no figure is stated."""

    id: str
    label: str
    kind: str
    basis: str
    low: float | None
    high: float | None


@dataclass(frozen=True)
class ShownPlan:
    """What a plan says; `earliest`, `years_from_now`, `age` and `asks` are empty where it has none.

    `uncertain` are pairs of a reason (stale, secondary, by pattern) and what rests on it, `direct` is the range of the
    fees to pay.
    """

    target: str
    steps: tuple[ShownStep, ...]
    earliest: str = ""
    years_from_now: str = ""
    age: str = ""
    exams: tuple[str, ...] = ()
    costs: tuple[ShownCost, ...] = ()
    direct: tuple[float, float] = (0.0, 0.0)
    problems: tuple[str, ...] = ()
    asks: str = ""
    remarks: tuple[str, ...] = ()
    uncertain: tuple[tuple[str, str], ...] = ()
    contacts: tuple[str, ...] = ()


def shown_plan(row: Mapping[str, Any]) -> ShownPlan:
    """The plan of an object of `as_object`; raises PlanningError where another version of Medpath made it."""
    try:
        return _plan(row)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PlanningError("This plan was made by another version of Medpath. Ask for it again.") from error


def _plan(row: Mapping[str, Any]) -> ShownPlan:
    return ShownPlan(
        target=row["target"],
        steps=tuple(map(_step, row["steps"])),
        earliest=_text(row["earliest_independent_practice"]),
        years_from_now=_text(row["years_from_now"]),
        age=_text(row["age_then"]),
        exams=tuple(row["exam_labels"]),
        costs=tuple(map(_cost, row["costs"])),
        direct=(float(row["direct_costs"]["low"]), float(row["direct_costs"]["high"])),
        problems=tuple(said["text"] for said in row["problems"]),
        asks=_text(row["ask_back"]),
        remarks=tuple(said["text"] for said in row["remarks"]),
        uncertain=tuple((said["id"], said["text"]) for said in row["uncertain"]),
        contacts=tuple(row["ask"]),
    )


def _step(row: Mapping[str, Any]) -> ShownStep:
    return ShownStep(
        name=row["name"],
        label=row["label"],
        stretch=row["stretch"],
        start=moment_of(row["start"]),
        end=moment_of(row["end"]),
        certainty=row["certainty"],
        years=row["years"] or "",
        others=tuple((moment_of(other["start"]), moment_of(other["end"])) for other in row["or"]),
        needs=tuple(row["needs"]),
        costs=tuple(row["costs"]),
        is_exam=bool(row["exams"]),
        is_match=bool(row["match"]),
        is_deadline=bool(row["deadline"]),
        sources=tuple(StepSource(**source) for source in row["sources"]),
    )


def _cost(row: Mapping[str, Any]) -> ShownCost:
    return ShownCost(row["id"], row["label"], row["kind"], row["basis"], row["low"], row["high"])


def _text(value: int | str | None) -> str:
    return "" if value is None else str(value)
