"""Two Rasa servers and two action servers on one PostgreSQL and one Redis, as people meet them: at any of them."""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import redis
from on_loopback import REPOSITORY
from shared_services import Postgres, RedisServer
from workers import Deployment, deployed

# The visitor lies in the folder of the tests that had him first.
sys.path.append(str(REPOSITORY / "tests" / "channels"))
from crowd import visit
from web_visitor import Visitor, arrive

pytestmark = pytest.mark.slow

LONG, SHORT = "How many years is an internal medicine residency?", "When is Match Day?"
SOURCE = "where is that from"
PEOPLE, EACH = 40, 5
AWAY_SECONDS = 3.0
# An empty database takes some 60.
DISK_MEGABYTES = 160
FULL, FULL_SECONDS = "No space left on device", 60.0


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, postgres: Postgres, redis_server: RedisServer
) -> Iterator[Deployment]:
    with deployed(tmp_path_factory.mktemp("several"), postgres, redis_server, "several") as all_of_them:
        yield all_of_them


def _visitor(running: Deployment) -> list[Visitor]:
    """One visitor, as he comes to each of the servers."""
    visitor = arrive(running.urls[0])
    return [replace(visitor, url=url) for url in running.urls]


def test_the_same_message_sent_to_both_at_once_is_answered_once(running: Deployment) -> None:
    """Ten times; both get the same answer, and the history has it once."""
    first, second = _visitor(running)
    with ThreadPoolExecutor(2) as threads:
        for number in range(10):
            one, other = threads.map(lambda visitor: visitor.ask(LONG, f"m{number}"), (first, second))  # noqa: B023
            assert one == other
    assert first.questions() == [LONG] * 10
    assert [message["id"] for message in second.history() if message["from"] == "person"] == [
        f"m{n}" for n in range(10)
    ]


def test_a_conversation_that_goes_back_and_forth_is_about_what_was_asked_last(running: Deployment) -> None:
    """Wherever that was: the source is that of the last question, as on one server alone."""
    alone, _ = _visitor(running)
    alone.ask(LONG)
    of_long = alone.ask(SOURCE)
    alone.ask(SHORT)
    of_short = alone.ask(SOURCE)
    assert of_long["text"] != of_short["text"]
    first, second = _visitor(running)
    first.ask(LONG)
    second.ask(SHORT)
    assert first.ask(SOURCE) == of_short
    first.ask(LONG)
    assert second.ask(SOURCE) == of_long
    assert first.ask("forget me")
    assert second.history() == []


def test_limits_are_counted_over_both(running: Deployment) -> None:
    """Twenty messages a minute, however they are sent."""
    first, second = _visitor(running)
    with ThreadPoolExecutor(4) as threads:
        sent = threads.map(
            lambda n: (first, second)[n % 2].post({"id": f"m{n}", "text": "hello"}).status_code, range(24)
        )
    assert sorted(sent) == [200] * 20 + [429] * 4


Disturb = Callable[[Deployment], None]


def _again(worker: int, kind: str) -> Disturb:
    def disturb(running: Deployment) -> None:
        one = getattr(running, kind)[worker]
        one.kill()
        one.start_again()
        one.wait()

    return disturb


def _redis(running: Deployment) -> None:
    running.redis.kill()
    time.sleep(AWAY_SECONDS)
    running.redis.start()


def _postgres(running: Deployment) -> None:
    running.postgres.kill()
    time.sleep(AWAY_SECONDS)
    running.postgres.start()


def _postgres_in_order(running: Deployment) -> None:
    running.postgres.stop()
    running.postgres.start()


@pytest.mark.parametrize(
    "disturb",
    [_again(0, "rasa"), _again(1, "actions"), _redis, _postgres, _postgres_in_order],
    ids=["a Rasa server", "an action server", "Redis", "PostgreSQL", "PostgreSQL, in order"],
)
def test_what_dies_in_the_middle_loses_doubles_and_crosses_nothing(running: Deployment, disturb: Disturb) -> None:
    """A crowd asks at both servers; what is not answered is sent again, to any. The history has each message once,
    in order, with the answer that its person got.
    """

    async def kill() -> None:
        await asyncio.sleep(1)
        await asyncio.to_thread(disturb, running)

    visited = asyncio.run(visit(running.urls[0], PEOPLE, EACH, kill, running.urls[1:]))
    assert not visited.faults, visited.faults[:3]


def test_a_full_disk_of_the_database_loses_nothing(tmp_path: Path, redis_server: RedisServer) -> None:
    """People are told that what they say cannot be kept at present; when there is room again, all goes on."""
    postgres = Postgres(megabytes=DISK_MEGABYTES)
    try:
        postgres.start()
        with deployed(tmp_path, postgres, redis_server, "filled") as running:

            async def fill() -> None:
                await asyncio.to_thread(postgres.fill)
                ends = time.monotonic() + FULL_SECONDS
                while FULL not in (postgres.folder / "log").read_text() and time.monotonic() < ends:
                    await asyncio.sleep(0.1)
                await asyncio.sleep(AWAY_SECONDS)
                await asyncio.to_thread(postgres.make_room)

            visited = asyncio.run(visit(running.urls[0], PEOPLE, EACH, fill, running.urls[1:]))
            assert not visited.faults, visited.faults[:3]
            assert visited.told_to_send_again
    finally:
        postgres.remove()


def test_a_clock_that_jumps_on_one_server_changes_nothing(
    tmp_path: Path, postgres: Postgres, redis_server: RedisServer
) -> None:
    """By ten minutes to and fro; the other server, the database and Redis have the right time."""
    clock, folders = tmp_path / "clock", (REPOSITORY / "tests" / "channels" / "clock", REPOSITORY)
    clock.write_text("0")
    wrong = {"CLOCK": str(clock), "PYTHONPATH": os.pathsep.join(map(str, folders))}
    home = tmp_path / "home"
    home.mkdir()
    with deployed(home, postgres, redis_server, "clocks", wrong) as running:

        async def jump() -> None:
            for seconds in ("600", "-600", "600", "0"):
                await asyncio.sleep(1)
                clock.write_text(seconds)

        visited = asyncio.run(visit(running.urls[0], PEOPLE, 2 * EACH, jump, running.urls[1:]))
        assert not visited.faults, visited.faults[:3]
        assert not visited.told_to_send_again


def test_a_server_ends_in_order(running: Deployment) -> None:
    """What is being read is answered and kept before, and the server writes nothing but its log."""
    worker, chance = running.rasa[1], random.Random(1)
    letters = " ".join("".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(100))
    visitor = arrive(worker.url)
    with redis.Redis.from_url(running.redis.url) as locks, ThreadPoolExecutor(1) as threads:
        answer = threads.submit(visitor.say, letters, "m1")
        while not locks.keys("medpath:turn:*"):
            assert not answer.done()
            time.sleep(0.01)
        assert worker.stop() == 0
        assert answer.result()
    assert replace(visitor, url=running.urls[0]).questions() == [letters]
    home = worker.log.parent
    assert not (home / "var").exists()
    assert "Traceback" not in Path(worker.log).read_text()
