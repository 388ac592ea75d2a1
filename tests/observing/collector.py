"""A stand-in for an OpenTelemetry collector: takes spans over OTLP/HTTP and keeps them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATIENCE_SECONDS = 15.0


@dataclass(frozen=True)
class Span:
    """A span as it was sent, with the name of the service that sent it."""

    service: str
    name: str
    trace: str
    id: str
    parent: str
    attributes: dict[str, Any]


@dataclass
class Collector:
    """What has come, as spans and as bytes."""

    url: str
    spans: list[Span] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def take(self, body: bytes) -> None:
        self.bodies.append(body)
        for of_service in json.loads(body)["resourceSpans"]:
            service = _plain(of_service["resource"]["attributes"])["service.name"]
            for scope in of_service["scopeSpans"]:
                self.spans += [
                    Span(
                        service,
                        one["name"],
                        one["traceId"],
                        one["spanId"],
                        one.get("parentSpanId", ""),
                        _plain(one["attributes"]),
                    )
                    for one in scope["spans"]
                ]

    def wait_for(self, request_id: str, expected: Set[tuple[str, str]]) -> list[Span]:
        """The spans of a request, once those are there that are expected by service and name."""
        ends = time.monotonic() + PATIENCE_SECONDS
        while True:
            found = [span for span in self.spans if span.attributes.get("medpath.request_id") == request_id]
            missing = expected - {(span.service, span.name) for span in found}
            if not missing:
                return found
            assert time.monotonic() < ends, f"missing: {missing}"
            time.sleep(0.05)


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            found.take(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *given: Any) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found = Collector(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()


def _plain(attributes: list[dict[str, Any]]) -> dict[str, Any]:
    return {one["key"]: _value(one["value"]) for one in attributes}


def _value(given: dict[str, Any]) -> Any:
    if "arrayValue" in given:
        return [_value(one) for one in given["arrayValue"]["values"]]
    return given.get("stringValue")
