"""Runs each message of a channel once, however often it is sent and whoever stops waiting for it."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import TrackerStore

from medpath.channels.fair_queue import SHARE_OF_CONVERSATION, FairQueue, Full, Room
from medpath.channels.incoming import FAILED, is_long
from medpath.channels.keeping import kept_turn, told
from medpath.channels.output import StructuredOutput, error_message
from medpath.channels.past import PLACE, SHOWN, SharedStore, alone, events_of, said_to, turns
from medpath.errors import StorageError, TurnAbandoned
from medpath.observing.turns import count_not_kept, observed

logger = logging.getLogger(__name__)

TOO_SLOW = "I am sorry: finding an answer took too long. Please send your question again in a moment."

# A turn is mostly the work of two processes; more of them at once only make each one slower.
AT_ONCE = 8
MOST_WAITING = 2000
# Proxies give a request up after 60 seconds.
WAIT_SECONDS = 50.0
# As many as the store keeps in memory: of any other conversation both are read from the database again.
MOST_REMEMBERED = 500
# How often a turn is run again because another server went on with its conversation; they take locks, so it is rare.
MOST_OVERTAKEN = 5

Replies = list[dict[str, Any]]


class TooBusy(Exception):
    """Too much is waiting, or one message has waited too long; sending it again gives its replies."""


class TooFast(TooBusy):
    """The same, and what waits is the sender's own or of his address."""


@dataclass(frozen=True)
class Said:
    """The replies to a message; `erased`: with it everything that was said before is gone."""

    replies: Replies
    erased: bool = False


class TurnFailed(Exception):
    """A turn that ended without a word and left no trace: the message may be asked again.

    The text of the exception is the apology to a person who is not to wait for that. `is_suspect`: the turn may be
    itself what broke.
    """

    def __init__(self, apology: str, is_suspect: bool = False) -> None:
        super().__init__(apology)
        self.is_suspect = is_suspect


@dataclass(frozen=True)
class Message:
    """A message of a person: `text` is what Rasa reads, `shown` what the person saw of it.

    Messages of one `address` wait for each other rather than let others wait. `place` is where in the conversation it
    was said, if it has several places.
    """

    channel: str
    conversation: str
    id: str
    text: str
    shown: str
    address: str = ""
    place: str = ""


class Turns:
    """The turns of all people: the messages of one conversation run one after another, in the order they came.

    Where many wait, each address has its turn. Long messages wait for each other alone, and no short one for them.
    What was said is given as the REST channel sends it.
    """

    def __init__(
        self,
        on_new_message: Callable[[UserMessage], Awaitable[Any]],
        seconds: float,
        at_once: int = AT_ONCE,
        share: float = SHARE_OF_CONVERSATION,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self._wait_seconds = wait_seconds
        self._on_new_message = on_new_message
        self._seconds = seconds
        self._at_once = at_once
        self._queue = FairQueue(at_once)
        # Read one at a time (serving.reading_lanes), they would only hold the places of the short ones.
        self._long_queue = FairQueue(1)
        self._room = Room(MOST_WAITING, share)
        self._orders: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._under_way: dict[tuple[str, str], asyncio.Task[Replies]] = {}
        self._asked: OrderedDict[str, set[str]] = OrderedDict()

    async def replies(self, message: Message, store: TrackerStore | None) -> Replies:
        """The replies to a message; to one that was sent before, the replies of the first time.

        Without a store nobody looks whether it was sent before: its id is a new one.
        Raises TooBusy or TooFast if too much is waiting; a message that waits already is still answered then.
        """
        key = message.conversation, message.id
        task = self._under_way.get(key)
        if task is None:
            # A task of its own: Sanic cancels the handler of a visitor who hangs up.
            task = self._under_way[key] = self._begin(message, store)
            task.add_done_callback(lambda _: self._under_way.pop(key))
        await asyncio.wait({task}, timeout=self._wait_seconds)
        if not task.done():
            raise TooFast if self._room.waiting_of(message.address) > self._at_once else TooBusy
        return task.result()

    async def first_said(self, message: Message, store: TrackerStore | None) -> Said | None:
        """What is said to a message, however long it waits; None if it was asked before, also by another process.

        Raises TurnFailed.
        """
        # Rasa's own lock, which looks once a second whether it is free, then always is.
        order = self._orders.setdefault(message.conversation, asyncio.Lock())
        async with order, alone(message.conversation, store):
            for _ in range(MOST_OVERTAKEN):
                if store and await self._was_asked(message, store):
                    return None
                queue = self._long_queue if is_long(message.text) else self._queue
                async with queue.turn(message.address):
                    said = await self._ask(message)
                if said is not None:
                    return said
        logger.error("A turn was overtaken by other servers again and again.")
        raise TurnFailed(FAILED)

    def _begin(self, message: Message, store: TrackerStore | None) -> asyncio.Task[Replies]:
        """Answers a message in a place of its own; raises TooBusy or TooFast if there is none."""
        place = ExitStack()
        try:
            place.enter_context(self._room.place(message.address, message.conversation))
        except Full as error:
            raise (TooBusy if error.by_others else TooFast) from error
        task = asyncio.create_task(self._once(message, store))
        task.add_done_callback(lambda _: place.close())
        return task

    async def _once(self, message: Message, store: TrackerStore | None) -> Replies:
        try:
            return await self._first_or_kept(message, store)
        except TurnFailed as failed:
            return [error_message(message.conversation, str(failed))]

    async def _first_or_kept(self, message: Message, store: TrackerStore | None) -> Replies:
        said = await self.first_said(message, store)
        if said is not None or store is None:
            return said.replies if said else []
        with kept_turn() as keeping:
            kept = said_to(message.id, await events_of(message.conversation, store))
        if kept is None:  # erased since by another program
            self._asked.pop(message.conversation, None)
            said = await self.first_said(message, store)
            return said.replies if said else [error_message(message.conversation, FAILED)]
        return told(kept, keeping)

    @observed
    async def _ask(self, message: Message) -> Said | None:
        """What is said to a message; None if another server went on with the conversation meanwhile."""
        output = StructuredOutput()
        # What was asked is read from the store anew, unless it is sure that this turn is kept there.
        asked = self._asked.pop(message.conversation, None)
        try:
            with kept_turn() as keeping:
                await asyncio.wait_for(self._on_new_message(_user_message(message, output)), self._seconds)
        except asyncio.TimeoutError:
            # Rasa keeps a turn when it is over, so nothing of this one was kept and it may be asked again.
            logger.warning("A turn took more than %s seconds and was given up.", self._seconds)
            return said_before(output, TurnFailed(TOO_SLOW))
        except TurnAbandoned as abandoned:  # nothing was kept here either
            return said_before(output, TurnFailed(str(abandoned), abandoned.is_suspect))
        except Exception:
            logger.exception("A message could not be answered.")
            return Said(said_or(output, message, FAILED))
        if keeping.overtaken:
            return None
        if not keeping.kept:
            count_not_kept()
        if asked is not None and keeping.is_settled:
            self._note_asked(message.conversation, {*asked, message.id})
        return Said(told(said_or(output, message, FAILED), keeping), keeping.erased)

    async def _was_asked(self, message: Message, store: TrackerStore) -> bool:
        if isinstance(store, SharedStore):
            known = await store.has_message(message.conversation, message.id)
            if known is not None:
                return known
        return message.id in await self._asked_in(message.conversation, store)

    async def _asked_in(self, conversation: str, store: TrackerStore) -> set[str]:
        """The ids of the messages of a conversation, read from the store once; none while it cannot be read."""
        asked = self._asked.get(conversation)
        if asked is None:
            try:
                asked = {turn.asked.message_id for turn in turns(await events_of(conversation, store))}
            except StorageError:
                return set()
        self._note_asked(conversation, asked)
        return asked

    def _note_asked(self, conversation: str, asked: set[str]) -> None:
        self._asked[conversation] = asked
        self._asked.move_to_end(conversation)
        if len(self._asked) > MOST_REMEMBERED:
            self._asked.popitem(last=False)


def said_or(output: StructuredOutput, message: Message, apology: str) -> Replies:
    """What was said before a turn ended badly, such as the help lines for somebody in danger; else an apology."""
    return output.messages or [error_message(message.conversation, apology)]


def said_before(output: StructuredOutput, failed: TurnFailed) -> Said:
    """The same for a turn that left no trace; raises TurnFailed if nothing was said."""
    if not output.messages:
        raise failed
    return Said(output.messages)


def _user_message(message: Message, output: StructuredOutput) -> UserMessage:
    shown = {SHOWN: message.shown} if message.shown != message.text else {}
    metadata = {**shown, **({PLACE: message.place} if message.place else {})}
    return UserMessage(
        message.text,
        output,
        message.conversation,
        input_channel=message.channel,
        message_id=message.id,
        metadata=metadata or None,
    )
