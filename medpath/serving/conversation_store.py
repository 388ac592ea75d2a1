"""Rasa's tracker store with the conversations of the moment in memory, which tells the truth about what it keeps."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, Restarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from medpath.channels.keeping import current_turn
from medpath.conversations.database import Database
from medpath.conversations.faults import Locked
from medpath.conversations.records import Added, Change, Erased, Row
from medpath.conversations.settings import store_settings
from medpath.conversations.turn_pages import turn_page
from medpath.conversations.writer import PATIENCE_SECONDS, Writer
from medpath.errors import StorageError
from medpath.observing.stages import STORAGE_WRITE, timed
from medpath.project import find_project
from medpath.serving.private_files import keep_private
from medpath.serving.stored_events import current_session, events_in, row_of, with_waiting

logger = logging.getLogger(__name__)

T = TypeVar("T")

MOST_IN_MEMORY = 500
LOOK_SECONDS = 1.0
LAST_SECONDS = 3.0


class KeptTracker(DialogueStateTracker):
    """A tracker that knows how many of its events the store has already, and from which of its memories it is."""

    stored: int = 0
    memory: int = 0


class ConversationStore(TrackerStore):
    """Writes every event to the database; reads a conversation back only after a restart.

    Neither reading nor writing waits for the disk on the event loop. `retrieve` and `save` raise nothing: what became
    of a turn stands in its Keeping. What cannot be written waits in memory and is written as soon as it can be; a
    conversation that cannot be read begins a new session, which is written behind what the database may hold of it.
    One process may write to the database; what another one erases is noticed within LOOK_SECONDS.
    """

    def __init__(self, domain: Domain | None = None, event_broker: EventBroker | None = None, **settings: Any) -> None:
        """`settings` as in endpoints.yml; raises SetupError for a retention that cannot be read."""
        super().__init__(domain, event_broker)
        project = find_project()
        keep_private(project.state)
        self._writer = Writer(Database(store_settings(settings, project).url))
        self._recent: OrderedDict[str, list[Event]] = OrderedDict()
        # The conversations that began anew because they could not be read.
        self._unread: OrderedDict[str, None] = OrderedDict()
        self._reading_fault: str | None = None
        # Counts how often the memory was emptied: a turn that began before may not bring it back.
        self._memory = 0
        self._looking: asyncio.Task[None] | None = None

    @property
    def fault(self) -> str | None:
        """Why conversations cannot be kept or read at present, in a sentence; None if they can."""
        return self._writer.fault or self._reading_fault

    def init_tracker(self, sender_id: str) -> KeptTracker:
        """An empty conversation."""
        return self._tracker(sender_id, [])

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The current session of a conversation; None if there is none, or it has to start afresh."""
        self._look_after()
        events = self._recent.get(sender_id)
        if events is not None:
            return self._tracker(sender_id, events)
        waiting = self._writer.waiting(sender_id)
        try:
            rows = await self._rows(sender_id, session_only=True)
        except StorageError:
            return self._begun_anew(sender_id, waiting)
        readable = events_in(rows)
        tracker = self._rebuilt(sender_id, readable) if len(readable) == len(rows) else None
        if tracker is None and rows:
            numbers = [row.id for row in rows]
            logger.error(
                "A conversation starts afresh: of its events %s-%s some cannot be read.", numbers[0], numbers[-1]
            )
            current_turn().afresh = True
        elif tracker is not None:
            self._remember(sender_id, readable)
        return tracker

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """All that was said in a conversation, but for what is damaged; raises StorageError if it cannot be read."""
        waiting = self._writer.waiting(conversation_id)
        try:
            events = events_in(await self._rows(conversation_id, session_only=False))
        except StorageError:
            if conversation_id not in self._unread or not waiting:
                raise
            events = events_in(with_waiting([], waiting, session_only=False))
        return self._rebuilt(conversation_id, events)

    async def turns(self, conversation: str, before: int | None, most: int) -> tuple[list[Event], int]:
        """What was asked and said in the last `most` of the first `before` turns (None: of all), but for what is
        damaged, and the number of turns before these; raises StorageError if it cannot be read.
        """
        if not self._writer.waiting(conversation):
            (rows, earlier), waiting = await self._read(
                conversation, lambda database: database.turns(conversation, before, most)
            )
            if not waiting:
                return events_in(rows), earlier
        # Rare: what waits may be an erasure, so that nothing can be told without the whole.
        tracker = await self.retrieve_full_tracker(conversation)
        return turn_page(list(tracker.events) if tracker else [], _is_asked, before, most)

    @timed(STORAGE_WRITE)
    async def save(self, tracker: DialogueStateTracker) -> None:
        """Adds the events that are new, or erases the conversation if one of them asks for that."""
        await self.stream_events(tracker)
        name, turn = tracker.sender_id, current_turn()
        events = list(tracker.events)
        fresh, tracker.stored = events[_stored(tracker) :], len(events)
        if any(isinstance(event, Restarted) for event in fresh):
            self._forget(name)
            turn.erased = True
            turn.kept = await self._writer.put(Erased(name))
        elif fresh:
            if getattr(tracker, "memory", self._memory) == self._memory:
                self._remember(name, current_session(events))
            turn.kept = await self._writer.put(Added(name, tuple(row_of(name, event) for event in fresh)))

    async def has_conversation(self, prefix: str) -> bool:
        """Whether there is a conversation whose name begins so; raises StorageError if that cannot be read."""
        if any(name.startswith(prefix) for name in self._recent):
            return True
        return await self._patiently(lambda: self._writer.run(lambda: self._writer.database.has(prefix)))

    async def keys(self) -> Iterable[str]:
        """The names of all conversations; raises StorageError if they cannot be read."""
        summaries = await self._writer.run(self._writer.database.summaries)
        return [summary.conversation for summary in summaries]

    async def close(self) -> None:
        """Writes what waits, within a bound, and closes the database."""
        if self._looking is not None:
            self._looking.cancel()
        await self._writer.close(LAST_SECONDS)

    def _tracker(self, name: str, events: Sequence[Event]) -> KeptTracker:
        tracker = KeptTracker.from_events(name, events, self.domain.slots)
        tracker.stored, tracker.memory = len(events), self._memory
        return tracker

    def _rebuilt(self, name: str, events: Sequence[Event]) -> KeptTracker | None:
        """The conversation that these events make; None if there are none, or they make no conversation."""
        try:
            return self._tracker(name, events) if events else None
        except Exception as error:  # whatever Rasa stumbles over in an event that looks sound
            logger.error("The events of a conversation do not go together (%s).", type(error).__name__)
            return None

    def _begun_anew(self, name: str, waiting: Iterable[Change]) -> KeptTracker:
        """The conversation as far as it waits in memory, without what the database may hold of it."""
        _put(self._unread, name, None)
        events = events_in(with_waiting([], waiting, session_only=True))
        return self._rebuilt(name, events) or self.init_tracker(name)

    async def _rows(self, name: str, session_only: bool) -> list[Row]:
        """What is stored of a conversation, and what waits to be."""
        rows, waiting = await self._read(name, lambda database: database.rows(name, session_only))
        if waiting:
            current_turn().kept = False
        return with_waiting(rows, waiting, session_only)

    async def _read(self, name: str, use: Callable[[Database], T]) -> tuple[T, list[Change]]:
        """What a function reads from the database, and the changes that it does not show yet."""
        try:
            found: tuple[T, list[Change]] = await self._patiently(lambda: self._writer.read(name, use))
        except StorageError as error:
            self._note_reading(str(error))
            raise
        self._note_reading(None)
        self._unread.pop(name, None)
        return found

    async def _patiently(self, read: Any) -> Any:
        """What is read; another program that holds the whole database is waited for as long as a person can wait."""
        ends = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while True:
            try:
                return await read()
            except Locked:
                if self._writer.fault is not None or asyncio.get_running_loop().time() > ends:
                    raise
            await asyncio.sleep(PATIENCE_SECONDS / 10)

    def _note_reading(self, fault: str | None) -> None:
        """Keeps in mind why nothing can be read, and says so once; None if it can."""
        if fault is not None and fault not in (self._reading_fault, self._writer.fault):
            logger.error("%s Conversations that cannot be read begin anew.", fault)
        elif fault is None and self._reading_fault is not None:
            logger.warning("The conversation database %s can be read again.", self._writer.database.name)
        self._reading_fault = fault

    def _remember(self, name: str, events: list[Event]) -> None:
        _put(self._recent, name, events)

    def _forget(self, name: str) -> None:
        self._recent.pop(name, None)
        self._unread.pop(name, None)

    def _look_after(self) -> None:
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().create_task(self._notice_others())

    async def _notice_others(self) -> None:
        """Empties the memory when another program has changed the database: it may have erased a conversation.

        What such a program kept from being wiped or read is wiped and can be read when it has ended.
        """
        database = self._writer.database
        while True:
            with contextlib.suppress(StorageError):  # whoever reads or writes next is told
                if await self._writer.run(database.changed_by_others):
                    self._recent.clear()
                    self._memory += 1
                await self._writer.run(database.wipe_remains)
                if self._reading_fault is not None:
                    await self._writer.run(lambda: database.has(""))
                    self._note_reading(None)
            await asyncio.sleep(LOOK_SECONDS)


def _stored(tracker: DialogueStateTracker) -> int:
    """How many of its events are stored; none of a tracker that the wrapper of `rasa shell` and `rasa run` has made."""
    return int(getattr(tracker, "stored", 0))


def _is_asked(event: Event) -> bool:
    return isinstance(event, UserUttered)


def _put(memory: OrderedDict[str, T], name: str, value: T) -> None:
    memory[name] = value
    memory.move_to_end(name)
    if len(memory) > MOST_IN_MEMORY:
        memory.popitem(last=False)
