"""Slack's bad days: what passes is waited for, what got lost is looked for, and only a dead token ends a workspace."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from on_loopback import Running, make_project
from slack_medpath import connected, http, socket_mode
from slack_replies import read
from slack_requests import Door, Person, Request, app_home_opened, slash_command
from slack_standin import APP_TOKEN, FIRST, PATIENCE, SECOND, Slack

pytestmark = pytest.mark.slow

QUESTION = "How many years is an internal medicine residency?"
ANSWER = "Internal medicine residency takes 3 years"
PASSING = ["internal_error", "service_unavailable", "ratelimited", "fatal_error", 500, 503]


def logged(medpath: Running, text: str) -> bool:
    """Waits until something stands in the log; False if it never does."""
    log, ends = medpath.service("Rasa server").log, time.monotonic() + PATIENCE
    while text not in log.read_text(encoding="utf-8"):
        if time.monotonic() > ends:
            return False
        time.sleep(0.05)
    return True


def ask(slack: Slack, door: Door, person: Person) -> None:
    """Asks in a direct message and waits for the answer."""
    door.event(person.says(QUESTION).as_message())
    assert ANSWER in read(slack.reply(person))


@pytest.mark.parametrize("what", PASSING)
def test_a_trouble_that_passes_loses_no_answer(slack: Slack, door: Door, what: str | int) -> None:
    """It is posted again, once, though the question came but once."""
    person = slack.person()
    slack.troubles.fail("chat.postMessage", what)
    ask(slack, door, person)
    ask(slack, door, slack.person())
    assert len(slack.posts(person.channel)) == 1


@pytest.mark.parametrize("kind", ["im", "channel"])
def test_an_answer_that_slack_has_taken_in_silence_is_not_posted_again(slack: Slack, door: Door, kind: str) -> None:
    """The connection broke before Slack said so: the message is found by its mark."""
    person = slack.person(kind)
    message = person.says(QUESTION) if kind == "im" else person.mentions(QUESTION)
    thread = "" if kind == "im" else message.ts
    slack.troubles.lose("chat.postMessage")
    door.event(message.as_message())
    looked = "conversations.history" if kind == "im" else "conversations.replies"
    slack.wait(lambda: [call for call in slack.taken(looked) if call.body["channel"] == person.channel])
    door.event(person.says(QUESTION, thread).as_message())
    slack.reply(person, thread, number=2)
    assert len(slack.posts(person.channel, thread)) == 2


def test_private_answers_and_the_home_tab_come_too(slack: Slack, door: Door) -> None:
    """Whatever Slack does not take at first."""
    person, url = slack.person(), slack.response_url()
    slack.troubles.fail("response_url", 503)
    slack.troubles.fail("views.publish", "internal_error")
    door.command(slash_command(person, QUESTION, url))
    door.event(app_home_opened(person))
    (call,) = slack.wait(lambda: slack.taken(url))
    assert ANSWER in read(call.body)
    assert "/medpath" in read(slack.wait(lambda: slack.views(person))[0])


def test_a_message_that_slack_refuses_stops_no_other(
    slack_at_work: Slack, door: Door, medpath_in_slack: Running
) -> None:
    """The log tells why; the workspace stays on."""
    slack_at_work.troubles.fail("chat.postMessage", "is_archived")
    door.event(slack_at_work.person().says(QUESTION).as_message())
    assert logged(medpath_in_slack, "is_archived")
    ask(slack_at_work, door, slack_at_work.person())


@contextmanager
def full_disk(medpath: Running) -> Iterator[None]:
    """The Rasa server cannot write to any file."""
    server = psutil.Process(medpath.service("Rasa server").process.pid)
    before = server.rlimit(resource.RLIMIT_FSIZE)
    server.rlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        server.rlimit(resource.RLIMIT_FSIZE, before)


def test_what_cannot_be_kept_is_not_acknowledged(slack: Slack, door: Door, medpath_in_slack: Running) -> None:
    """Slack is told to send it again, and when there is room again, it is answered."""
    person = slack.person()
    payload = person.says(QUESTION).as_message()
    with full_disk(medpath_in_slack):
        response = door.send(Request.of_json(payload))
    assert response.status_code == 503
    assert "send it again" in response.text
    door.event(payload)
    slack.reply(person)
    ask(slack, door, slack.person())
    assert len(slack.posts(person.channel)) == 1


def test_only_a_dead_token_switches_a_workspace_off(tmp_path: Path) -> None:
    """At the start and later; others go on, and what was promised is answered when there is a token again."""
    with Slack() as slack:
        asked_early, asked_late = slack.person(), slack.person()
        for what in ("internal_error", 503, "ratelimited"):
            slack.troubles.fail("auth.test", what)
        with connected(tmp_path, http(slack)) as medpath:
            door = Door(medpath.url)
            ask(slack, door, asked_early)
            slack.troubles.revoked[FIRST.token] = "token_revoked"
            door.event(asked_late.says(QUESTION).as_message())
            ask(slack, door, slack.person("im", SECOND))
            assert logged(medpath, f"Slack is off in workspace {FIRST.team}")
        with connected(medpath.project, http(slack)) as medpath:
            ask(slack, Door(medpath.url), slack.person("im", SECOND))
            assert logged(medpath, "Slack did not accept token xoxb-fir…")
        assert slack.posts(asked_late.channel) == []
        slack.troubles.revoked.clear()
        with connected(medpath.project, http(slack)) as medpath:
            assert ANSWER in read(slack.reply(asked_late))
            ask(slack, Door(medpath.url), slack.person())
        assert len(slack.posts(asked_early.channel)) == len(slack.posts(asked_late.channel)) == 1
        assert slack.faults == []


def test_a_socket_is_opened_in_the_end(tmp_path: Path) -> None:
    """Slack's troubles at the start pass; only a dead token turns Socket Mode off, and says so."""
    with Slack() as slack:
        slack.troubles.fail("apps.connections.open", "internal_error", times=2)
        slack.troubles.fail("apps.connections.open", 503)
        with connected(make_project(tmp_path), socket_mode(slack)) as medpath:
            slack.wait(lambda: slack.sockets.connected)
            person = slack.person()
            slack.sockets.send("events_api", person.says(QUESTION).as_message())
            assert ANSWER in read(slack.reply(person))
        slack.troubles.revoked[APP_TOKEN] = "invalid_auth"
        with connected(medpath.project, socket_mode(slack)) as medpath:
            assert logged(medpath, "Socket Mode is off")
        assert slack.faults == []
