"""The client of the REST channel: replies in records, and one kind of error for all that can go wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

import medpath.channels.client
from medpath.channels.client import Client
from medpath.channels.replies import Reply
from medpath.errors import ServiceError
from medpath.serving.launcher import free_ports

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _send(url: str, text: str = "When is Match Day?") -> list[Reply]:
    async def send() -> list[Reply]:
        async with Client(url) as client:
            return await client.send("client", text)

    return asyncio.run(send())


def _send_to(handler: Handler) -> list[Reply]:
    """Sends a message to a server on loopback that is not Medpath."""

    async def send() -> list[Reply]:
        app = web.Application()
        app.router.add_post("/webhooks/rest/webhook", handler)
        async with TestServer(app) as server, Client(str(server.make_url("/"))) as client:
            return await client.send("client", "When is Match Day?")

    return asyncio.run(send())


def test_replies_come_as_records(medpath_url: str) -> None:
    """An answer comes with its parts, ready to be drawn."""
    (reply,) = _send(medpath_url, "How many years is an internal medicine residency?")
    assert reply.kind == "answer"
    assert reply.body in reply.text
    assert reply.facts
    assert reply.sources[0].url.startswith("http")
    assert reply.buttons[0].payload
    assert reply.score > 0


def test_a_slash_after_the_address_does_no_harm(medpath_url: str) -> None:
    """The address may be typed with a slash at its end."""
    assert _send(f"{medpath_url}/")


def test_nobody_there() -> None:
    """A port on which nothing answers is told as such."""
    with pytest.raises(ServiceError, match="cannot be reached"):
        _send(free_ports().url)


def test_use_before_it_is_open() -> None:
    """A client that was not opened says so."""
    with pytest.raises(ServiceError, match="async with"):
        asyncio.run(Client("http://127.0.0.1:1").send("client", "hi"))


@pytest.mark.parametrize(
    "body",
    [
        "5",
        "null",
        "{",
        '{"a": 1}',
        '["hello"]',
        "[null]",
        '[{"text": "x", "custom": "y"}]',
        '[{"text": "x", "custom": {"sources": [{}]}}]',
        '[{"text": "x", "buttons": [{"name": "y"}]}]',
        '[{"text": "x", "custom": {"score": "high"}}]',
    ],
)
def test_another_program_that_answers_is_recognised(body: str) -> None:
    """JSON that no Medpath would send is told as another program's."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=body, content_type="application/json")

    with pytest.raises(ServiceError, match="is not Medpath"):
        _send_to(answer)


def test_a_web_page_is_no_answer() -> None:
    """An address that serves pages is no Medpath."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(text="<html>Welcome</html>", content_type="text/html")

    with pytest.raises(ServiceError):
        _send_to(answer)


@pytest.mark.parametrize("status", [400, 404, 500, 503])
def test_an_error_status_is_told(status: int) -> None:
    """The status of a request that failed is in the message."""

    async def fail(request: web.Request) -> web.Response:
        return web.Response(status=status)

    with pytest.raises(ServiceError, match=str(status)):
        _send_to(fail)


def test_a_connection_cut_in_the_middle_is_told() -> None:
    """A server that goes away while it answers is told as unreachable."""

    async def break_off(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"[")
        assert request.transport is not None
        request.transport.close()
        return response

    with pytest.raises(ServiceError, match="cannot be reached"):
        _send_to(break_off)


def test_a_server_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for ever: after the time for a turn the server counts as unreachable."""
    monkeypatch.setattr(medpath.channels.client, "TURN_SECONDS", 0.2)

    async def never(request: web.Request) -> web.Response:
        await asyncio.get_running_loop().create_future()
        return web.Response()

    with pytest.raises(ServiceError, match="cannot be reached"):
        _send_to(never)
