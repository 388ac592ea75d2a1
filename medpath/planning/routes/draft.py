"""A route up to the Match, before its trainings are laid out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from medpath.planning.tables.records import Training


@dataclass(frozen=True)
class Draft:
    """The anchors and lengths of a route up to the Match.

    `credit` are years of residency that an earlier training saves, `first_year_done` says that a first year elsewhere
    is done; `running` is the fellowship that somebody is in.
    """

    anchors: Mapping[str, int]
    lengths: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    credit: int = 0
    first_year_done: bool = False
    running: Training | None = None
