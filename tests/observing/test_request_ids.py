"""One id for all that a request sets off."""

from __future__ import annotations

import asyncio
import json
import uuid
from contextvars import Context
from typing import Any

import pytest
import requests
from on_loopback import Running

from medpath.observing.request_ids import current_request, take_request_id, under_an_id

TIMEOUT = 60
SPOKEN = "narwhal"


@pytest.mark.parametrize("given", ["3f2b7c1e-aaaa-4bbb-8ccc-0123456789ab", "a" * 64, "Root.1-67891233_abc"])
def test_the_id_of_a_proxy_is_kept(given: str) -> None:
    """So that its log and ours can be read together."""
    assert take_request_id(given) == given == current_request()


@pytest.mark.parametrize(
    "given", [None, "", "short", "a" * 65, "two words here", "a\nb" * 5, '"><script>', "-" * 20, "é" * 10]
)
def test_what_is_no_id_is_replaced(given: str | None) -> None:
    """Nobody writes into our logs what he likes."""
    made = take_request_id(given)
    assert made != given
    assert uuid.UUID(hex=made)


def test_work_without_a_request_gets_an_id_of_its_own() -> None:
    """What comes through Slack's socket, in a connection that lasts for days."""

    async def work() -> str:
        return current_request()

    async def run() -> list[str]:
        return [await under_an_id(asyncio.create_task, work()) for _ in range(2)]

    first, second = Context().run(asyncio.run, run())
    assert first
    assert second
    assert first != second


def ask(medpath: Running, **headers: str) -> requests.Response:
    body = {"sender": f"{SPOKEN}-{uuid.uuid4().hex}", "message": f"how long is a {SPOKEN} residency in surgery"}
    return requests.post(f"{medpath.url}/webhooks/rest/webhook", json=body, headers=headers, timeout=TIMEOUT)


def test_every_answer_carries_one(medpath_running: Running) -> None:
    """Also refusals and pages, in both servers; a well-formed one of the request's own."""
    own = uuid.uuid4().hex
    assert ask(medpath_running, **{"X-Request-ID": own}).headers["X-Request-ID"] == own
    actions = f"http://127.0.0.1:{medpath_running.ports.actions}"
    made = set()
    for url in (medpath_running.url, actions):
        for path in ("/", "/health", "/nothing", "/webhooks/web/nothing", "/metrics"):
            made.add(requests.get(url + path, timeout=TIMEOUT).headers["X-Request-ID"])
    assert len(made) == 10
    assert all(uuid.UUID(hex=one) for one in made)


def lines(medpath: Running, server: str) -> list[dict[str, Any]]:
    """What a server has logged, as JSON; the line of the launcher that says when it began is for people."""
    text = medpath.service(server).log.read_text()
    return [json.loads(line) for line in text.splitlines() if not line.startswith("=== ")]


def test_the_logs_of_both_servers_tell_of_a_request_by_its_id(watched: Running) -> None:
    """What was asked and in which conversation stays out of them."""
    *before, own = (uuid.uuid4().hex for _ in range(3))
    assert all(ask(watched, **{"X-Request-ID": one}).ok for one in (*before, own))
    for server in ("Rasa server", "action server"):  # every turn, also where nothing but the id tells them apart
        told = [line.get("request_id") for line in lines(watched, server)]
        assert [told.count(one) for one in (*before, own)] == [1, 1, 1]
    (turn,) = [line for line in lines(watched, "Rasa server") if line.get("request_id") == own]
    (action,) = [line for line in lines(watched, "action server") if line.get("request_id") == own]
    assert (turn["server"], turn["channel"], turn["outcome"]) == ("rasa", "rest", "answered")
    assert turn["kinds"]
    assert 0 < action["seconds"] < turn["seconds"]
    assert action["action"] == "action_answer"
    assert turn["trace_id"] == action["trace_id"]
    for name in ("Rasa server", "action server"):
        assert SPOKEN not in watched.service(name).log.read_text()
