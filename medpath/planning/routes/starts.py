"""How the way to the Match can go, by the phase that a person is in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from medpath.planning.routes import before_school, from_school, from_training
from medpath.planning.routes.draft import Draft
from medpath.planning.routes.situation import Situation


def drafts(situation: Situation) -> list[Draft]:
    """The drafts for the phase that a person is in, the one that the dates are shown for first."""
    by_phase: dict[str, Callable[[Situation], Iterator[Draft]]] = {
        "high_school": before_school.from_high_school,
        "college": before_school.from_college,
        "post_college": before_school.after_college,
        "student": from_school.from_school,
        "graduate": from_school.after_school,
        "resident": from_training.from_residency,
        "fellow": from_training.from_fellowship,
        "attending": from_training.from_practice,
    }
    return list(by_phase[situation.stage.phase](situation))
