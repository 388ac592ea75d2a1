"""For whom a row of the planning tables holds: a few tags that must, may or must not be true of a person's way."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Condition:
    """Holds where all of `all` and `none` of none are among the tags, and one of `any` if there are any."""

    all: frozenset[str] = frozenset()
    any: frozenset[str] = frozenset()
    none: frozenset[str] = frozenset()

    def holds(self, tags: Collection[str]) -> bool:
        """Whether it is true of these tags."""
        return (
            all(tag in tags for tag in self.all)
            and not any(tag in tags for tag in self.none)
            and (not self.any or any(tag in tags for tag in self.any))
        )


ALWAYS = Condition()
