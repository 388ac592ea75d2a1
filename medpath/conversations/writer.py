"""Writes changes one batch after another, in a thread, and keeps what cannot be written until it can."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

from medpath.conversations.database import Database
from medpath.conversations.records import Added, Change, Erased, Fate, Written
from medpath.errors import StorageError

logger = logging.getLogger(__name__)

T = TypeVar("T")

# How long a person waits for a write that fails before he is told; a backup or a purge takes less.
PATIENCE_SECONDS = 0.5
# A disk that does not answer at all.
HUNG_SECONDS = 3.0
FIRST_WAIT_SECONDS = 0.05
LONGEST_WAIT_SECONDS = 1.0
MOST_CHARACTERS = 32_000_000
LARGEST_BATCH = 500


@dataclass(eq=False)
class Waiting:
    """A change that is to be written; `kept` tells the one who waits for it, `outcome` the thread that reads."""

    change: Change
    kept: asyncio.Future[bool]
    outcome: Written | None = None


class Writer:
    """The one thread that uses the database, and the queue before it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._thread = ThreadPoolExecutor(1, "conversations")
        self._queue: deque[Waiting] = deque()
        self._size = 0
        self._pump: asyncio.Task[None] | None = None
        self._failing_since: float | None = None
        self.fault: str | None = None

    def put(self, change: Change) -> asyncio.Future[bool]:
        """Queues a change; the result says whether it was written within the time that a person can wait.

        It is written later all the same, unless more waits than memory may hold.
        """
        return self.queue(change).kept

    def queue(self, change: Change) -> Waiting:
        """As `put`; gives also what becomes of the change.

        What another server was ahead of is not written, if that is found out while somebody waits; else it is added
        to what the conversation has become, for whoever asked is gone.
        """
        loop = asyncio.get_running_loop()
        waiting = Waiting(change, loop.create_future())
        if self._size + change.size > MOST_CHARACTERS:
            logger.error("More waits to be written into the conversation database than may: a turn is not kept.")
            waiting.kept.set_result(False)
            return waiting
        self._queue.append(waiting)
        self._size += change.size
        if self._is_given_up():
            _give_up(waiting)
        if self._pump is None or self._pump.done():
            self._pump = loop.create_task(self._write_all())
        return waiting

    def waiting(self, conversation: str) -> list[Change]:
        """The changes of a conversation that are not written yet."""
        return [waiting.change for waiting in self._queue if waiting.change.conversation == conversation]

    async def read(self, conversation: str, use: Callable[[Database], T]) -> tuple[T, list[Change]]:
        """What a function reads from the database, and the changes of a conversation that it does not show yet."""
        queued = [waiting for waiting in self._queue if waiting.change.conversation == conversation]

        def look() -> tuple[T, list[Change]]:
            found = use(self.database)
            return found, [waiting.change for waiting in queued if waiting.outcome is None]

        return await self.run(look)

    async def run(self, work: Callable[[], T]) -> T:
        """The result of work in the thread; raises StorageError if the disk does not answer."""
        running = asyncio.get_running_loop().run_in_executor(self._thread, work)
        await asyncio.wait({running}, timeout=HUNG_SECONDS)
        if not running.done():
            running.add_done_callback(lambda late: late.cancelled() or late.exception())
            raise StorageError(f"The conversation database {self.database.name} does not answer.")
        return running.result()

    async def close(self, seconds: float) -> None:
        """Writes what waits, as far as that can be done in time."""
        if self._pump is not None and not self._pump.done():
            await asyncio.wait({self._pump}, timeout=seconds)
            self._pump.cancel()
        if self._queue:
            logger.error("%s turns were not written into the conversation database before the end.", len(self._queue))
        self._thread.shutdown(wait=not self._queue, cancel_futures=True)

    async def _write_all(self) -> None:
        pause = FIRST_WAIT_SECONDS
        while self._queue:
            batch = [self._queue[number] for number in range(min(LARGEST_BATCH, len(self._queue)))]
            if await self._tried(batch):
                pause = FIRST_WAIT_SECONDS
            else:
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_WAIT_SECONDS)

    async def _tried(self, batch: list[Waiting]) -> bool:
        running = asyncio.get_running_loop().run_in_executor(self._thread, self._write, batch)
        await asyncio.wait({running}, timeout=HUNG_SECONDS)
        if not running.done():
            self._fails(f"The conversation database {self.database.name} does not answer.", HUNG_SECONDS)
            await asyncio.wait({running})
        try:
            running.result()
        except StorageError as error:
            self._fails(str(error))
            return False
        self._works_again()
        for _ in batch:
            self._queue.popleft()
        again = [waiting for waiting in _last_lives(batch) if _was_given_up_and_overtaken(waiting)]
        self._queue.extendleft(reversed(again))
        for waiting in batch:
            if waiting not in again:
                self._size -= waiting.change.size
                _settle(waiting, waiting.outcome is not None and waiting.outcome.is_kept)
        return True

    def _write(self, batch: list[Waiting]) -> None:
        """Writes a batch, in the thread; what the database would never take has no outcome afterwards."""
        batch = [waiting for waiting in batch if waiting.outcome is None]
        try:
            outcomes = self.database.write([waiting.change for waiting in batch])
        except StorageError:
            raise
        except Exception:
            if len(batch) == 1:
                logger.exception("A turn cannot be written into the conversation database.")
                return
            for one in batch:
                self._write([one])
            return
        for waiting, outcome in zip(batch, outcomes, strict=True):
            waiting.outcome = outcome

    def _fails(self, fault: str, for_seconds: float = 0.0) -> None:
        if self.fault != fault:
            logger.error("%s Medpath answers, but conversations are not kept until this is mended.", fault)
            self.fault = fault
        if self._failing_since is None:
            self._failing_since = asyncio.get_running_loop().time() - for_seconds
        if self._is_given_up():
            for waiting in self._queue:
                _give_up(waiting)

    def _works_again(self) -> None:
        if self.fault is not None:
            logger.warning("The conversation database %s can be written again.", self.database.name)
        self.fault = self._failing_since = None

    def _is_given_up(self) -> bool:
        since = self._failing_since
        return since is not None and asyncio.get_running_loop().time() - since >= PATIENCE_SECONDS


def _give_up(waiting: Waiting) -> None:
    """Lets nobody wait any longer: it is written when that can be done, whatever the conversation has become."""
    if isinstance(waiting.change, Added):
        waiting.change = replace(waiting.change, after=None)
    _settle(waiting, False)


def _last_lives(batch: list[Waiting]) -> list[Waiting]:
    """The changes of a batch that none after them erases."""
    erased = {waiting.change.conversation: number for number, waiting in enumerate(batch) if _erases(waiting)}
    return [one for number, one in enumerate(batch) if number >= erased.get(one.change.conversation, 0)]


def _erases(waiting: Waiting) -> bool:
    return isinstance(waiting.change, Erased)


def _was_given_up_and_overtaken(waiting: Waiting) -> bool:
    """Whether a change was being made on an older state when it was given up: it is made once more, on any."""
    if waiting.outcome is None or waiting.outcome.fate is not Fate.OVERTAKEN or not waiting.kept.done():
        return False
    waiting.outcome = None
    return True


def _settle(waiting: Waiting, kept: bool) -> None:
    if not waiting.kept.done():
        waiting.kept.set_result(kept)
