"""The part of the stand-in that is Socket Mode: hello, envelopes and their acknowledgements, disconnect.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web
from slack_requests import APP, Payload


@dataclass
class Envelope:
    """What was sent through the socket, and the seconds until each acknowledgement."""

    content: Payload
    sent: float = 0.0
    acknowledged: list[float] = field(default_factory=list)


class Sockets:
    """The open connections of the app; `told` is called when something has happened."""

    def __init__(self, told: Callable[[], None], faults: list[str]) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self.opened = 0
        self._told = told
        self._faults = faults
        self._open: list[web.WebSocketResponse] = []
        self._tickets: set[str] = set()
        self._envelopes: dict[str, Envelope] = {}

    @property
    def connected(self) -> int:
        """How many connections are open."""
        return len(self._open)

    def new_url(self, address: str) -> str:
        """A fresh address for one connection."""
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        return f"ws://{address}/link/?ticket={ticket}&app_id={APP}"

    def send(self, kind: str, payload: Payload, again: Envelope | None = None) -> Envelope:
        """Sends an event (`events_api`), a command (`slash_commands`) or a click (`interactive`); the same `again`."""
        content = {
            "envelope_id": str(uuid.uuid4()),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
            **({"retry_attempt": 0, "retry_reason": ""} if kind == "events_api" else {}),
        }
        if again:
            content = {**again.content, "retry_attempt": 1, "retry_reason": "timeout"}
        envelope = again or Envelope(content)
        envelope.sent = time.monotonic()
        self._envelopes[content["envelope_id"]] = envelope
        self._run(self._open[-1].send_str(json.dumps(content)))
        return envelope

    def refresh(self) -> None:
        """Asks the app to connect anew, as Slack does every few hours, and hangs up."""
        self._run(self._refresh(self._open[-1]))

    def hang_up(self) -> None:
        """Breaks the connection without a word."""
        self._run(self._open[-1].close())

    async def close(self) -> None:
        """Ends all connections."""
        for socket in list(self._open):
            await socket.close()

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        """A connection of the app, from hello to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            self._faults.append("a connection without a fresh ticket")
            raise web.HTTPForbidden
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str(json.dumps(_hello(len(self._open) + 1)))
        self._open.append(socket)
        self.opened += 1
        self._told()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledged(message.data)
        finally:
            self._open.remove(socket)
            self._told()
        return socket

    async def _refresh(self, socket: web.WebSocketResponse) -> None:
        note = {"type": "disconnect", "reason": "refresh_requested", "debug_info": {"host": "wss-111.slack.com"}}
        await socket.send_str(json.dumps(note))
        await socket.close()

    def _acknowledged(self, text: str) -> None:
        answer = json.loads(text)
        envelope = self._envelopes.get(answer.get("envelope_id"))
        if envelope is None:
            self._faults.append(f"an acknowledgement of nothing: {text}")
        else:
            envelope.acknowledged.append(time.monotonic() - envelope.sent)
        self._told()

    def _run(self, work: Any) -> None:
        assert self.loop is not None
        asyncio.run_coroutine_threadsafe(work, self.loop).result()


def _hello(connections: int) -> Payload:
    debug = {"host": "applink-7fc4fdbb64-4x5xq", "build_number": 10, "approximate_connection_time": 18060}
    info = {"app_id": APP}
    return {"type": "hello", "num_connections": connections, "connection_info": info, "debug_info": debug}
