"""A crowd on the web channel that sends again what was not answered, as the widget does, and counts what went wrong."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from medpath.answering.service import KNOWLEDGE
from medpath.channels.keeping import NOT_KEPT
from medpath.knowledge.compiled import load_compiled
from medpath.project import find_project

TIMEOUT = aiohttp.ClientTimeout(total=70)
PATIENCE_SECONDS = 180
PAUSE_SECONDS = 1.0
# Medpath is busy, or was asked too often: the widget sends again then too.
LATER = (429, 503)


@dataclass
class Person:
    """One person in the crowd: what he asks by id, what he was answered, and what he had to send again.

    Each request goes to any of the servers that there are.
    """

    http: aiohttp.ClientSession
    url: str
    questions: dict[str, str]
    answers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    told_to_send_again: list[str] = field(default_factory=list)
    cut_off: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    other_urls: Sequence[str] = ()

    async def visit(self) -> None:
        """Asks everything, one question after another, then reads what was said."""
        session = await self._until_it_works("POST", "sessions")
        self.headers["Authorization"] = f"Bearer {session['session']['token']}"
        for message_id, text in self.questions.items():
            self.answers[message_id] = await self._answer(message_id, text)

    async def faults(self) -> list[str]:
        """What the history lacks, holds twice or tells otherwise."""
        told: list[tuple[str, str, list[dict[str, Any]]]] = []
        for message in (await self._until_it_works("GET", "messages"))["messages"]:
            if message["from"] == "person":
                told.append((message["id"], message["text"], []))
            else:
                told[-1][2].append(message["reply"])
        expected = [(message_id, text, self.answers.get(message_id, [])) for message_id, text in self.questions.items()]
        if told == expected:
            return []
        if [turn[:2] for turn in told] != [turn[:2] for turn in expected]:
            return [f"the history has {[turn[:2] for turn in told]} instead of {[turn[:2] for turn in expected]}"]
        return [
            f"{text!r} has {_brief(kept)} in the history and was answered with {_brief(answered)}"
            for (_, text, kept), (_, _, answered) in zip(told, expected, strict=True)
            if kept != answered
        ]

    async def _answer(self, message_id: str, text: str) -> list[dict[str, Any]]:
        while True:
            answered = await self._until_it_works("POST", "messages", {"id": message_id, "text": text})
            replies: list[dict[str, Any]] = answered["replies"]
            if not any(reply["kind"] == "error" or NOT_KEPT in reply["warnings"] for reply in replies):
                return replies
            self.told_to_send_again.append(replies[0]["text"])
            await asyncio.sleep(PAUSE_SECONDS)

    async def _until_it_works(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                url = f"{random.choice((self.url, *self.other_urls))}/webhooks/web/{path}"
                async with self.http.request(method, url, headers=self.headers, json=body) as response:
                    if response.status in (200, 201):
                        return dict(await response.json())
                    assert response.status in LATER, await response.text()
                    await asyncio.sleep(float(response.headers["Retry-After"]))
            except (aiohttp.ClientError, asyncio.TimeoutError):
                self.cut_off += 1
            assert time.monotonic() < deadline, f"{method} {path} was not answered"
            await asyncio.sleep(PAUSE_SECONDS)


def _brief(replies: Sequence[dict[str, Any]]) -> list[tuple[str, str, list[str]]]:
    return [(reply["kind"], reply["text"][:80], reply["warnings"]) for reply in replies]


@dataclass(frozen=True)
class Visited:
    """How a crowd fared: its people, and the faults found in what was kept."""

    people: Sequence[Person]
    faults: Sequence[str]

    @property
    def told_to_send_again(self) -> list[str]:
        return [text for person in self.people for text in person.told_to_send_again]

    @property
    def cut_off(self) -> int:
        return sum(person.cut_off for person in self.people)


async def visit(url: str, number: int, each: int = 2, disturb: Any = None, others: Sequence[str] = ()) -> Visited:
    """Lets a crowd in at the same time, to a server or to any of several; `disturb` is awaited beside it."""
    async with aiohttp.ClientSession(timeout=TIMEOUT, connector=aiohttp.TCPConnector(limit=0)) as http:
        people = [Person(http, url, questions, other_urls=others) for questions in dealt(number, each)]
        await asyncio.gather(*(person.visit() for person in people), *([disturb()] if disturb else []))
        found = await asyncio.gather(*(person.faults() for person in people))
    return Visited(people, [fault for faults in found for fault in faults])


def dealt(people: int, each: int) -> list[dict[str, str]]:
    """The questions of each person by their ids, from all over the knowledge."""
    texts = [fact.questions[0] for fact in load_compiled(find_project().index / KNOWLEDGE).facts]
    step = max(1, len(texts) // (people * each))
    picked = iter(texts[i * step % len(texts)] for i in range(people * each))
    return [{uuid.uuid4().hex: next(picked) for _ in range(each)} for _ in range(people)]
