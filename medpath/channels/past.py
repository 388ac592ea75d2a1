"""What was said in a conversation, read from the events that Rasa keeps of it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.events import BotUttered, Event, UserUttered

from medpath.channels.incoming import FAILED
from medpath.channels.output import error_message
from medpath.conversations.turn_pages import turn_page

SHOWN = "shown"
# Where in a conversation something was said: a thread.
PLACE = "place"


@runtime_checkable
class PagedStore(Protocol):
    """A tracker store that need not read a whole conversation to tell the last of it."""

    async def turns(self, conversation: str, before: int | None, most: int) -> tuple[list[Event], int]:
        """As `latest_events`."""


@runtime_checkable
class SharedStore(Protocol):
    """A tracker store in which other servers may write too."""

    def alone(self, conversation: str) -> AbstractAsyncContextManager[Any]:
        """Holds a conversation: no other server runs a turn of it meanwhile."""

    async def has_message(self, conversation: str, message_id: str) -> bool | None:
        """Whether a message was answered, by whichever server; None where the events of the conversation tell it."""


@dataclass(frozen=True)
class Turn:
    """One message of a person and what was said to it."""

    asked: UserUttered
    said: list[BotUttered] = field(default_factory=list)


def alone(conversation: str, store: TrackerStore | None) -> AbstractAsyncContextManager[Any]:
    """Holds a conversation, where other servers might run a turn of it."""
    return store.alone(conversation) if isinstance(store, SharedStore) else nullcontext()


async def events_of(conversation: str, store: TrackerStore) -> list[Event]:
    """All events of a conversation, also those before a pause that ended a session of Rasa's."""
    tracker = await store.retrieve_full_tracker(conversation)
    return list(tracker.events) if tracker else []


async def latest_events(
    conversation: str, store: TrackerStore, before: int | None, most: int
) -> tuple[list[Event], int]:
    """The events of the last `most` of the first `before` turns (None: of all), and the number of turns before these.

    Raises StorageError if they cannot be read.
    """
    if isinstance(store, PagedStore):
        return await store.turns(conversation, before, most)
    return turn_page(await events_of(conversation, store), _is_asked, before, most)


def turns(events: Iterable[Event]) -> list[Turn]:
    """The turns of a conversation, oldest first."""
    found: list[Turn] = []
    for event in events:
        if isinstance(event, UserUttered) and event.text:
            found.append(Turn(event))
        elif isinstance(event, BotUttered) and found:
            found[-1].said.append(event)
    return found


def said_in(turn: Turn) -> list[dict[str, Any]]:
    """As they went out: an apology where an action failed and Rasa noted nothing."""
    return [_message(event) for event in turn.said] or [error_message("", FAILED)]


def said_to(message_id: str, events: Iterable[Event]) -> list[dict[str, Any]] | None:
    """The messages that answered one with this id; None if it was never asked."""
    for turn in turns(events):
        if turn.asked.message_id == message_id:
            return said_in(turn)
    return None


def _is_asked(event: Event) -> bool:
    return isinstance(event, UserUttered)


def _message(event: BotUttered) -> dict[str, Any]:
    return {"text": event.text, "buttons": event.data.get("buttons"), "custom": event.data.get("custom")}
