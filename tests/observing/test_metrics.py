"""What both servers tell Prometheus of a running Medpath, and whom they tell it."""

from __future__ import annotations

import re
import uuid

import pytest
import requests
from on_loopback import Conversation, Running
from scraping import METRICS_TOKEN, Figures, figure, figures, scrape

from medpath.answering.replies.composing import load_texts
from medpath.channels.replies import Reply
from medpath.errors import SetupError
from medpath.observing.turns import KINDS, REASONS
from medpath.project import find_project
from medpath.serving.metrics_page import TOKEN, read_metrics_token

SPOKEN = "narwhal"


def looked_at(medpath: Running) -> tuple[Figures, Figures]:
    """The figures of the Rasa server and those of the action server."""
    rasa, actions = (scrape(port) for port in (medpath.ports.rasa, medpath.ports.actions))
    return figures(rasa.text), figures(actions.text)


def test_a_turn_is_counted_by_channel_kind_and_stage(medpath_running: Running) -> None:
    """Once each, in the server that did it."""
    before, before_actions = looked_at(medpath_running)
    Conversation(medpath_running.url).ask("When is Match Day?")
    after, after_actions = looked_at(medpath_running)

    def rise(name: str, **labels: str) -> float:
        return figure(after, name, **labels) - figure(before, name, **labels)

    def rise_of_actions(name: str, **labels: str) -> float:
        return figure(after_actions, name, **labels) - figure(before_actions, name, **labels)

    assert rise("medpath_turns_total", channel="rest", outcome="answered") == 1
    assert rise("medpath_replies_total", channel="rest", kind="answer") == 1
    assert rise("medpath_turn_seconds_count", channel="rest") == 1
    for stage in ("waiting", "understanding", "action_call", "storage_write"):
        assert rise("medpath_stage_seconds_count", stage=stage) >= 1, stage
    assert rise("medpath_http_responses_total", path="/webhooks/rest/webhook", status="200") == 1
    assert rise_of_actions("medpath_stage_seconds_count", stage="answering") == 1
    assert rise_of_actions("medpath_actions_total", action="action_answer", outcome="done") == 1


@pytest.mark.parametrize(
    ("text", "kind", "reason"),
    [
        ("I want to kill myself", "crisis", None),
        ("I have chest pain, which pills should I take?", "safety", "medical_advice"),
        ("What is the best pizza in Chicago?", "decline", "off_topic"),
        ("hello", "smalltalk", None),
    ],
)
def test_doors_are_told_apart(medpath_running: Running, text: str, kind: str, reason: str | None) -> None:
    """Operators see how often people are in danger, and why others are declined."""
    before, _ = looked_at(medpath_running)
    Conversation(medpath_running.url).say(text)
    after, _ = looked_at(medpath_running)
    labels = {"channel": "rest", "kind": kind}
    assert figure(after, "medpath_replies_total", **labels) == figure(before, "medpath_replies_total", **labels) + 1
    if reason:
        name = "medpath_declines_total"
        assert figure(after, name, reason=reason) == figure(before, name, reason=reason) + 1


def test_nothing_that_was_said_is_in_them(medpath_running: Running) -> None:
    """Neither a text, nor the name of a conversation, nor an address that somebody has made up."""
    sender = f"{SPOKEN}-{uuid.uuid4().hex}"
    Conversation(medpath_running.url, sender).say(f"my {SPOKEN} wants to know when Match Day is")
    requests.get(f"{medpath_running.url}/{SPOKEN}?{SPOKEN}", timeout=60)
    for port in (medpath_running.ports.rasa, medpath_running.ports.actions):
        assert SPOKEN not in scrape(port, **{"X-Request-ID": f"{SPOKEN}-{SPOKEN}"}).text


def test_probes_do_not_count(medpath_running: Running) -> None:
    """The launcher asks both servers every few seconds, and that is no turn."""
    before = looked_at(medpath_running)
    assert all(service.answers(10.0) for service in medpath_running.services)
    after = looked_at(medpath_running)
    for name, labels in (
        ("medpath_stage_seconds_count", {"stage": "understanding"}),
        ("medpath_stage_seconds_count", {"stage": "answering"}),
        ("medpath_actions_total", {"action": "action_answer", "outcome": "done"}),
    ):
        assert [figure(one, name, **labels) for one in before] == [figure(one, name, **labels) for one in after]


def test_the_process_and_its_state_are_told(medpath_running: Running) -> None:
    """Memory, descriptors, connections, and that conversations are kept."""
    for found in looked_at(medpath_running):
        assert figure(found, "process_resident_memory_bytes") > 1e8
        assert figure(found, "process_open_fds") > 3
        assert figure(found, "medpath_connections") >= 1
    assert figure(looked_at(medpath_running)[0], "medpath_storage_fault") == 0
    assert figure(looked_at(medpath_running)[0], "medpath_turns_under_way") == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "192.0.2.1"},
        {"Forwarded": "for=192.0.2.1"},
        {"Via": "1.1 proxy"},
        {"X-Real-IP": "127.0.0.1"},
        {"Host": "chat.school.example"},
        {"Origin": "http://127.0.0.1:5005"},
    ],
    ids=str,
)
def test_strangers_read_none_of_it(medpath_running: Running, headers: dict[str, str]) -> None:
    """What comes through a proxy, by another name or from a page is not from this machine."""
    for port in (medpath_running.ports.rasa, medpath_running.ports.actions):
        refused = scrape(port, **headers)
        assert refused.status_code == 403
        assert TOKEN in refused.json()["error"]
        assert "medpath_turns" not in refused.text


def test_with_a_token_only_who_has_it_reads_them(watched: Running) -> None:
    """Wherever he asks from: in a cluster Prometheus is another machine."""
    for port in (watched.ports.rasa, watched.ports.actions):
        assert scrape(port).status_code == 401
        assert scrape(port, Authorization="Bearer x").status_code == 401
        told = scrape(port, Authorization=f"Bearer {METRICS_TOKEN}", Host="medpath:5005", Via="1.1 proxy")
        assert told.status_code == 200
        assert "process_resident_memory_bytes" in told.text
        assert METRICS_TOKEN not in told.text


def test_a_token_that_can_be_guessed_is_refused() -> None:
    """With what to do instead."""
    with pytest.raises(SetupError, match="openssl rand"):
        read_metrics_token({TOKEN: "short"})
    assert read_metrics_token({}) == ""


def test_every_reason_and_kind_has_a_name() -> None:
    """A new reason to decline, or a new kind of reply, must not vanish among the unknown."""
    texts = load_texts(find_project().root / "data" / "answering" / "texts.yml")
    assert set(texts.decline) == set(REASONS)
    documented = re.search(r"`kind` is one of ([\w,\s]+)\.", Reply.__doc__ or "")
    assert documented
    assert {*re.findall(r"\w+", documented[1]), "crisis"} == set(KINDS)
