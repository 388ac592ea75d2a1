"""What a what-if changes: two plans compared."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from medpath.planning.plan import Plan, PlannedStep


@dataclass(frozen=True)
class Move:
    """A step whose dates or lengths are others after the change."""

    name: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Differences:
    """Steps that came in, fell away or moved, and lengths, year, exams and cost lines that changed (before, after)."""

    added: tuple[str, ...]
    fallen: tuple[str, ...]
    moved: tuple[Move, ...]
    unchanged: tuple[str, ...]
    years: Mapping[str, tuple[str, str]]
    earliest: tuple[str | None, str | None]
    exams_added: tuple[str, ...]
    exams_fallen: tuple[str, ...]
    costs_added: tuple[str, ...]
    costs_fallen: tuple[str, ...]

    @property
    def is_none(self) -> bool:
        """Whether nothing changes."""
        changes = (self.added, self.fallen, self.moved, self.years, self.exams_added, self.exams_fallen)
        return not any(changes) and self.earliest[0] == self.earliest[1]


def differences(before: Plan, after: Plan) -> Differences:
    """What changes from one plan to another; both belong to the same person on the same day."""
    old, new = ({step.name: step for step in plan.steps} for plan in (before, after))
    both = [name for name in new if name in old]
    moved = tuple(Move(n, new[n].label, _when(old[n]), _when(new[n])) for n in both if _when(old[n]) != _when(new[n]))
    names = {move.name for move in moved}
    keys = dict.fromkeys([*before.years, *after.years])
    pairs = {key: (before.years.get(key, ""), after.years.get(key, "")) for key in keys}
    return Differences(
        added=_missing(new, old),
        fallen=_missing(old, new),
        moved=moved,
        unchanged=tuple(name for name in both if name not in names),
        years={key: pair for key, pair in pairs.items() if pair[0] != pair[1]},
        earliest=(before.earliest, after.earliest),
        exams_added=_missing(after.exams, before.exams),
        exams_fallen=_missing(before.exams, after.exams),
        costs_added=_missing([line.id for line in after.costs], [line.id for line in before.costs]),
        costs_fallen=_missing([line.id for line in before.costs], [line.id for line in after.costs]),
    )


def _missing(names: Iterable[str], others: Container[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in others)


def _when(step: PlannedStep) -> str:
    """The dates of a step, those of other routes and its length."""
    dates = " or ".join(str(start) for start in sorted({step.start, *(start for start, _ in step.others)}))
    unit = "year" if step.years == "1" else "years"
    return f"{dates} ({step.years} {unit})" if step.years else dates
