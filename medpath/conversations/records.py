"""The records that pass between the conversation store and its database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


@dataclass(frozen=True)
class Added:
    """Events that follow in a conversation, as rows of the table; `size` is about what they take in memory.

    `after` is the version of the conversation that they follow on, None for whichever there is.
    """

    conversation: str
    rows: tuple[Mapping[str, Any], ...]
    after: int | None = None

    @property
    def size(self) -> int:
        """Characters of the events."""
        return sum(len(row["data"]) for row in self.rows)


@dataclass(frozen=True)
class Erased:
    """A conversation that is to be erased with all that was said before."""

    conversation: str
    size: int = 0


Change = Added | Erased


class Fate(Enum):
    """What became of a change."""

    KEPT = "written"
    ALREADY = "had been written before"
    # Not written, because another server was ahead:
    ANSWERED = "the same message was answered there"
    OVERTAKEN = "the conversation went on there"


@dataclass(frozen=True)
class Written:
    """What became of a change, and the version that its conversation has by that (0 where nobody else writes)."""

    fate: Fate
    version: int = 0

    @property
    def is_kept(self) -> bool:
        """Whether the database has the change."""
        return self.fate in (Fate.KEPT, Fate.ALREADY)


KEPT = Written(Fate.KEPT)


@dataclass(frozen=True)
class Row:
    """A stored event: its number, and its content or None where it cannot be read."""

    id: int
    event: dict[str, Any] | None


@dataclass(frozen=True)
class Summary:
    """One stored conversation: when it began and rests since (seconds since 1970), and how many events it has."""

    conversation: str
    began: float
    last: float
    events: int
