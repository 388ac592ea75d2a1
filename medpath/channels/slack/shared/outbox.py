"""What Slack was promised, in the database that servers share: any of them takes an event, one posts the answer.

The server that takes an event owns it, and says every few seconds that it still answers it. Whose word is missing for
HELD_SECONDS counts as dead, and another server goes on with what it owned.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy.engine import Connection

from medpath.channels.slack.events import Question, Thread
from medpath.channels.slack.outbox import MOST_WAITING, Outbox, OutboxError, lasting
from medpath.channels.slack.outbox_file import DAY, Content, Letter, Taken
from medpath.channels.slack.refusals import waits
from medpath.channels.slack.settings import outbox_file
from medpath.channels.slack.shared import tables
from medpath.errors import StorageError
from medpath.sharing.chores import take_chore
from medpath.sharing.engine import shared_transaction
from medpath.sharing.settings import is_shared

logger = logging.getLogger(__name__)

# Database calls at a time; each waits for the network.
THREADS = 4
LOOK_SECONDS = 0.2
HOLD_EVERY_SECONDS = 5.0
MOST_TAKEN_OVER = 100
TIDY, HOUR = "tidy Slack's outbox", 3600.0

Found = TypeVar("Found")
Work = Callable[[Connection], Found]


class SharedOutbox:
    """As Outbox, for any number of servers."""

    def __init__(self, most: int = MOST_WAITING) -> None:
        self._most = most
        self._owner = uuid.uuid4().hex
        self._threads = ThreadPoolExecutor(THREADS, "slack-outbox")

    async def open(self) -> None:
        """Connects, and makes the tables; raises OutboxError if that cannot be done at present."""
        await self._run(lambda _: None)

    async def close(self) -> None:
        """Leaves what is not done to the other servers."""
        try:
            await self._run(lambda connection: tables.leave(connection, self._owner))
        except OutboxError as error:
            logger.error("%s Another server goes on in %.0f s.", error, tables.HELD_SECONDS)
        self._threads.shutdown(wait=False)

    async def take(self, key: str, kind: str, team: str, body: dict[str, Any]) -> Taken | None:
        """Keeps an event; None if one with this key was kept before. Raises OutboxError if it cannot be kept."""
        row = {"key": key, "kind": kind, "team": team, "body": json.dumps(body)}
        number = await self._run(lambda connection: self._insert(connection, row))
        return Taken(number, key, kind, team, body, time.time()) if number else None

    async def left(self) -> list[Taken]:
        """What nobody answers any more, in the order it came; from now on this server does."""
        return await self._lasting(lambda connection: tables.take_over(connection, self._owner, MOST_TAKEN_OVER))

    async def watch(self, begin: Callable[[Taken], None]) -> None:
        """Says again and again that this server lives, and begins with what a dead one has left; does not return."""
        while True:
            await asyncio.sleep(HOLD_EVERY_SECONDS)
            await self._lasting(lambda connection: tables.hold(connection, self._owner))
            for taken in await self.left():
                begin(taken)
            await self._lasting(lambda connection: tables.tidy(connection) if take_chore(TIDY, HOUR) else None)

    async def look(self, number: int) -> Taken | None:
        """One event as it stands now; None if it is done, or another server's."""
        return await self._lasting(lambda connection: tables.look(connection, number, self._owner))

    async def put_down(self, number: int) -> None:
        """Leaves an event that could not be finished to whoever looks next."""
        await self._lasting(lambda connection: tables.put_down(connection, number, self._owner))

    async def place(self, number: int, question: Question) -> None:
        """Notes where an event belongs, so that other servers know what goes before theirs."""
        spoken_in = question.thread.prefix if question.thread.ts and question.addressed else None
        await self._lasting(lambda connection: tables.place(connection, number, question.conversation, spoken_in))

    async def wait_for_earlier(self, number: int, conversation: str) -> None:
        """Waits until what was asked in a conversation before is answered, by whichever server."""
        await self._while(lambda connection: tables.has_earlier(connection, number, conversation))

    async def wait_for_letters(self, letters: Sequence[Letter]) -> None:
        """Waits until what was answered in the same place before is posted, by whichever server."""
        if letters:
            await self._while(lambda connection: tables.has_letters_before(connection, letters[0]))

    async def is_spoken_to(self, thread: Thread) -> bool:
        """Whether somebody has spoken to Medpath in a thread, of which no conversation may tell yet."""
        return await self._lasting(lambda connection: tables.is_spoken_to(connection, thread.prefix))

    async def claim(self, number: int, key: str) -> bool:
        """Gives an event the name of its question; False, and the event goes, if that question was kept before."""
        return await self._lasting(lambda connection: tables.claim(connection, number, key))

    async def has(self, beginning: str) -> bool:
        """Whether something was kept lately whose name begins so."""
        return await self._lasting(lambda connection: tables.has_key(connection, beginning))

    async def drop(self, number: int) -> None:
        """Forgets an event that is not to be answered."""
        await self._lasting(lambda connection: tables.drop(connection, number))

    async def answered(self, number: int, contents: Sequence[Content], where: str = "") -> tuple[Letter, ...]:
        """Keeps the answer to an event, which goes to a place; one without anything is done by that."""
        return await self._lasting(lambda connection: tables.answered(connection, number, self._owner, contents, where))

    async def erase(self, conversation: str, before: int) -> None:
        """Forgets what was asked in a conversation before an event, with the answers that are not sent yet."""
        await self._lasting(lambda connection: tables.erase(connection, conversation, before))

    async def begun(self, letter: Letter) -> bool:
        """Notes that a letter is being sent; False if it was erased, or is another server's by now."""
        return await self._lasting(lambda connection: tables.begun(connection, letter, self._owner))

    async def sent(self, letter: Letter) -> None:
        """Forgets a letter; with the last one its event is done."""
        await self._lasting(lambda connection: tables.sent(connection, letter))

    async def note_post(self, below: Thread, question: Question) -> None:
        """Keeps in mind what is answered by the message that a thread would hang on."""
        await self._lasting(lambda connection: tables.note_post(connection, _name(below), question.id))

    async def post_above(self, thread: Thread) -> str | None:
        """The id of the question that is answered by what a thread hangs on, if that was posted lately."""
        return await self._lasting(lambda connection: tables.post_above(connection, _name(thread)))

    def _insert(self, connection: Connection, row: dict[str, Any]) -> int | None:
        waiting = tables.count_waiting(connection)
        if waiting >= self._most:
            raise OutboxError(f"The outbox of Slack is full: {waiting} events wait for their answers.")
        return tables.insert_event(connection, row, self._owner)

    async def _while(self, look: Work[bool]) -> None:
        while await self._lasting(look):
            await asyncio.sleep(LOOK_SECONDS)

    async def _lasting(self, work: Work[Found]) -> Found:
        return await lasting(lambda: self._run(work), waits(longest=HOLD_EVERY_SECONDS))

    async def _run(self, work: Work[Found]) -> Found:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _done, work)


AnyOutbox = Outbox | SharedOutbox


def outbox_of(environment: Mapping[str, str]) -> AnyOutbox:
    """The outbox that the environment describes."""
    return SharedOutbox() if is_shared(environment) else Outbox(outbox_file(environment))


def erase_shared(conversation: str) -> int:
    """Erases what waits in a conversation; gives the number of events. Raises StorageError."""
    with shared_transaction() as connection:
        return tables.erase(connection, conversation)


def purge_shared(age: timedelta | None) -> int:
    """Erases what waits for longer than an age or a day; gives the number of events. Raises StorageError."""
    with shared_transaction() as connection:
        return tables.give_up(connection, DAY if age is None else min(DAY, age.total_seconds()))


def _done(work: Work[Found]) -> Found:
    try:
        with shared_transaction() as connection:
            return work(connection)
    except StorageError as error:
        raise OutboxError(f"The outbox of Slack cannot be used. {error}") from error


def _name(thread: Thread) -> str:
    return "-".join((thread.team, thread.channel, thread.ts or ""))
