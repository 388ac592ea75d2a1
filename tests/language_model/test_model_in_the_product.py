"""A language model beside a running Medpath: who sees it, what it changes, and what its end costs."""

from __future__ import annotations

import asyncio
import re
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil
import pytest
from aiohttp import web
from on_loopback import Conversation, Running, make_project, medpath, started
from stand_in import StandIn, chooses, completion, offered, standing_in

from medpath.channels.replies import Reply
from medpath.serving.launcher import free_ports

KEY = "s3cret-of-the-operator"
SECONDS = 2.0
QUESTION = "how many times can i take step 1"


async def _second(body: dict[str, Any]) -> web.StreamResponse:
    """Chooses the second of the facts."""
    return completion(chooses(offered(body)[1]))


async def _hangs(body: dict[str, Any]) -> web.StreamResponse:
    await asyncio.sleep(60)
    return completion("")


@pytest.fixture(scope="module")
def server() -> Iterator[StandIn]:
    with standing_in(_second) as at_work:
        yield at_work


@pytest.fixture(scope="module")
def with_model(tmp_path_factory: pytest.TempPathFactory, server: StandIn) -> Iterator[Running]:
    """A running Medpath that asks the stand-in in every turn."""
    with pytest.MonkeyPatch.context() as patch:
        given = {"URL": server.url, "MODEL": "some-model", "KEY": KEY, "SECONDS": str(SECONDS), "SURE": "1.1"}
        for name, value in given.items():
            patch.setenv(f"MEDPATH_LLM_{name}", value)
        with started(make_project(tmp_path_factory.mktemp("with-model")), free_ports()) as at_work:
            yield at_work


def _ask(medpath_with_model: Running, text: str = QUESTION) -> list[Reply]:
    from medpath.channels.replies import read_reply

    return [read_reply(message) for message in Conversation(medpath_with_model.url).say(text)]


def _metrics(medpath_with_model: Running) -> str:
    url = f"http://127.0.0.1:{medpath_with_model.ports.actions}/metrics"
    with urllib.request.urlopen(url) as response:
        return response.read().decode()


def test_the_model_chooses_and_the_reply_says_so(with_model: Running, server: StandIn) -> None:
    """Through REST, as in every channel, the fact is ours and word for word."""
    (reply,) = _ask(with_model)
    told = server.told[-1]
    assert told["message"] == QUESTION
    chosen = told["facts"][1]
    assert (reply.chosen_by, reply.facts) == ("model", (chosen["id"],))
    assert chosen["text"] in reply.body
    assert reply.sources or reply.view


def test_the_key_is_with_the_action_server_alone(with_model: Running) -> None:
    """The Rasa server, which the web reaches, never has it; no log holds it."""
    servers = {name: with_model.service(name) for name in ("Rasa server", "action server")}
    has_key = {name: KEY in psutil.Process(s.process.pid).environ().values() for name, s in servers.items()}
    assert has_key == {"Rasa server": False, "action server": True}
    assert not any(KEY in service.log.read_text() for service in servers.values())


@pytest.mark.parametrize(
    "text",
    ["I want to kill myself. When is Match Day?", "I have chest pain, which pills should I take?", "hello", "thanks!"],
)
def test_other_doors_send_nothing(with_model: Running, server: StandIn, text: str) -> None:
    """What speaks of danger or health, and talk, stays on this machine."""
    before = len(server.bodies)
    replies = _ask(with_model, text)
    assert replies[0].text
    assert len(server.bodies) == before


def test_probes_send_nothing(with_model: Running, server: StandIn) -> None:
    """The launcher looks after the servers every few seconds without costing the operator a token."""
    before = len(server.bodies)
    assert all(service.answers(10.0) for service in with_model.services)
    assert len(server.bodies) == before


def test_metrics_and_doctor_tell_of_it(with_model: Running) -> None:
    """How often it was asked, how often that was of no use, how long it took; no message, no key."""
    _ask(with_model)
    metrics = _metrics(with_model)
    assert 'medpath_model_turns_total{outcome="chosen"}' in metrics
    assert "medpath_model_seconds_count" in metrics
    told = medpath(with_model.project, with_model.ports, "doctor")
    assert "some-model" in told.out
    assert "of them fell back" in told.out
    assert KEY not in metrics + told.out + told.err


def test_a_model_that_hangs_in_mid_load_loses_no_reply(with_model: Running, server: StandIn) -> None:
    """Everybody gets the local reply within the limit, and most without waiting: only so many wait at a time."""
    server.behavior = _hangs
    try:
        with ThreadPoolExecutor(8) as pool:
            turns = list(pool.map(lambda _: _timed(with_model), range(24)))
    finally:
        server.behavior = _second
    replies, seconds = zip(*turns, strict=True)
    assert all(reply.kind == "answer" and reply.chosen_by == "local" for reply in replies)
    # Beside the limit a turn takes what it always does, on a busy machine too.
    assert max(seconds) < SECONDS + 5
    assert re.search(r'outcome="crowded"} [1-9]', _metrics(with_model))


def _timed(with_model: Running) -> tuple[Reply, float]:
    began = time.monotonic()
    (reply,) = _ask(with_model)
    return reply, time.monotonic() - began


def test_wrong_settings_end_the_start_with_a_sentence(with_model: Running) -> None:
    """Nobody is left to wonder why the model is not asked."""
    ended = medpath(with_model.project, free_ports(), "run", MEDPATH_LLM_URL="http://models.example.com/v1")
    assert ended.code == 1
    assert "Use https" in ended.err
    assert "Traceback" not in ended.err
