"""Traces of turns, from the proxy's to the collector."""

from __future__ import annotations

import threading
import time
import uuid

import pytest
import requests
from collector import Collector
from on_loopback import Running

from medpath.errors import SetupError
from medpath.observing import tracing
from medpath.observing.logs import FORMAT, set_up_logs
from medpath.observing.tracing import ENDPOINT, PROTOCOL, set_up_tracing, span, trace_headers

SPOKEN = "narwhal"
TIMEOUT = 60
STAGES = {
    ("medpath-rasa", "turn"),
    ("medpath-rasa", "understanding"),
    ("medpath-rasa", "action_call"),
    ("medpath-actions", "answering"),
    ("medpath-rasa", "storage_write"),
}


def test_a_turn_is_one_trace_through_both_servers(watched: Running, collector: Collector) -> None:
    """Under the span that the proxy began; no text and no conversation in it."""
    own, trace, parent = uuid.uuid4().hex, uuid.uuid4().hex, "00f067aa0ba902b7"
    asked = requests.post(
        f"{watched.url}/webhooks/rest/webhook",
        json={"sender": f"{SPOKEN}-1", "message": f"how long is a {SPOKEN} residency in surgery"},
        headers={"X-Request-ID": own, "traceparent": f"00-{trace}-{parent}-01", "tracestate": f"a={SPOKEN}"},
        timeout=TIMEOUT,
    )
    assert asked.ok
    spans = {one.name: one for one in collector.wait_for(own, STAGES)}
    assert {one.trace for one in spans.values()} == {trace}
    assert spans["turn"].parent == parent
    assert spans["understanding"].parent == spans["turn"].id
    assert spans["answering"].parent == spans["action_call"].id
    assert spans["turn"].attributes["medpath.channel"] == "rest"
    assert spans["turn"].attributes["medpath.kinds"]
    assert SPOKEN.encode() not in b"".join(collector.bodies)


def test_without_a_collector_nothing_is_loaded() -> None:
    """And nothing is sent on."""
    set_up_tracing({}, "medpath")
    set_up_tracing({ENDPOINT: "http://127.0.0.1:4318", "OTEL_SDK_DISABLED": "true"}, "medpath")
    with span("turn") as begun:
        assert begun is None
        assert trace_headers() == {}


def test_a_collector_that_does_not_answer_holds_no_server_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The launcher kills after ten seconds, in which the conversations have to be written too."""
    hangs = threading.Event()

    class Provider:
        def force_flush(self) -> None:
            hangs.wait(60)

    monkeypatch.setattr(tracing, "_provider", Provider())
    began = time.monotonic()
    tracing.send_last_spans()
    assert time.monotonic() - began < 5
    hangs.set()


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({ENDPOINT: "127.0.0.1:4318"}, "http://127.0.0.1:4318"),
        ({ENDPOINT: "http://"}, ENDPOINT),
        ({ENDPOINT: "http://a:b"}, ENDPOINT),
        ({ENDPOINT: "http://127.0.0.1:4317", PROTOCOL: "grpc"}, "http/json"),
    ],
)
def test_a_collector_that_cannot_be_spoken_to_is_told(environment: dict[str, str], told: str) -> None:
    """In a sentence, at the start."""
    with pytest.raises(SetupError, match=told):
        set_up_tracing(environment, "medpath")


def test_a_format_that_there_is_not_is_told() -> None:
    """With those that there are."""
    with pytest.raises(SetupError, match="plain or json"):
        set_up_logs({FORMAT: "xml"}, "rasa", "%(message)s")
