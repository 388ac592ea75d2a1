"""How a plan is drawn: the colors and wording of data/planning/picture.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from medpath.planning.tables.loading import read_table


@dataclass(frozen=True)
class Look:
    """Colors by the names of stretches and marks, and texts with {braces} to be filled in."""

    colors: Mapping[str, str]
    texts: Mapping[str, str]

    def years(self, years: str) -> str:
        """ "1 year", "3–4 years"."""
        return self.texts["years_one"] if years == "1" else self.texts["years_many"].format(n=dashed(years))


def load_look(folder: Path) -> Look:
    """The look as the planning tables have it; raises PlanningError with file and line of a fault."""
    row = read_table(folder, "picture")["picture"]
    return Look(dict(row["colors"]), dict(row["texts"]))


def dashed(years: str) -> str:
    """A range of numbers with the dash that print has."""
    return years.replace("-", "–")
