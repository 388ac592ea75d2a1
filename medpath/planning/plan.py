"""A plan: the steps with dates, lengths, costs and sources, and what has to be said with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from medpath.planning.person import Person
from medpath.planning.tables.moments import Moment

EXACT, PATTERN, RANGE = "exact", "by pattern", "range"


@dataclass(frozen=True)
class PlannedStep:
    """A step with its dates on the route that is shown; `others` are its dates on the other routes.

    `years` is its length ("3", "3-4"), empty where it has none. `is_deadline`: it belongs in a calendar,
    `is_match`: it is the result of a match.
    """

    name: str
    label: str
    stretch: str
    start: Moment
    end: Moment
    certainty: str
    years: str = ""
    needs: tuple[str, ...] = ()
    exams: tuple[str, ...] = ()
    costs: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    others: tuple[tuple[Moment, Moment], ...] = ()
    is_deadline: bool = False
    is_match: bool = False


@dataclass(frozen=True)
class CostLine:
    """A line of the cost table in dollars; None where no figure is stated, `how` its terms ("175 + 14*46")."""

    id: str
    label: str
    kind: str
    low: float | None
    high: float | None
    how: str
    basis: str
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Said:
    """A sentence of the plan with the facts that it rests on."""

    id: str
    text: str
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What a person has to do, in order; `asks` is the question back where his wish allows no dates and no steps.

    `years` maps stretches to their lengths ("3", "1-2"), `earliest` is the year of the first independent practice
    ("2036", "2036-2037", or None), `ways` tells which way ends when where it is a range, `age` the age then.
    `uncertain` names what rests on stale, secondary or pattern facts.
    """

    person: Person
    target: str
    steps: tuple[PlannedStep, ...] = ()
    years: Mapping[str, str] = field(default_factory=dict)
    earliest: str | None = None
    ways: str = ""
    years_from_now: str | None = None
    age: str | None = None
    exams: tuple[str, ...] = ()
    costs: tuple[CostLine, ...] = ()
    problems: tuple[Said, ...] = ()
    remarks: tuple[Said, ...] = ()
    contacts: tuple[str, ...] = ()
    uncertain: tuple[Said, ...] = ()
    asks: str = ""
    exam_labels: Mapping[str, str] = field(default_factory=dict)

    def step(self, name: str) -> PlannedStep | None:
        """The step of a name; None if it is not in the plan."""
        return next((step for step in self.steps if step.name == name), None)


def shown_years(choices: Iterable[Sequence[int]]) -> str:
    """Lengths as they are shown: "3", "3-4", or "4 or 7" where one choice holds alternatives that are far apart."""
    each = [tuple(choice) for choice in choices if choice]
    years = sorted({year for choice in each for year in choice})
    if len(years) < 2:
        return "".join(str(year) for year in years)
    alternatives = any(len(choice) > 1 for choice in each) and years[-1] - years[0] >= len(years)
    return " or ".join(str(year) for year in years) if alternatives else f"{years[0]}-{years[-1]}"


def within(label: str) -> str:
    """A label as it stands within a sentence: "internal medicine", but "PM&R" as it is."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
