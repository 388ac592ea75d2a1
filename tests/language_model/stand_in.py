"""A stand-in for an operator's language model: an OpenAI-compatible server on loopback that does as it is told."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Behavior = Callable[[dict[str, Any]], Awaitable[web.StreamResponse]]


@dataclass
class StandIn:
    """Its address, what it was asked (headers and bodies), and what it does with the next request."""

    url: str
    behavior: Behavior
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def told(self) -> list[dict[str, Any]]:
        """The inquiries that were sent, as the model reads them."""
        return [json.loads(body["messages"][-1]["content"]) for body in self.bodies]


def completion(text: Any) -> web.Response:
    """A chat completion that says a text, or an object as JSON."""
    said = text if isinstance(text, str) else json.dumps(text)
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": said}}
    return web.json_response({"id": "x", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]})


def says(text: Any) -> Behavior:
    """Answers every request with the same text or object."""

    async def behave(body: dict[str, Any]) -> web.StreamResponse:
        return completion(text)

    return behave


def chooses(*ids: str, opening: str = "none") -> dict[str, Any]:
    """The verdict that names facts for one thing asked."""
    return {"decision": "answer", "things": [{"ids": list(ids), "opening": opening}], "ids": [], "phrase": ""}


def offered(body: dict[str, Any]) -> list[str]:
    """The ids of the facts in a request."""
    return [fact["id"] for fact in json.loads(body["messages"][-1]["content"])["facts"]]


@contextmanager
def standing_in(behavior: Behavior) -> Iterator[StandIn]:
    """A stand-in at work on a free port, in a thread of its own."""
    loop, ready = asyncio.new_event_loop(), threading.Event()
    made: list[StandIn] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        body = await request.json()
        made[0].bodies.append(body)
        made[0].headers.append({name.lower(): value for name, value in request.headers.items()})
        return await made[0].behavior(body)

    async def begin() -> web.AppRunner:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        made.append(StandIn(f"http://127.0.0.1:{port}/v1", behavior))
        return runner

    def work() -> None:
        asyncio.set_event_loop(loop)
        runner = loop.run_until_complete(begin())
        ready.set()
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        loop.close()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield made[0]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
