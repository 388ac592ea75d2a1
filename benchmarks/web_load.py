"""Many visitors at once on the web channel of a Medpath of their own: nothing may be lost, doubled or mixed up.

    uv run --no-sync python benchmarks/web_load.py [--visitors 200] [--at-once]

Each visitor begins a session and asks five questions, one after another or (`--at-once`) without waiting in between.
The questions are sample questions of facts, another one for each. Every tenth is sent twice with the same id. Then
each visitor reads what was said, which has to be what he was answered. In the end each conversation is held again,
alone: whoever got another's answer before gets a different one now. Prints the milliseconds of a message, p50, p95 and
p99, and ends with code 1 if anything went wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from medpath.answering.service import KNOWLEDGE
from medpath.knowledge.compiled import load_compiled
from medpath.project import find_project
from medpath.serving.launcher import free_ports, running

QUESTIONS = 5
SENT_TWICE = 10
TIMEOUT = aiohttp.ClientTimeout(total=120)

Replies = list[dict[str, Any]]


@dataclass
class Visitor:
    """One visitor: his questions by their ids, the replies, the milliseconds they took, and what went wrong."""

    http: aiohttp.ClientSession
    url: str
    questions: dict[str, str]
    headers: dict[str, str] = field(default_factory=dict)
    replies: dict[str, Replies] = field(default_factory=dict)
    milliseconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    async def visit(self, at_once: bool) -> None:
        """Begins a session, asks everything, and compares what was said in the end."""
        began = await self._get("POST", "sessions", 201)
        self.headers["Authorization"] = f"Bearer {began.get('session', {}).get('token')}"
        if at_once:
            await asyncio.gather(*map(self.ask, self.questions))
        else:
            for message_id in self.questions:
                await self.ask(message_id)
        await self.compare()

    async def ask(self, message_id: str) -> None:
        """Asks a question, every tenth one twice at the same time, and notes a failure."""
        times = 2 if int(message_id, 16) % SENT_TWICE == 0 else 1
        first, *again = await asyncio.gather(*(self._send(message_id) for _ in range(times)))
        if not first or any(reply["kind"] == "error" for reply in first) or any(other != first for other in again):
            self.faults.append(f"{self.questions[message_id]!r} was answered by {[first, *again]}")
        self.replies[message_id] = first

    async def compare(self) -> None:
        """Notes what the history lacks, holds twice, or tells otherwise; puts the questions in its order."""
        told: list[tuple[str, str, Replies]] = []
        for message in (await self._get("GET", "messages", 200)).get("messages", []):
            if message["from"] == "person":
                told.append((message["id"], message["text"], []))
            else:
                told[-1][2].append(message["reply"])
        expected = [(message_id, text, self.replies[message_id]) for message_id, text in self.questions.items()]
        if sorted(told, key=lambda turn: turn[0]) != sorted(expected, key=lambda turn: turn[0]):
            self.faults.append(f"the history tells {told} instead of {expected}")
        self.questions = {message_id: text for message_id, text, _ in told}

    async def _send(self, message_id: str) -> Replies:
        began = time.perf_counter()
        body = {"id": message_id, "text": self.questions[message_id]}
        content = await self._get("POST", "messages", 200, json=body)
        self.milliseconds.append((time.perf_counter() - began) * 1000)
        return list(content.get("replies", []))

    async def _get(self, method: str, path: str, status: int, **more: Any) -> dict[str, Any]:
        try:
            async with self.http.request(method, f"{self.url}/{path}", headers=self.headers, **more) as response:
                if response.status == status:
                    return dict(await response.json())
                self.faults.append(f"{method} {path}: {response.status} {await response.text()}")
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            self.faults.append(f"{method} {path}: {error!r}")
        return {}


async def visit_all(url: str, questions: Sequence[dict[str, str]], at_once: bool) -> tuple[list[Visitor], float]:
    """Lets all visitors in at the same time and holds each conversation again; gives them and the seconds at first."""
    async with aiohttp.ClientSession(timeout=TIMEOUT, connector=aiohttp.TCPConnector(limit=0)) as http:
        visitors = [Visitor(http, url, own) for own in questions]
        began = time.perf_counter()
        await asyncio.gather(*(visitor.visit(at_once) for visitor in visitors))
        seconds = time.perf_counter() - began
        for visitor in visitors:
            alone = Visitor(http, url, dict(visitor.questions))
            await alone.visit(at_once=False)
            visitor.faults += [f"alone: {fault}" for fault in alone.faults]
            if alone.replies != visitor.replies:
                visitor.faults.append(f"alone {alone.replies} instead of {visitor.replies}")
    return visitors, seconds


def dealt(visitors: int) -> list[dict[str, str]]:
    """The questions of each visitor by their ids, from all over the knowledge."""
    facts = load_compiled(find_project().index / KNOWLEDGE).facts
    texts = [fact.questions[0] for fact in facts]
    step = max(1, len(texts) // (visitors * QUESTIONS))
    picked = iter(texts[i * step % len(texts)] for i in range(visitors * QUESTIONS))
    return [{uuid.uuid4().hex: next(picked) for _ in range(QUESTIONS)} for _ in range(visitors)]


def report(visitors: Sequence[Visitor], seconds: float) -> int:
    """Prints the figures and the first faults; gives the exit code."""
    taken = [value for visitor in visitors for value in visitor.milliseconds]
    faults = [fault for visitor in visitors for fault in visitor.faults]
    different = {str(replies) for visitor in visitors for replies in visitor.replies.values()}
    if len(taken) > 1:
        cuts = statistics.quantiles(taken, n=100, method="inclusive")
        print(f"{len(visitors)} visitors, {len(taken)} messages in {seconds:.1f} s, {len(different)} different answers")
        print(f"milliseconds of a message: p50 {cuts[49]:.0f}, p95 {cuts[94]:.0f}, p99 {cuts[98]:.0f}")
    print(f"errors, lost, doubled or crossed messages: {len(faults)}")
    for fault in faults[:10]:
        print(" ", fault[:1000])
    return 1 if faults or not taken else 0


def main() -> int:
    """Starts Medpath with a database of its own and sends the visitors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, default=200)
    parser.add_argument("--at-once", action="store_true", help="all five questions of a visitor without waiting")
    given = parser.parse_args()
    questions = dealt(given.visitors)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MEDPATH_DATABASE"] = str(Path(folder) / "load.db")
        ports = free_ports()
        with running(find_project(), ports):
            return report(*asyncio.run(visit_all(f"{ports.url}/webhooks/web", questions, given.at_once)))


if __name__ == "__main__":
    sys.exit(main())
