"""What Slack was promised: accepted events, and answers on their way, in a file that outlives the process.

An event is kept before it is acknowledged, its answer before it is posted; both go when Slack has the answer. What
stays for a while is the event's name, so that it is not answered again.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from medpath.channels.slack.events import MOST_REMEMBERED, Question, Thread
from medpath.channels.slack.outbox_file import (
    Content,
    Letter,
    Taken,
    answered,
    claim,
    erase,
    has_waiting,
    left,
    opened,
    sent,
    tidy,
    wipe,
)
from medpath.channels.slack.refusals import waits
from medpath.errors import MedpathError

logger = logging.getLogger(__name__)

MOST_WAITING = 10_000
TIDY_EVERY = 1000

Found = TypeVar("Found")
Work = Callable[[sqlite3.Connection], Found]


class OutboxError(MedpathError):
    """The outbox cannot keep anything more at present."""


class Posted:
    """Which question each of the latest messages of Medpath answers; the oldest are forgotten first."""

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._questions: OrderedDict[Thread, str] = OrderedDict()

    def note(self, below: Thread, question: Question) -> None:
        """Keeps in mind what is answered by the message that a thread would hang on."""
        self._questions[below] = question.id
        if len(self._questions) > self._most:
            self._questions.popitem(last=False)

    def answered_above(self, thread: Thread) -> str | None:
        """The id of the question that is answered by what a thread hangs on, if that was posted lately."""
        return self._questions.get(thread)


class Outbox:
    """The file; one process may use it at a time. Nothing in it happens on the event loop."""

    def __init__(self, path: Path, most: int = MOST_WAITING) -> None:
        self._path = path
        self._most = most
        self._thread = ThreadPoolExecutor(1, "slack-outbox")
        self._database: sqlite3.Connection | None = None
        self._taken = 0
        self._erased = False
        self._posted = Posted()
        self._waiting: list[tuple[Work[Any], asyncio.Future[Any]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Opens the file; a damaged one is set aside. Raises OutboxError if there can be none."""
        await self._run(lambda _: None)

    async def close(self) -> None:
        """Ends what is under way and closes the file."""
        if self._writing:
            await self._writing
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

    async def take(self, key: str, kind: str, team: str, body: dict[str, Any]) -> Taken | None:
        """Keeps an event; None if one with this key was kept before. Raises OutboxError if it cannot be kept."""
        text, at = json.dumps(body), time.time()
        number = await self._run(lambda database: self._insert(database, (key, kind, team, text, at)))
        return Taken(number, key, kind, team, body, at) if number else None

    async def left(self) -> list[Taken]:
        """What is not yet done, in the order it came; what is older than a day is given up."""
        return await self._lasting(left)

    async def look(self, number: int) -> Taken | None:
        """One event as it stands now; None if it is done."""
        found = await self._lasting(lambda database: left(database, number))
        return found[0] if found else None

    async def claim(self, number: int, key: str) -> bool:
        """Gives an event the name of its question; False, and the event goes, if that question was kept before."""
        return await self._lasting(lambda database: claim(database, number, key))

    async def has(self, beginning: str) -> bool:
        """Whether something was kept lately whose name begins so."""
        look = "SELECT 1 FROM events WHERE key >= ? AND key < ? LIMIT 1"
        row = beginning, beginning[:-1] + chr(ord(beginning[-1]) + 1)
        return await self._lasting(lambda database: database.execute(look, row).fetchone() is not None)

    async def drop(self, number: int) -> None:
        """Forgets an event that is not to be answered."""
        await self._lasting(lambda db: db.execute("DELETE FROM events WHERE number = ?", (number,)).rowcount)

    async def answered(self, number: int, contents: Sequence[Content], where: str = "") -> tuple[Letter, ...]:
        """Keeps the answer to an event; one without anything is done by that. It tells nobody where the answer goes."""
        return await self._lasting(lambda database: answered(database, number, contents))

    async def erase(self, conversation: str, before: int) -> None:
        """Forgets what was asked in a conversation before an event, with the answers that are not sent yet."""

        def work(database: sqlite3.Connection) -> None:
            self._erased |= erase(database, conversation, before) > 0

        await self._lasting(work)

    async def begun(self, letter: Letter) -> bool:
        """Notes that a letter is being sent; False if it was erased."""
        change = "UPDATE letters SET begun = 1 WHERE number = ?"
        return await self._lasting(lambda database: database.execute(change, (letter.number,)).rowcount > 0)

    async def sent(self, letter: Letter) -> None:
        """Forgets a letter; with the last one its event is done."""
        await self._lasting(lambda database: sent(database, letter))

    async def note_post(self, below: Thread, question: Question) -> None:
        """Keeps in mind what is answered by the message that a thread would hang on."""
        self._posted.note(below, question)

    async def post_above(self, thread: Thread) -> str | None:
        """The id of the question that is answered by what a thread hangs on, if that was posted lately."""
        return self._posted.answered_above(thread)

    # What several servers have to agree upon (shared.outbox); one alone knows it by what it is about to do.

    async def watch(self, begin: Callable[[Taken], None]) -> None:
        """Nothing: what a process has left behind is found at the next start."""

    async def put_down(self, number: int) -> None:
        """Nothing: an event that could not be finished waits for the next start."""

    async def place(self, number: int, question: Question) -> None:
        """Nothing: there is nobody to be told where an event belongs."""

    async def wait_for_earlier(self, number: int, conversation: str) -> None:
        """Nothing: the questions of a conversation wait for each other in the process."""

    async def wait_for_letters(self, letters: Sequence[Letter]) -> None:
        """Nothing: so do the answers in a channel."""

    async def is_spoken_to(self, thread: Thread) -> bool:
        """False: the process remembers the threads that it is spoken to in."""
        return False

    async def _lasting(self, work: Work[Found]) -> Found:
        return await lasting(lambda: self._run(work), waits())

    async def _run(self, work: Work[Found]) -> Found:
        future: asyncio.Future[Found] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, future))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await future

    async def _write(self) -> None:
        """Does what waits, together: a disk takes as long for one commit as for a hundred events in it."""
        while self._waiting:
            batch, self._waiting = self._waiting, []
            works = [work for work, _ in batch]
            results = await asyncio.get_running_loop().run_in_executor(self._thread, self._together, works)
            for (_, future), result in zip(batch, results, strict=True):
                if future.done():  # nobody waits for it any more
                    continue
                if isinstance(result, Exception):
                    future.set_exception(result)
                else:
                    future.set_result(result)

    def _together(self, works: Sequence[Work[Any]]) -> list[Any]:
        try:
            if self._database is None:
                self._database = opened(self._path)
            with self._database as database:
                results = [_result(work, database) for work in works]
            self._wipe(self._database)
            return results
        except Exception as error:  # whatever it is, nobody may wait for ever
            self._recover(damaged=type(error) is sqlite3.DatabaseError)
            if not isinstance(error, sqlite3.Error | OSError):
                logger.exception("The outbox of Slack has failed.")
            told = f"The outbox of Slack, {self._path}, cannot be written ({error})."
            return [OutboxError(told) for _ in works]

    def _wipe(self, database: sqlite3.Connection) -> None:
        """What is gone leaves the disk too, at a moment when nobody waits for anything."""
        with suppress(sqlite3.Error):  # what was asked for is done
            if self._erased or not has_waiting(database):
                wipe(database)
                self._erased = False

    def _insert(self, database: sqlite3.Connection, row: tuple[str, str, str, str, float]) -> int | None:
        (waiting,) = database.execute("SELECT count(*) FROM events WHERE body IS NOT NULL").fetchone()
        if waiting >= self._most:
            raise OutboxError(f"The outbox of Slack, {self._path}, is full: {waiting} events wait for their answers.")
        self._taken += 1
        if self._taken % TIDY_EVERY == 0:
            tidy(database)
        done = database.execute("INSERT OR IGNORE INTO events (key, kind, team, body, at) VALUES (?, ?, ?, ?, ?)", row)
        return done.lastrowid if done.rowcount else None

    def _recover(self, damaged: bool) -> None:
        """Undoes what was half done; a damaged file is opened anew, which sets it aside."""
        with suppress(sqlite3.Error):
            if damaged:
                self._close()
            elif self._database is not None:
                self._database.rollback()

    def _close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None


def _result(work: Work[Any], database: sqlite3.Connection) -> Any:
    """What a work gives, or its own refusal, which stops none of the others."""
    try:
        return work(database)
    except OutboxError as error:
        return error


async def lasting(attempt: Callable[[], Awaitable[Found]], pauses: Iterator[float]) -> Found:
    """What an attempt gives in the end, tried anew after each of `pauses`, which have no end.

    What is promised already cannot be refused.
    """
    while True:
        try:
            return await attempt()
        except OutboxError as error:
            logger.error("%s Medpath tries again.", error)
        await asyncio.sleep(next(pauses))
