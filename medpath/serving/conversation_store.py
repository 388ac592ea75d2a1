"""Rasa's tracker store with the conversations of the moment in memory, which tells the truth about what it keeps."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, Restarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from medpath.channels.keeping import current_turn
from medpath.conversations.database import Database
from medpath.conversations.faults import Locked
from medpath.conversations.records import Added, Change, Erased, Fate, Row, Written
from medpath.conversations.settings import store_settings
from medpath.conversations.shared_database import SharedDatabase, database_at
from medpath.conversations.turn_pages import turn_page
from medpath.conversations.writer import PATIENCE_SECONDS, Waiting, Writer
from medpath.errors import StorageError
from medpath.observing.stages import STORAGE_WRITE, timed
from medpath.project import find_project
from medpath.serving.kept_tracker import KeptTracker, Remembered
from medpath.serving.private_files import keep_private
from medpath.serving.stored_events import current_session, events_in, message_ids, row_of, with_waiting
from medpath.sharing.locks import conversation_locks
from medpath.sharing.settings import is_shared

logger = logging.getLogger(__name__)

T = TypeVar("T")

MOST_IN_MEMORY = 500
LOOK_SECONDS = 1.0
LAST_SECONDS = 3.0


class ConversationStore(TrackerStore):
    """Writes every event to the database; reads a conversation back after a restart, or when another server went on.

    Neither reading nor writing waits for the disk on the event loop. `retrieve` and `save` raise nothing: what became
    of a turn stands in its Keeping. What cannot be written waits in memory and is written as soon as it can be; a
    conversation that cannot be read begins a new session, which is written behind what the database may hold of it.
    One process may write to a file; what another one erases is noticed within LOOK_SECONDS. Where servers share the
    database, what is in memory counts only for the version of the conversation that it was.
    """

    def __init__(self, domain: Domain | None = None, event_broker: EventBroker | None = None, **settings: Any) -> None:
        """`settings` as in endpoints.yml; raises SetupError for a retention that cannot be read."""
        super().__init__(domain, event_broker)
        project = find_project()
        if not is_shared():
            keep_private(project.state)
        self._writer = Writer(database_at(store_settings(settings, project).url))
        self._locks = conversation_locks()
        self._recent: OrderedDict[str, Remembered] = OrderedDict()
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
        remembered = self._recent.get(sender_id)
        if remembered is not None and await self._is_current(sender_id, remembered):
            return self._tracker(sender_id, remembered.events, remembered.version)
        waiting = self._writer.waiting(sender_id)
        try:
            rows, version = await self._rows(sender_id, session_only=True)
        except StorageError:
            return self._begun_anew(sender_id, waiting)
        readable = events_in(rows)
        tracker = self._rebuilt(sender_id, readable, version) if len(readable) == len(rows) else None
        if tracker is None and rows:
            numbers = [row.id for row in rows]
            logger.error(
                "A conversation starts afresh: of its events %s-%s some cannot be read.", numbers[0], numbers[-1]
            )
            current_turn().afresh = True
        elif tracker is not None:
            self._remember(sender_id, readable, version)
        # What is begun on a shared database follows on the version that was found, if it is none.
        return tracker or (None if version is None else self._tracker(sender_id, [], version))

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """All that was said in a conversation, but for what is damaged; raises StorageError if it cannot be read."""
        waiting = self._writer.waiting(conversation_id)
        try:
            events = events_in((await self._rows(conversation_id, session_only=False))[0])
        except StorageError:
            if conversation_id not in self._unread or not waiting:
                raise
            current_turn().kept = False
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
            is_remembered = getattr(tracker, "memory", self._memory) == self._memory
            session, version = current_session(events), getattr(tracker, "version", None)
            if is_remembered:
                self._remember(name, session, version)
            rows = tuple(row_of(name, event) for event in fresh)
            waiting = self._writer.queue(Added(name, rows, version))
            turn.kept = await waiting.kept
            self._note_written(tracker, session if is_remembered else None, waiting)

    def alone(self, conversation: str) -> AbstractAsyncContextManager[Any]:
        """Holds a conversation: no other server runs a turn of it meanwhile, where they share a Redis."""
        return self._locks.lock(conversation) if self._locks else contextlib.nullcontext()

    async def has_message(self, conversation: str, message_id: str) -> bool | None:
        """Whether a message was answered, as far as can be read; None where this process alone writes."""
        database = self._writer.database
        if not isinstance(database, SharedDatabase):
            return None
        if message_id in message_ids(self._writer.waiting(conversation)):
            return True
        try:
            found, _ = await self._read(conversation, lambda _: database.has_message(conversation, message_id))
        except StorageError:
            return False
        return found

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
        """Writes what waits, within a bound, and takes no more."""
        if self._looking is not None:
            self._looking.cancel()
        await self._writer.close(LAST_SECONDS)
        if self._locks is not None:
            await self._locks.close()

    async def _is_current(self, name: str, remembered: Remembered) -> bool:
        """Whether what is in memory is what the database has, as far as that can be read."""
        database = self._writer.database
        if not isinstance(database, SharedDatabase) or self.fault is not None:
            return True
        try:
            version, _ = await self._read(name, lambda _: database.version(name))
        except StorageError:
            return True
        return version == remembered.version

    def _note_written(self, tracker: DialogueStateTracker, session: list[Event] | None, waiting: Waiting) -> None:
        """Keeps in mind what became of a turn: its new version, or that another server was ahead of it."""
        outcome: Written | None = waiting.outcome
        if outcome is None or not isinstance(self._writer.database, SharedDatabase):
            return
        if not outcome.is_kept:
            self._recent.pop(tracker.sender_id, None)
            current_turn().overtaken = True
            return
        # After a write that was heard of only the second time, others may have gone on.
        tracker.version = outcome.version if outcome.fate is Fate.KEPT else None
        if session is not None:
            self._remember(tracker.sender_id, session, tracker.version)

    def _tracker(self, name: str, events: Sequence[Event], version: int | None = None) -> KeptTracker:
        tracker = KeptTracker.from_events(name, events, self.domain.slots)
        tracker.stored, tracker.memory, tracker.version = len(events), self._memory, version
        return tracker

    def _rebuilt(self, name: str, events: Sequence[Event], version: int | None = None) -> KeptTracker | None:
        """The conversation that these events make; None if there are none, or they make no conversation."""
        try:
            return self._tracker(name, events, version) if events else None
        except Exception as error:  # whatever Rasa stumbles over in an event that looks sound
            logger.error("The events of a conversation do not go together (%s).", type(error).__name__)
            return None

    def _begun_anew(self, name: str, waiting: Iterable[Change]) -> KeptTracker:
        """The conversation as far as it waits in memory, without what the database may hold of it."""
        _put(self._unread, name, None)
        events = events_in(with_waiting([], waiting, session_only=True))
        return self._rebuilt(name, events) or self.init_tracker(name)

    async def _rows(self, name: str, session_only: bool) -> tuple[list[Row], int | None]:
        """What is stored of a conversation, and what waits to be; and the version that is stored, if it has any."""
        rows, waiting = await self._read(name, lambda database: database.rows(name, session_only))
        if waiting:
            current_turn().kept = False
        version = rows[-1].id if rows else 0
        return (
            with_waiting(rows, waiting, session_only),
            version if isinstance(self._writer.database, SharedDatabase) else None,
        )

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

    def _remember(self, name: str, events: list[Event], version: int | None) -> None:
        _put(self._recent, name, Remembered(events, version))

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
