"""The client against servers that help, fail, lie and hang."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web
from stand_in import Behavior, StandIn, chooses, completion, offered, says, standing_in
from test_prompt import INQUIRY

from medpath.answering.conversation.consulting import Inquiry, Thing, Verdict
from medpath.channels.turns import AT_ONCE
from medpath.language_model.client import LARGEST_ANSWER, MOST_WAITING, LanguageModel
from medpath.language_model.settings import ModelSettings
from medpath.observing import model_turns as metrics

FAILURES = 3
GOOD = chooses("step-1/b")
CHOSEN = Verdict(things=(Thing(("step-1/b",), ""),))
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
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Account: of-the-operator")
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
    """A good answer, padded to more than an answer may hold."""
    return web.Response(body=completion(GOOD).body + b" " * LARGEST_ANSWER, content_type="application/json")


async def _packs(body: dict[str, Any]) -> web.StreamResponse:
    """A good answer, packed though it was asked for as it is."""
    packed = gzip.compress(completion(GOOD).body)
    return web.Response(body=packed, headers={"Content-Encoding": "gzip"}, content_type="application/json")


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
        (_status(400), metrics.NOT_UNDERSTOOD),
        (_status(307, Location="http://127.0.0.1:1/v1/chat/completions"), metrics.REFUSED),
        (_drops, metrics.UNREACHABLE),
        (_floods, metrics.UNUSABLE),
        (_packs, metrics.UNUSABLE),
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


def test_a_complaint_about_the_message_is_not_taken_for_one_about_the_manner() -> None:
    """The server is asked once, and in the same manner the next time."""

    async def behave(body: dict[str, Any]) -> web.StreamResponse:
        return web.json_response({"error": {"message": "This message violates our policy."}}, status=400)

    with standing_in(behave) as server:
        assert _ask(server) == [None]
        assert len(server.bodies) == 1


def test_each_request_counts_for_the_budget() -> None:
    """Also those by which it is found out what the server knows."""

    async def behave(body: dict[str, Any]) -> web.StreamResponse:
        return web.json_response({"error": {"message": "response_format is not supported"}}, status=400)

    with standing_in(behave) as server:
        before = _count(metrics.OVER_BUDGET)
        assert _ask(server, turns_per_minute=2) == [None]
        assert len(server.bodies) == 2
        assert _count(metrics.OVER_BUDGET) == before + 1


def test_a_proxy_of_the_environment_is_not_for_the_own_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked of this machine does not go through it."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with standing_in(says(GOOD)) as server:
        assert _ask(server) == [CHOSEN]


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


def test_a_server_that_ends_in_mid_load_keeps_nobody() -> None:
    """Those who wait for it get the local replies at once, and so does whoever comes after."""

    async def slowly(body: dict[str, Any]) -> web.StreamResponse:
        await asyncio.sleep(30)
        return completion(GOOD)

    async def ask(model: LanguageModel) -> list[Verdict | None]:
        waiting = [asyncio.create_task(model.choose(INQUIRY, lambda phrase: INQUIRY)) for _ in range(MOST_WAITING)]
        while len(server.bodies) < len(waiting):
            await asyncio.sleep(0.01)
        await asyncio.to_thread(running.close)
        later = [await model.choose(INQUIRY, lambda phrase: INQUIRY) for _ in range(8)]
        await model.close()
        return [*await asyncio.gather(*waiting), *later]

    with ExitStack() as running:
        server = running.enter_context(standing_in(slowly))
        began = time.monotonic()
        assert asyncio.run(ask(LanguageModel(ModelSettings(server.url, "some-model", seconds=15.0)))) == [None] * (
            MOST_WAITING + 8
        )
        assert time.monotonic() - began < 10


def test_a_server_that_hangs_keeps_few_at_a_time() -> None:
    """Whoever comes while so many wait gets the local replies at once; when fewer wait it is asked again."""

    async def ask(model: LanguageModel) -> list[Verdict | None]:
        waiting = [asyncio.create_task(model.choose(INQUIRY, lambda phrase: INQUIRY)) for _ in range(MOST_WAITING)]
        ends = time.monotonic() + 10
        while len(server.bodies) < len(waiting):
            assert time.monotonic() < ends
            await asyncio.sleep(0.01)
        before = _count(metrics.CROWDED)
        crowd = [await model.choose(INQUIRY, lambda phrase: INQUIRY) for _ in range(20)]
        assert _count(metrics.CROWDED) == before + 20
        behaves.append(says(GOOD))
        waiting[0].cancel()
        await asyncio.wait(waiting[:1])
        later = await model.choose(INQUIRY, lambda phrase: INQUIRY)
        for one in waiting:
            one.cancel()
        await asyncio.wait(waiting)
        await model.close()
        return [*crowd, later]

    behaves: list[Behavior] = [_hangs]
    with standing_in(lambda body: behaves[-1](body)) as server:
        found = asyncio.run(ask(LanguageModel(ModelSettings(server.url, "some-model", seconds=15.0))))
    assert MOST_WAITING < AT_ONCE
    assert (found, len(server.bodies)) == ([*[None] * 20, CHOSEN], MOST_WAITING + 1)


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
