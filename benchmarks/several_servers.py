"""What sharing costs: a turn and the turns a second on one machine's file, and on PostgreSQL and Redis with n servers.

    uv run --no-sync python -m benchmarks.several_servers

PostgreSQL and Redis are started for it (Debian: postgresql, redis-server); all of it runs on this machine.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path[:0] = [
    str(REPOSITORY / "tests"),
    str(REPOSITORY / "tests" / "sharing"),
    str(REPOSITORY / "tests" / "channels"),
]
from shared_services import Postgres, RedisServer  # noqa: E402
from web_visitor import Visitor, arrive, project_with  # noqa: E402
from workers import SECRET, Worker  # noqa: E402

QUESTIONS = ("When is Match Day?", "How many years is an internal medicine residency?", "where is that from")
TURNS, VISITORS, EACH = 60, 40, 6
# Everybody comes from one address here.
NO_LIMITS = dict.fromkeys(
    ("messages_per_minute", "histories_per_minute", "sessions_per_minute", "address_requests_per_minute"), 10**6
)


@contextmanager
def at_work(
    environment: Mapping[str, str], number: int, cores: Sequence[int] = (), home: Path | None = None
) -> Iterator[list[Worker]]:
    """A number of Rasa servers, each with an action server of its own, on one of the cores if they are given."""
    secrets = {"MEDPATH_ACTIONS_SECRET": SECRET, "MEDPATH_WEB_SECRET": SECRET}
    everywhere = os.sched_getaffinity(0)
    with ExitStack() as ending:
        if home is None:
            home = project_with(Path(ending.enter_context(tempfile.TemporaryDirectory())), **NO_LIMITS).root
        servers = []
        for pair in range(number):
            # A process begins on the cores of the one that starts it.
            os.sched_setaffinity(0, {cores[pair % len(cores)]} if cores else everywhere)
            actions = Worker("actions", home, {**secrets, **environment})
            rasa = Worker("rasa", home, {**secrets, **environment}, "--actions", actions.url)
            os.sched_setaffinity(0, everywhere)
            servers += [actions, rasa]
        for server in servers:
            ending.callback(server.remove)
            server.wait()
        yield servers


def turn_ms(url: str) -> float:
    """The median of the turns of one visitor who waits for each."""
    visitors = [arrive(url) for _ in range(TURNS // 15)]
    took = []
    for number in range(TURNS):
        began = time.perf_counter()
        visitors[number % len(visitors)].ask(QUESTIONS[number // len(visitors) % len(QUESTIONS)])
        took.append(1000 * (time.perf_counter() - began))
    return statistics.median(took)


def turns_a_second(urls: list[str]) -> float:
    """How many a crowd gets that comes to all servers by turns."""

    def visit(first: int) -> None:
        visitor = arrive(urls[first % len(urls)])
        for number in range(EACH):
            Visitor(urls[(first + number) % len(urls)], visitor.token).ask(QUESTIONS[number % len(QUESTIONS)])

    began = time.perf_counter()
    with ThreadPoolExecutor(VISITORS) as pool:
        list(pool.map(visit, range(VISITORS)))
    return VISITORS * EACH / (time.perf_counter() - began)


def memory_mb(servers: list[Worker]) -> str:
    """What the servers have resident, each."""
    return ", ".join(f"{psutil.Process(server.process.pid).memory_info().rss / 2**20:.0f}" for server in servers)


def measured(name: str, environment: Mapping[str, str], number: int) -> None:
    """Prints a row."""
    with at_work(environment, number) as servers:
        urls = [server.url for server in servers[1::2]]
        turn_ms(urls[0])
        row = f"| {name} | {turn_ms(urls[0]):.1f} | {turns_a_second(urls):.0f} | {memory_mb(servers)} |"
        print(row, flush=True)


@contextmanager
def shared_servers() -> Iterator[Callable[[str], dict[str, str]]]:
    """A PostgreSQL and a Redis; gives what makes a database of a name and the environment of servers on it."""
    postgres, redis = Postgres(durable=True), RedisServer()

    def environment_of(name: str) -> dict[str, str]:
        postgres.run(f"CREATE DATABASE {name}")
        return {"MEDPATH_DATABASE_URL": postgres.url(name), "MEDPATH_REDIS_URL": redis.url}

    try:
        postgres.start()
        redis.start()
        yield environment_of
    finally:
        for server in (postgres, redis):
            server.remove()


def main() -> None:
    """Prints a table."""
    with shared_servers() as environment_of:
        print("| servers of each kind | a turn, ms (median) | turns a second | resident, MB (actions, Rasa …) |")
        print("|---|---|---|---|")
        measured("1, a file", {}, 1)
        for number in (1, 2):
            measured(f"{number}, PostgreSQL and Redis", environment_of(f"of_{number}"), number)


if __name__ == "__main__":
    main()
