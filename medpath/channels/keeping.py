"""What became of a turn in the conversation store, and how the person is told.

The store is asked by Rasa, deep inside of a turn, and Rasa hands nothing of it back. So a channel opens a record for
the turn, which the store finds in the context of the turn and writes into.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

NOT_KEPT = (
    "This conversation cannot be kept at present. You can go on asking, but what was said just now may be forgotten "
    "when Medpath is started again."
)
AFRESH = (
    "What we said before could not be read any more, so I start this conversation afresh. Please tell me again what I "
    "need to know."
)
NOT_ERASED = (
    "I am sorry: I could not erase this conversation yet, because the place where it is kept cannot be written at "
    'present. I try again as long as I run. To be sure, say "forget me" again in a few minutes.'
)


@dataclass
class Keeping:
    """What the store did with a turn; as long as nothing else is noted, it was kept.

    `overtaken`: another server went on with the conversation first, so that the turn has to be run again.
    """

    kept: bool = True
    overtaken: bool = False
    afresh: bool = False
    erased: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether the message needs not be asked again: it was kept, and is there when it is sent again."""
        return self.kept and not self.erased

    @property
    def warnings(self) -> list[str]:
        """What the person has to know."""
        return [*([AFRESH] if self.afresh else []), *([] if self.kept else [NOT_KEPT])]


_turn: ContextVar[Keeping | None] = ContextVar("turn", default=None)


@contextmanager
def kept_turn() -> Iterator[Keeping]:
    """A record for the turn that is run within."""
    keeping = Keeping()
    before = _turn.set(keeping)
    try:
        yield keeping
    finally:
        _turn.reset(before)


def current_turn() -> Keeping:
    """The record of the turn that is run; one that nobody reads if no channel has opened any."""
    return _turn.get() or Keeping()


def told(messages: Sequence[dict[str, Any]], keeping: Keeping) -> list[dict[str, Any]]:
    """The messages of a turn with what the person has to know about its keeping, as warnings of the last one."""
    if keeping.erased and not keeping.kept:
        return [{**messages[-1], "text": NOT_ERASED, "custom": {"kind": "error", "body": NOT_ERASED}}]
    if not keeping.warnings:
        return list(messages)
    return [*messages[:-1], _warned(messages[-1], keeping.warnings)]


def _warned(message: dict[str, Any], warnings: Sequence[str]) -> dict[str, Any]:
    text, custom = message.get("text") or "", message.get("custom") or {}
    block = {**custom, "body": custom.get("body") or text, "warnings": [*custom.get("warnings", ()), *warnings]}
    return {**message, "text": "\n\n".join([text, *warnings]).strip(), "custom": block}
