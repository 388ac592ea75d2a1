"""The client against servers that help, fail, lie and hang."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web
from stand_in import Behavior, StandIn, chooses, completion, offered, says, standing_in
from test_prompt import INQUIRY

from medpath.answering.consulting import Inquiry, Thing, Verdict
from medpath.language_model import metrics
from medpath.language_model.breaker import FAILURES
from medpath.language_model.client import LARGEST_ANSWER, LanguageModel
from medpath.language_model.settings import ModelSettings

GOOD = chooses("step-1/b")
CHOSEN = Verdict(things=(Thing(("step-1/b",)),))
SECONDS = 1.0


def _ask(stand_in: StandIn, times: int = 1, wider: Callable[[str], Inquiry] | None = None, **more: Any) -> list[Any]:
    """What the model chooses, asked so many times in a row by one client."""

    async def ask() -> list[Any]:
        model = LanguageModel(ModelSettings(stand_in.url, "some-model", **{"seconds": SECONDS, **more}))
        try:
            return [await model.choose(INQUIRY, wider or (lambda phrase: INQUIRY)) for _ in range(times)]
        finally:
            await model.close()

    return asyncio.run(ask())


def _count(outcome: str) -> float:
    return metrics.registry.get_sample_value(f"{metrics.TURNS}_total", {"outcome": outcome}) or 0.0


def test_a_good_server_chooses() -> None:
    """It is asked for the configured model, by a schema, without sampling and for a short answer."""
    with standing_in(says(GOOD)) as server:
        assert _ask(server, key="s3cret") == [CHOSEN]
    (body,), (headers,) = server.bodies, server.headers
    assert (body["model"], body["temperature"], body["max_tokens"]) == ("some-model", 0, 400)
    assert body["response_format"]["type"] == "json_schema"
    assert headers["authorization"] == "Bearer s3cret"


def test_nothing_is_told_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No name of the system, of Python or of an account of the operator's goes along."""
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-the-operator")
    monkeypatch.setenv("OPENAI_API_KEY", "another-key")
    with standing_in(says(GOOD)) as server:
        _ask(server)
    (headers,) = server.headers
    plain = {"host", "accept", "accept-encoding", "connection", "content-type", "content-length", "user-agent"}
    assert set(headers) == plain | {"authorization"}
    assert headers["user-agent"] == "medpath"
    assert "another-key" not in headers["authorization"]


def test_it_may_search_once() -> None:
    """The second request holds what the further search found; a second wish to search counts for nothing."""
    found = replace(INQUIRY, candidates=INQUIRY.candidates[:2], may_search=False)
    asked: list[str] = []

    def wider(phrase: str) -> Inquiry:
        asked.append(phrase)
        return found

    search = {"decision": "search", "things": [], "ids": [], "phrase": "step 1 retake"}

    async def behave(body: dict[str, Any]) -> web.StreamResponse:
        return completion(GOOD if len(offered(body)) == 2 else search)

    with standing_in(behave) as server:
        assert _ask(server, wider=wider) == [CHOSEN]
        assert asked == ["step 1 retake"]
        server.behavior = says(search)
        assert _ask(server, wider=wider) == [None]


@pytest.mark.parametrize(
    ("complaint", "left_out"),
    [
        ("response_format json_schema is not supported", "schema"),
        ("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", "max_tokens"),
        ("temperature does not support 0 with this model", "temperature"),
    ],
)
def test_what_a_server_does_not_know_is_left_out(complaint: str, left_out: str) -> None:
    """It is found out once; later requests are made without it at once."""

    async def behave(body: dict[str, Any]) -> web.StreamResponse:
        known = {
            "schema": body.get("response_format", {}).get("type") != "json_schema",
            "max_tokens": "max_tokens" not in body,
            "temperature": "temperature" not in body,
        }[left_out]
        return completion(GOOD) if known else web.json_response({"error": {"message": complaint}}, status=400)

    with standing_in(behave) as server:
        assert _ask(server, times=2) == [CHOSEN, CHOSEN]
    assert len(server.bodies) == 3


async def _hangs(body: dict[str, Any]) -> web.StreamResponse:
    await asyncio.sleep(30)
    return completion(GOOD)


async def _floods(body: dict[str, Any]) -> web.StreamResponse:
    return web.Response(text="x" * (2 * LARGEST_ANSWER), content_type="application/json")


async def _packs(body: dict[str, Any]) -> web.StreamResponse:
    packed = completion(GOOD)
    packed.enable_compression(web.ContentCoding.gzip)
    return web.Response(body=b"\x1f\x8b\x08\x00", headers={"Content-Encoding": "gzip"})


async def _drops(body: dict[str, Any]) -> web.StreamResponse:
    raise asyncio.CancelledError


def _status(status: int, **headers: str) -> Behavior:
    async def behave(body: dict[str, Any]) -> web.StreamResponse:
        return web.json_response({"error": {"message": "no"}}, status=status, headers=headers)

    return behave


def _raw(content: Any) -> Behavior:
    async def behave(body: dict[str, Any]) -> web.StreamResponse:
        return web.json_response(content)

    return behave


@pytest.mark.parametrize(
    ("behavior", "outcome"),
    [
        (_hangs, metrics.SLOW),
        (_status(500), metrics.REFUSED),
        (_status(401), metrics.REFUSED),
        (_status(429), metrics.REFUSED),
        (_status(400), metrics.REFUSED),
        (_status(307, Location="http://127.0.0.1:1/v1/chat/completions"), metrics.REFUSED),
        (_drops, metrics.UNREACHABLE),
        (says("You may retake it as often as you like, says Medpath."), metrics.UNUSABLE),
        (says(chooses("made-up/fact")), metrics.UNUSABLE),
        (says(""), metrics.UNUSABLE),
        (_raw({"choices": []}), metrics.UNUSABLE),
        (_raw({"choices": None}), metrics.UNUSABLE),
        (_raw([1, 2]), metrics.UNUSABLE),
        (_raw({"choices": [{"message": {"content": ["step-1/b"]}}]}), metrics.UNUSABLE),
    ],
)
def test_a_bad_server_leaves_the_local_replies(behavior: Behavior, outcome: str) -> None:
    """Whatever it does, nothing is raised, nobody waits longer than the limit, and it is counted."""
    with standing_in(behavior) as server:
        before, began = _count(outcome), time.monotonic()
        assert _ask(server) == [None]
        assert time.monotonic() - began < SECONDS + 1
        assert _count(outcome) == before + 1


@pytest.mark.parametrize("behavior", [_floods, _packs])
def test_no_flood_is_read(behavior: Behavior) -> None:
    """An answer that goes on, or comes packed though it may not, is left."""
    with standing_in(behavior) as server:
        assert _ask(server) == [None]


def test_a_redirect_is_not_followed() -> None:
    """Messages and key go to the configured host alone."""
    with (
        standing_in(says(GOOD)) as other,
        standing_in(_status(307, Location=f"{other.url}/chat/completions")) as server,
    ):
        assert _ask(server, key="s3cret") == [None]
        assert other.bodies == []


def test_a_server_that_is_gone_is_spared() -> None:
    """After some failures in a row it is not asked any more for a while."""
    with standing_in(_status(500)) as server:
        before = _count(metrics.SPARED)
        assert _ask(server, times=FAILURES + 5) == [None] * (FAILURES + 5)
        assert len(server.bodies) == FAILURES
        assert _count(metrics.SPARED) == before + 5


def test_a_minute_has_so_many_turns() -> None:
    """Above that the local replies are given, and no request is made."""
    with standing_in(says(GOOD)) as server:
        assert _ask(server, times=3, turns_per_minute=2) == [CHOSEN, CHOSEN, None]
    assert len(server.bodies) == 2


def test_neither_key_nor_message_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Also where the server repeats both in its refusal."""

    async def behave(body: dict[str, Any]) -> web.StreamResponse:
        return web.json_response({"error": {"message": f"s3cret {json.dumps(body)}"}}, status=401)

    with standing_in(behave) as server, caplog.at_level(logging.DEBUG):
        assert _ask(server, key="s3cret") == [None]
    assert "of no use" in caplog.text
    assert not any(mark in caplog.text for mark in ("s3cret", INQUIRY.message, "step-1/b"))
