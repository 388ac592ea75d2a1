"""Turns of one conversation on several servers: each with its own queue, store and memory, on one database.

What stands for Rasa answers with all that was asked before, so that an answer tells what it was given from.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Restarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from shared_services import Postgres, RedisServer

from medpath.channels.keeping import NOT_KEPT
from medpath.channels.past import events_of, turns
from medpath.channels.turns import Message, Turns
from medpath.serving import conversation_store
from medpath.serving.conversation_store import ConversationStore
from medpath.sharing import locks

FORGET = "forget me"


class Server:
    """One of several; `slow` seconds pass within each turn, in which another server may be faster."""

    def __init__(self, slow: float = 0.0) -> None:
        locks.conversation_locks.cache_clear()  # each process has its own
        self.store = ConversationStore(Domain.empty())
        self._turns = Turns(self._answer, seconds=20)
        self._slow = slow
        self.ran = 0

    async def ask(self, text: str, message_id: str, conversation: str = "ann") -> str:
        """The answer to a message."""
        message = Message("web", conversation, message_id, text, text, "192.0.2.1")
        (reply,) = await self._turns.replies(message, self.store)
        return str(reply["text"])

    async def kept(self, conversation: str = "ann") -> list[tuple[str, str]]:
        """What the database has of a conversation."""
        past = turns(await events_of(conversation, self.store))
        return [(turn.asked.text, " / ".join(said.text for said in turn.said)) for turn in past]

    async def _answer(self, message: UserMessage) -> None:
        self.ran += 1
        tracker = await self.store.get_or_create_tracker(message.sender_id, append_action_listen=False)
        before = _asked(tracker)
        await asyncio.sleep(self._slow)
        said = f"{message.text} after {', '.join(before) or 'nothing'}"
        tracker.update(UserUttered(message.text, message_id=message.message_id))
        tracker.update(BotUttered(said))
        if message.text == FORGET:
            tracker.update(Restarted())
        await message.output_channel.send_response(message.sender_id, {"text": said})
        await self.store.save(tracker)


def _asked(tracker: DialogueStateTracker) -> list[str]:
    return [event.text for event in tracker.events if isinstance(event, UserUttered)]


@asynccontextmanager
async def servers(*slow: float) -> AsyncIterator[list[Server]]:
    made = [Server(seconds) for seconds in slow]
    try:
        yield made
    finally:
        for one in made:
            await one.store.close()


@pytest.fixture(params=["with Redis", "without Redis"])
def shared(request: pytest.FixtureRequest, database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Servers that share a database, and where they can their locks."""
    monkeypatch.delenv("MEDPATH_REDIS_URL", raising=False)
    if request.param == "with Redis":
        request.getfixturevalue("redis_url")
    return str(request.param)


def test_a_conversation_goes_back_and_forth(shared: str) -> None:
    """Each server goes on from what was said last, wherever that was."""

    async def main() -> list[str]:
        async with servers(0, 0) as (first, second):
            return [await (first, second)[n % 2].ask(f"q{n}", f"m{n}") for n in range(5)]

    assert asyncio.run(main())[1:] == [
        "q1 after q0",
        "q2 after q0, q1",
        "q3 after q0, q1, q2",
        "q4 after q0, q1, q2, q3",
    ]


def test_the_same_message_at_the_same_moment_is_answered_once(shared: str) -> None:
    """Both servers give the same answer, which is the only one that is kept; sent again later, too."""

    async def main() -> tuple[set[str], list[tuple[str, str]], int]:
        async with servers(0.2, 0.3, 0) as (first, second, third):
            await third.ask("before", "m0")
            answers = set(await asyncio.gather(first.ask("hello", "m1"), second.ask("hello", "m1")))
            answers.add(await third.ask("hello", "m1"))
            return answers, await third.kept(), first.ran + second.ran

    answers, kept, ran = asyncio.run(main())
    assert answers == {"hello after before"}
    assert kept == [("before", "before after nothing"), ("hello", "hello after before")]
    assert ran == (1 if shared == "with Redis" else 2)


def test_two_messages_at_the_same_moment_are_answered_one_after_the_other(shared: str) -> None:
    """The second goes on from the first: a turn that was begun on an older state is run again."""

    async def main() -> tuple[set[str], list[str]]:
        async with servers(0.2, 0.3) as (first, second):
            answers = await asyncio.gather(first.ask("a", "m1"), second.ask("b", "m2"))
            return set(answers), [text for text, _ in await first.kept()]

    answers, kept = asyncio.run(main())
    assert answers in ({"a after nothing", "b after a"}, {"b after nothing", "a after b"})
    assert sorted(kept) == ["a", "b"]


def test_what_was_forgotten_on_one_server_is_unknown_to_the_others(shared: str) -> None:
    """Also to one that had it in memory."""

    async def main() -> tuple[str, list[tuple[str, str]]]:
        async with servers(0, 0) as (first, second):
            await first.ask("secret", "m1")
            await second.ask(FORGET, "m2")
            return await first.ask("hello", "m3"), await second.kept()

    answer, kept = asyncio.run(main())
    assert answer == "hello after nothing"
    assert [text for text, _ in kept] == ["hello"]


def test_a_crowd_on_three_servers_loses_doubles_and_crosses_nothing(shared: str) -> None:
    """Thirty conversations, each message sent to two servers at once."""

    async def talk(among: list[Server], name: str) -> list[str]:
        said = []
        for n in range(4):
            both = [
                among[n % 3].ask(f"{name} {n}", f"m{n}", name),
                among[(n + 1) % 3].ask(f"{name} {n}", f"m{n}", name),
            ]
            first, second = await asyncio.gather(*both)
            assert first == second
            said.append(first)
        return said

    async def main() -> None:
        names = [f"c{number}" for number in range(30)]
        async with servers(0, 0.01, 0.02) as among:
            said = await asyncio.gather(*(talk(among, name) for name in names))
            for name, answers in zip(names, said, strict=True):
                earlier = [f"{name} {n}" for n in range(3)]
                assert answers[-1] == f"{name} 3 after {', '.join(earlier)}"
                assert [answer for _, answer in await among[0].kept(name)] == answers

    asyncio.run(main())


def test_an_outage_of_the_database_is_told_and_made_up(
    postgres: Postgres, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """People are answered from memory and warned; afterwards all is there, and both servers go on from it."""
    monkeypatch.delenv("MEDPATH_REDIS_URL", raising=False)

    async def main() -> tuple[str, str, str, list[str]]:
        async with servers(0, 0) as (first, second):
            await first.ask("one", "m1")
            postgres.kill()
            during = await first.ask("two", "m2")
            stranger = await second.ask("hello", "m1", "bob")
            postgres.start()
            while first.store.fault or second.store.fault:
                await asyncio.sleep(0.05)
            after = await second.ask("three", "m3")
            assert await first.ask("two", "m2") == "two after one"
            return during, stranger, after, [text for text, _ in await first.kept()]

    during, stranger, after, kept = asyncio.run(main())
    assert during.startswith("two after one")
    assert NOT_KEPT in during
    assert NOT_KEPT in stranger
    assert after == "three after one, two"
    assert kept == ["one", "two", "three"]


def test_a_message_that_could_not_be_kept_is_still_open(
    postgres: Postgres, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sent again to another server it is answered; of the two answers one is kept."""
    monkeypatch.delenv("MEDPATH_REDIS_URL", raising=False)

    async def main() -> tuple[str, list[tuple[str, str]]]:
        async with servers(0, 0) as (first, second):
            await first.ask("one", "m1")
            postgres.stop()
            await first.ask("two", "m2")
            first.store._writer._thread.submit(lambda: asyncio.run(asyncio.sleep(1.5)))  # it is late to notice
            postgres.start()
            answer = await second.ask("two", "m2")
            while first.store.fault:
                await asyncio.sleep(0.05)
            return answer, await second.kept()

    answer, kept = asyncio.run(main())
    assert answer.startswith("two after one")
    assert [text for text, _ in kept] == ["one", "two"]


def test_a_message_sent_again_during_an_outage_is_still_not_kept(
    postgres: Postgres, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that cannot read the conversation says so each time: the answer of another one may be kept instead."""
    monkeypatch.delenv("MEDPATH_REDIS_URL", raising=False)

    async def main() -> tuple[list[str], list[tuple[str, str]]]:
        async with servers(0, 0) as (first, second):
            await first.ask("one", "m1")
            postgres.kill()
            during = [await one.ask("two", "m2") for one in (first, second, second)]
            postgres.start()
            while first.store.fault or second.store.fault:
                await asyncio.sleep(0.05)
            return during, await first.kept()

    during, kept = asyncio.run(main())
    assert all(NOT_KEPT in answer for answer in during)
    assert [text for text, _ in kept] == ["one", "two"]


def test_a_database_that_hangs_keeps_nobody_from_an_answer(
    postgres: Postgres, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what was said meanwhile is kept when it goes on."""
    monkeypatch.delenv("MEDPATH_REDIS_URL", raising=False)

    async def main() -> tuple[str, list[str]]:
        async with servers(0) as (first,):
            await first.ask("one", "m1")
            (backend,) = _backends(postgres, database_url.rpartition("/")[2])
            _signal(backend, stop=True)
            try:
                during = await asyncio.wait_for(first.ask("two", "m2"), 15)
            finally:
                _signal(backend, stop=False)
            while first.store.fault:
                await asyncio.sleep(0.05)
            return during, [text for text, _ in await first.kept()]

    during, kept = asyncio.run(main())
    assert during.startswith("two after one")
    assert kept == ["one", "two"]


def _backends(postgres: Postgres, database: str) -> list[int]:
    rows = postgres.run(f"SELECT pid FROM pg_stat_activity WHERE datname = '{database}'")
    return [int(str(pid)) for (pid,) in rows]


def _signal(process: int, stop: bool) -> None:
    os.kill(process, signal.SIGSTOP if stop else signal.SIGCONT)


def test_memory_is_bounded_and_no_version_is_mixed_up(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A conversation that left the memory is read again."""
    monkeypatch.delenv("MEDPATH_REDIS_URL", raising=False)
    monkeypatch.setattr(conversation_store, "MOST_IN_MEMORY", 1)

    async def main() -> str:
        async with servers(0, 0) as (first, second):
            await first.ask("one", "m1")
            await first.ask("hello", "m1", "bob")
            await second.ask("two", "m2")
            return await first.ask("three", "m3")

    assert asyncio.run(main()) == "three after one, two"


def test_redis_that_is_killed_in_the_middle_crosses_nothing(
    redis_server: RedisServer, redis_url: str, database_url: str
) -> None:
    """The database alone sees to it then."""

    async def main() -> None:
        async with servers(0.3, 0.3) as (first, second):
            await first.ask("zero", "m0")
            asked = [first.ask("a", "m1"), second.ask("a", "m1"), second.ask("b", "m2")]
            running = asyncio.gather(*asked)
            await asyncio.sleep(0.1)
            redis_server.kill()
            answers = await running
            assert answers[0] == answers[1]
            assert await second.ask("c", "m3") in ("c after zero, a, b", "c after zero, b, a")
            assert sorted(text for text, _ in await first.kept()) == ["a", "b", "c", "zero"]

    try:
        asyncio.run(main())
    finally:
        redis_server.start()
