"""The records that pass between the conversation store and its database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Added:
    """Events that follow in a conversation, as rows of the table; `size` is about what they take in memory."""

    conversation: str
    rows: tuple[Mapping[str, Any], ...]

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
