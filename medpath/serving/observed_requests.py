"""Gives each request an id, which its answer, the logs and the action server carry, and counts the answers."""

from __future__ import annotations

import asyncio
from typing import Any

from prometheus_client import Counter
from sanic import Sanic
from sanic.request import Request
from sanic.response import BaseHTTPResponse

from medpath.observing.registry import registry
from medpath.observing.request_ids import HEADER, take_request_id
from medpath.observing.state import tell_connections
from medpath.observing.tracing import go_on_with_trace, send_last_spans

# What leads to none of our addresses; each of them would be a label of its own.
NOWHERE = "none"

_responses = Counter("medpath_http_responses", "Answers to requests", ["path", "status"], registry=registry)


def observe_requests(app: Sanic) -> None:
    """Adds what is done before and after each request."""

    def begin(request: Request) -> None:
        if not hasattr(request.ctx, "id"):  # Sanic comes by twice for a request that fails
            request.ctx.id = take_request_id(request.headers.get(HEADER))
            go_on_with_trace(request.headers)

    def end(request: Request, answer: BaseHTTPResponse) -> None:
        answer.headers[HEADER] = getattr(request.ctx, "id", "")
        path = f"/{request.route.path}" if request.route else NOWHERE
        _responses.labels(path, str(answer.status)).inc()

    app.register_middleware(begin, "request")
    app.register_middleware(end, "response")
    tell_connections(lambda: len(app.ctx.connections))


def send_spans_at_the_end(app: Sanic) -> None:
    """Hands the collector of traces what it has not got yet when the server stops."""

    async def send(_app: Sanic, _loop: Any = None) -> None:
        await asyncio.to_thread(send_last_spans)

    app.register_listener(send, "after_server_stop")
