"""A conversation as the store hands it out and keeps it in memory."""

from __future__ import annotations

from dataclasses import dataclass

from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker


class KeptTracker(DialogueStateTracker):
    """A tracker that knows how many of its events the store has already, and from which of its memories it is.

    `version` is the one of the conversation that it goes on from, None for whichever there is.
    """

    stored: int = 0
    memory: int = 0
    version: int | None = None


@dataclass(frozen=True)
class Remembered:
    """The present session of a conversation, and the version of the database that it is or follows on."""

    events: list[Event]
    version: int | None
