"""An hour of people who come, ask and go: no failure, and nothing grows (MEDPATH_SOAK_SECONDS: another duration)."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psutil
import pytest
from crowd import TIMEOUT, Person, Visited, dealt, visit
from on_loopback import launched, make_project, servers_of

from medpath.serving.launcher import free_ports

SECONDS = "MEDPATH_SOAK_SECONDS"
HOUR = 3600
TURNS_PER_SECOND = 10
QUESTIONS = 5
MEASURED_EVERY = 5.0
# The conversations of the moment are kept in memory; afterwards there is no room for more of them.
BEFORE = 10 * (50,)
# Python gives memory back in pieces; a leak of 500 bytes a turn would be more in the last two thirds of an hour.
MOST_GROWTH_BYTES = 6 * 2**20
MOST_GROWTH_DESCRIPTORS = 10


@dataclass(frozen=True)
class Measured:
    """What a process holds at a moment."""

    memory: int
    descriptors: int


@pytest.mark.soak
def test_an_hour_leaves_no_trace_in_memory(tmp_path: Path) -> None:
    """Memory and descriptors of all three processes stay what they are once their memory of conversations is full."""
    seconds = float(os.environ.get(SECONDS) or HOUR)
    project, ports = make_project(tmp_path), free_ports()
    with launched(project, ports) as run:
        run.lines_until("ready")
        processes = [psutil.Process(run.process.pid), *servers_of(project)]
        for number in BEFORE:
            asyncio.run(visit(ports.url, number, QUESTIONS))
        visited, measured = asyncio.run(_live(ports.url, seconds, processes))
        run.process.terminate()
        ended = run.end()
    assert ended.out.split() == ["Stopping", "Medpath", "…"], "a part failed"
    assert not visited.faults, visited.faults[:3]
    assert (visited.cut_off, visited.told_to_send_again) == (0, [])
    turns = sum(len(person.questions) for person in visited.people)
    print(f"\n{turns} turns in {seconds:.0f} s")
    grown = [_grown(*series) for series in zip(processes, zip(*measured, strict=True), strict=True)]
    assert all(memory <= MOST_GROWTH_BYTES and more <= MOST_GROWTH_DESCRIPTORS for memory, more in grown)


async def _live(
    url: str, seconds: float, processes: Sequence[psutil.Process]
) -> tuple[Visited, list[tuple[Measured, ...]]]:
    """Lets a person in every half second, and measures the processes meanwhile."""
    measured: list[tuple[Measured, ...]] = []

    async def measure() -> None:
        while True:
            measured.append(tuple(Measured(one.memory_info().rss, one.num_fds()) for one in processes))
            await asyncio.sleep(MEASURED_EVERY)

    async with aiohttp.ClientSession(timeout=TIMEOUT, connector=aiohttp.TCPConnector(limit=0)) as http:
        measuring = asyncio.create_task(measure())
        number = max(1, int(seconds * TURNS_PER_SECOND / QUESTIONS))
        began, visits, people = time.monotonic(), [], []
        for turn, questions in enumerate(dealt(number, QUESTIONS)):
            await asyncio.sleep(began + turn * QUESTIONS / TURNS_PER_SECOND - time.monotonic())
            people.append(Person(http, url, questions))
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
