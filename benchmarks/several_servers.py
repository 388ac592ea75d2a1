"""What sharing costs: a turn and the turns a second on one machine's file, and on PostgreSQL and Redis with n servers.

Run it as: python benchmarks/several_servers.py
PostgreSQL and Redis are started for it (Debian: postgresql, redis-server); all of it runs on this machine.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
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
from on_loopback import make_project  # noqa: E402
from shared_services import Postgres, RedisServer  # noqa: E402
from web_visitor import Visitor, arrive  # noqa: E402
from workers import SECRET, Worker  # noqa: E402

QUESTIONS = ("When is Match Day?", "How many years is an internal medicine residency?", "where is that from")
TURNS, VISITORS, EACH = 60, 40, 6


@contextmanager
def at_work(environment: Mapping[str, str], number: int) -> Iterator[list[Worker]]:
    """A number of Rasa servers, each with an action server of its own."""
    secrets = {"MEDPATH_ACTIONS_SECRET": SECRET, "MEDPATH_WEB_SECRET": SECRET}
    with ExitStack() as ending:
        home = make_project(Path(ending.enter_context(tempfile.TemporaryDirectory()))).root
        servers = []
        for _ in range(number):
            actions = Worker("actions", home, {**secrets, **environment})
            rasa = Worker("rasa", home, {**secrets, **environment}, "--actions", actions.url)
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


def main() -> None:
    """Prints a table."""
    postgres, redis = Postgres(durable=True), RedisServer()
    try:
        postgres.start()
        redis.start()
        print("| servers of each kind | a turn, ms (median) | turns a second | resident, MB (actions, Rasa …) |")
        print("|---|---|---|---|")
        measured("1, a file", {}, 1)
        for number in (1, 2):
            postgres.run(f"CREATE DATABASE of_{number}")
            shared = {"MEDPATH_DATABASE_URL": postgres.url(f"of_{number}"), "MEDPATH_REDIS_URL": redis.url}
            measured(f"{number}, PostgreSQL and Redis", shared, number)
    finally:
        for server in (postgres, redis):
            server.remove()


if __name__ == "__main__":
    main()
