"""How many turns a second one worker answers at most and two do, and how long people wait then and at half of it.

    uv run --no-sync python -m benchmarks.saturation [--seconds 20] [--workers 1 2] [--apart]

A worker is a Rasa server with an action server of its own; all are on one PostgreSQL and one Redis, which are started
for it (Debian: postgresql, redis-server), on this machine. More and more people come at once, each asks five questions,
one after another, and is followed by the next, until more people get no more turns. Then half as many turns a second as
at best begin at even times, whether those before have ended or not, and are counted from when they were due.
`--apart` keeps each worker on a core of its own. What sends the questions runs on the same cores: its share is told.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import statistics
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import aiohttp
import psutil

from benchmarks.several_servers import at_work, shared_servers
from medpath.answering.service import KNOWLEDGE
from medpath.knowledge.compiled import load_compiled
from medpath.project import find_project

PEOPLE = (1, 2, 4, 8, 16, 32, 64, 128)
EACH = 5
STEP = 1009
# A step that brings less than this more is none.
GAIN = 1.03
TIMEOUT = aiohttp.ClientTimeout(total=120)


@dataclass(frozen=True)
class Load:
    """What came of some seconds: the milliseconds of each turn, how long it took, and processor seconds used."""

    took: Sequence[float]
    seconds: float
    servers: float
    driver: float

    @property
    def rate(self) -> float:
        """Turns a second."""
        return len(self.took) / self.seconds

    def row(self, name: str) -> str:
        """A row of the table."""
        cuts = statistics.quantiles(self.took, n=100, method="inclusive")
        waited = " | ".join(f"{cuts[place - 1]:.0f}" for place in (50, 95, 99))
        used = f"{1000 * self.servers / len(self.took):.1f} | {self.driver / self.seconds:.2f}"
        return f"| {name} | {self.rate:.1f} | {waited} | {used} |"


class Crowd:
    """People who come to all servers by turns."""

    def __init__(self, http: aiohttp.ClientSession, urls: Sequence[str]) -> None:
        self._http, self._urls = http, itertools.cycle(urls)
        facts = load_compiled(find_project().index / KNOWLEDGE).facts
        # From all over the knowledge: a prime step.
        self._questions = (facts[number * STEP % len(facts)].questions[0] for number in itertools.count())
        self.took: list[float] = []

    async def come(self) -> tuple[str, dict[str, str]]:
        """A new conversation: the address of a server and the headers."""
        url = f"{next(self._urls)}/webhooks/web"
        async with self._http.post(f"{url}/sessions") as response:
            assert response.status == 201, await response.text()
            return url, {"Authorization": f"Bearer {(await response.json())['session']['token']}"}

    async def ask(self, url: str, headers: dict[str, str], due: float) -> None:
        """A turn, counted from when it was due."""
        text = next(self._questions)
        body = {"id": uuid.uuid4().hex, "text": text}
        async with self._http.post(f"{url}/messages", headers=headers, json=body) as response:
            replies = (await response.json()).get("replies", [])
        assert response.status == 200, replies
        assert replies, text
        assert replies[0]["kind"] != "error", replies
        self.took.append(1000 * (time.perf_counter() - due))

    async def stay(self, ends: float) -> None:
        """One person after another, until the end."""
        while time.perf_counter() < ends:
            place = await self.come()
            for _ in range(EACH):
                if time.perf_counter() < ends:
                    await self.ask(*place, time.perf_counter())

    async def keep_coming(self, rate: float, ends: float) -> None:
        """Turns at even times; each in a conversation in which nothing is being answered."""
        began, asked, free = time.perf_counter(), [], []

        async def turn(due: float) -> None:
            place = free.pop() if free else await self.come()
            await self.ask(*place, due)
            free.append(place)

        for number in itertools.count():
            due = began + number / rate
            if due >= ends:
                break
            await asyncio.sleep(due - time.perf_counter())
            asked.append(asyncio.create_task(turn(due)))
        await asyncio.gather(*asked)


def used(processes: Sequence[psutil.Process]) -> float:
    """Processor seconds of processes so far."""
    return sum(times.user + times.system for times in (process.cpu_times() for process in processes))


async def load(
    urls: Sequence[str], servers: Sequence[psutil.Process], seconds: float, people: int = 0, rate: float = 0.0
) -> Load:
    """Some seconds with so many people at once, or so many turns a second."""
    async with aiohttp.ClientSession(timeout=TIMEOUT, connector=aiohttp.TCPConnector(limit=0)) as http:
        crowd, own = Crowd(http, urls), [psutil.Process()]
        before, driver, began = used(servers), used(own), time.perf_counter()
        ends = began + seconds
        if people:
            await asyncio.gather(*(crowd.stay(ends) for _ in range(people)))
        else:
            await crowd.keep_coming(rate, ends)
        return Load(crowd.took, time.perf_counter() - began, used(servers) - before, used(own) - driver)


def ramp(urls: Sequence[str], servers: Sequence[psutil.Process], seconds: float) -> Iterator[tuple[str, Load]]:
    """More and more people until they get no more turns, then half of the best."""
    asyncio.run(load(urls, servers, seconds / 2, people=8))  # fills the caches
    best = 0.0
    for people in PEOPLE:
        found = asyncio.run(load(urls, servers, seconds, people=people))
        yield f"{people} at once", found
        if found.rate < best * GAIN:
            break
        best = max(best, found.rate)
    best = max(best, found.rate)
    yield f"{best / 2:.1f} turns a second", asyncio.run(load(urls, servers, 3 * seconds, rate=best / 2))


def main() -> None:
    """Prints a table for each number of workers, and the ratio of the best rates to that of the first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--apart", action="store_true", help="each worker on a core of its own")
    given = parser.parse_args()
    best: dict[int, float] = {}
    with shared_servers() as environment_of:
        for number in given.workers:
            cores = sorted(os.sched_getaffinity(0)) if given.apart else []
            with at_work(environment_of(f"for_{number}"), number, cores) as workers:
                print(f"\n{number} worker{'s' if number > 1 else ''}\n")
                print("| people | turns a second | p50, ms | p95 | p99 | processor ms a turn | cores of the driver |")
                print("|---|---|---|---|---|---|---|")
                urls = [worker.url for worker in workers[1::2]]
                for name, found in ramp(
                    urls, [psutil.Process(worker.process.pid) for worker in workers], given.seconds
                ):
                    best[number] = max(best.get(number, 0.0), found.rate)
                    print(found.row(name), flush=True)
    first = given.workers[0]
    for number in given.workers[1:]:
        print(f"\n{number} workers to {first}: {best[number] / best[first]:.2f} times the turns a second")


if __name__ == "__main__":
    main()
