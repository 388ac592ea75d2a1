"""How often a visitor may ask, over several servers."""

from __future__ import annotations

import asyncio
import logging
import uuid

import pytest
from shared_services import RedisServer

from medpath.channels.web.limits import Limits
from medpath.channels.web.refusals import Refusal
from medpath.channels.web.settings import WebSettings

SETTINGS = WebSettings(messages_per_minute=3)


async def _asked(limits: Limits, conversation: str, times: int) -> int:
    """How many of some messages were let through."""
    passed = 0
    for _ in range(times):
        try:
            await limits.count_message(conversation, "192.0.2.1")
        except Refusal:
            continue
        passed += 1
    return passed


def test_all_servers_count_together(redis_url: str) -> None:
    """Whoever changes between them may not ask more."""
    first, second = Limits(SETTINGS, redis_url), Limits(SETTINGS, redis_url)
    conversation = uuid.uuid4().hex
    assert asyncio.run(_asked(first, conversation, 2)) == 2
    assert asyncio.run(_asked(second, conversation, 2)) == 1
    assert asyncio.run(_asked(second, uuid.uuid4().hex, 1)) == 1
    with pytest.raises(Refusal) as refused:
        asyncio.run(first.count_message(conversation, "192.0.2.1"))
    assert 1 <= int(refused.value.headers["Retry-After"]) <= 61


def test_without_redis_each_server_counts_for_itself(
    redis_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody is refused because of it, and it is told once; when Redis is back they count together again."""
    first, second = Limits(SETTINGS, redis_server.url), Limits(SETTINGS, redis_server.url)
    conversation = uuid.uuid4().hex
    redis_server.kill()
    with caplog.at_level(logging.WARNING):
        assert [asyncio.run(_asked(limits, conversation, 4)) for limits in (first, second)] == [3, 3]
    assert len(caplog.records) == 2
    redis_server.start()
    for limits in (first, second):
        assert limits._shared
        limits._shared._reach._next = 0.0  # the pause is over
    other = uuid.uuid4().hex
    assert asyncio.run(_asked(first, other, 2)) + asyncio.run(_asked(second, other, 2)) == 3


def test_a_redis_that_hangs_keeps_nobody_waiting_for_long(redis_server: RedisServer) -> None:
    """One request waits half a second, those after it not at all."""
    limits = Limits(SETTINGS, redis_server.url)

    async def main() -> float:
        began = asyncio.get_running_loop().time()
        await _asked(limits, "ann", 10)
        return asyncio.get_running_loop().time() - began

    redis_server.pause()
    try:
        assert asyncio.run(main()) < 3
    finally:
        redis_server.go_on()
