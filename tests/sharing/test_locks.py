"""One turn of a conversation at a time over several servers, each of which has locks of its own in one Redis."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from rasa.core.lock_store import LockStore
from shared_services import RedisServer

from medpath.sharing import locks
from medpath.sharing.locks import ConversationLocks, conversation_locks


@asynccontextmanager
async def servers(url: str, number: int = 2) -> AsyncIterator[list[ConversationLocks]]:
    """The locks of several servers."""
    made = [ConversationLocks(url) for _ in range(number)]
    try:
        yield made
    finally:
        for one in made:
            await one.close()


async def _enters(lock: LockStore, conversation: str, order: list[str], name: str, seconds: float = 0.2) -> None:
    async with lock.lock(conversation):
        order.append(f"{name} in")
        await asyncio.sleep(seconds)
        order.append(f"{name} out")


def test_turns_of_a_conversation_do_not_overlap(redis_url: str) -> None:
    """Those of another conversation do."""

    async def meet() -> list[str]:
        order: list[str] = []
        async with servers(redis_url) as (first, second):
            turns = [_enters(first, "ann", order, "a"), _enters(second, "ann", order, "b")]
            await asyncio.gather(*turns, _enters(second, "bob", order, "other", 0))
        return order

    order = asyncio.run(meet())
    assert order.index("other out") < order.index("a out")
    alone = [one for one in order if not one.startswith("other")]
    assert alone in (["a in", "a out", "b in", "b out"], ["b in", "b out", "a in", "a out"])


def test_who_holds_a_conversation_passes(redis_url: str) -> None:
    """Our channel takes the lock, and Rasa asks for it again within the turn, in a task of its own."""

    async def turn() -> list[str]:
        order: list[str] = []
        async with servers(redis_url) as (ours, rasas):
            async with ours.lock("ann"):
                await asyncio.wait_for(_enters(rasas, "ann", order, "rasa", 0), 5)
            await asyncio.wait_for(_enters(rasas, "ann", order, "next", 0), 5)
        return order

    assert asyncio.run(turn()) == ["rasa in", "rasa out", "next in", "next out"]


def test_a_lock_lasts_as_long_as_its_turn_and_ends_soon_after_its_server(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Longer than its lifetime where it is renewed; no longer where nobody does any more."""
    monkeypatch.setattr(locks, "LIFETIME_SECONDS", 0.6)

    async def main() -> tuple[list[str], float]:
        order: list[str] = []
        async with servers(redis_url, 3) as (living, dead, other):
            long = asyncio.create_task(_enters(living, "ann", order, "long", 1.5))
            await asyncio.sleep(0.1)
            await _enters(other, "ann", order, "after", 0)
            await long
            assert await dead._taken("bob")  # and never renews it
            began = asyncio.get_running_loop().time()
            await _enters(other, "bob", order, "heir", 0)
            return order, asyncio.get_running_loop().time() - began

    order, waited = asyncio.run(main())
    assert order == ["long in", "long out", "after in", "after out", "heir in", "heir out"]
    assert 0.3 < waited < 3


def test_without_redis_turns_go_on(redis_server: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    """That is said once, and so is that it is back."""

    async def main() -> None:
        async with servers(redis_server.url, 1) as (lock,):
            lock._reach._pause = 0.2
            async with lock.lock("ann"):
                redis_server.kill()
            for _ in range(3):
                await _enters(lock, "ann", [], "without", 0)
            redis_server.start()
            await asyncio.sleep(0.3)
            assert await lock._taken("ann")

    with caplog.at_level(logging.WARNING):
        asyncio.run(main())
    told = [record.message for record in caplog.records]
    assert len(told) == 2
    assert told[0].startswith("Redis cannot be reached")
    assert told[1] == "Redis can be reached again."


def test_a_redis_that_is_restarted_between_two_turns_is_not_missed(redis_server: RedisServer) -> None:
    """The connection that it has closed is opened again at once."""

    async def main() -> None:
        async with servers(redis_server.url, 1) as (lock,):
            await _enters(lock, "cleo", [], "before", 0)
            redis_server.stop()
            redis_server.start()
            assert await lock._taken("cleo")

    asyncio.run(main())


def test_names_of_conversations_do_not_reach_redis(redis_url: str) -> None:
    """A lock tells nobody who speaks."""

    async def keys() -> list[bytes]:
        async with servers(redis_url, 1) as (lock,), lock.lock("slack-T1-C1-U1"):
            return list(await lock._redis.keys("*"))

    assert not any(b"slack" in key for key in asyncio.run(keys()))


def test_nothing_is_locked_where_nothing_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """One machine needs no Redis."""
    monkeypatch.delenv("MEDPATH_REDIS_URL", raising=False)
    conversation_locks.cache_clear()
    assert conversation_locks() is None
