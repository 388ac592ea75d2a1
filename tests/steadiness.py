"""People who come one after another for a long time, and what the servers hold meanwhile."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp
import psutil
from crowd import TIMEOUT, Person, Visited, dealt, visit

SECONDS = "MEDPATH_SOAK_SECONDS"
HOUR = 3600
QUESTIONS = 5
MEASURED_EVERY = 5.0
# The conversations of the moment are kept in memory; afterwards there is no room for more of them.
BEFORE = 10 * (50,)
# Python gives memory back in pieces. In an hour of ten turns a second a leak of 500 bytes a turn would be more, in one
# of four at two servers of each kind one of 2,600.
MOST_GROWTH_BYTES = 6 * 2**20
MOST_GROWTH_DESCRIPTORS = 10


@dataclass(frozen=True)
class Measured:
    """What a process holds at a moment."""

    memory: int
    descriptors: int


def assert_steady(processes: Sequence[psutil.Process], turns_per_second: float, url: str, *others: str) -> None:
    """Nobody is failed by any of the servers, and no process grows once its memory of conversations is full."""
    seconds = float(os.environ.get(SECONDS) or HOUR)
    for number in BEFORE:
        asyncio.run(visit(url, number, QUESTIONS, others=others))
    visited, measured = asyncio.run(_live(processes, seconds, turns_per_second, url, others))
    assert not visited.faults, visited.faults[:3]
    assert (visited.cut_off, visited.told_to_send_again) == (0, [])
    turns = sum(len(person.questions) for person in visited.people)
    print(f"\n{turns} turns in {seconds:.0f} s")
    grown = [_grown(*series) for series in zip(processes, zip(*measured, strict=True), strict=True)]
    assert all(memory <= MOST_GROWTH_BYTES and more <= MOST_GROWTH_DESCRIPTORS for memory, more in grown)


async def _live(
    processes: Sequence[psutil.Process], seconds: float, turns_per_second: float, url: str, others: Sequence[str]
) -> tuple[Visited, list[tuple[Measured, ...]]]:
    """Lets in a person at a time, and measures the processes meanwhile."""
    measured: list[tuple[Measured, ...]] = []

    async def measure() -> None:
        while True:
            measured.append(tuple(Measured(one.memory_info().rss, one.num_fds()) for one in processes))
            await asyncio.sleep(MEASURED_EVERY)

    async with aiohttp.ClientSession(timeout=TIMEOUT, connector=aiohttp.TCPConnector(limit=0)) as http:
        measuring = asyncio.create_task(measure())
        number = max(1, int(seconds * turns_per_second / QUESTIONS))
        began, visits, people = time.monotonic(), [], []
        for turn, questions in enumerate(dealt(number, QUESTIONS)):
            await asyncio.sleep(began + turn * QUESTIONS / turns_per_second - time.monotonic())
            people.append(Person(http, url, questions, other_urls=others))
            visits.append(asyncio.create_task(_visit(people[-1])))
        faults = [fault for found in await asyncio.gather(*visits) for fault in found]
        measuring.cancel()
    return Visited(people, faults), measured


async def _visit(person: Person) -> list[str]:
    await person.visit()
    return await person.faults()


def _grown(process: psutil.Process, series: Sequence[Measured]) -> tuple[float, float]:
    """By how much memory (bytes) and descriptors grew from the second third to the last.

    In the first one the caches fill with what people ask, and the first pass over all questions ends.
    """
    third = max(1, len(series) // 3)
    early, late = series[third : 2 * third] or series, series[-third:]
    memory = [statistics.median(one.memory for one in part) for part in (early, late)]
    descriptors = [statistics.median(one.descriptors for one in part) for part in (early, late)]
    print(f"{process.pid}: {memory[0] / 2**20:.1f} to {memory[1] / 2**20:.1f} MB, {descriptors} descriptors")
    return memory[1] - memory[0], descriptors[1] - descriptors[0]
