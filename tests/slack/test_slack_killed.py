"""The Rasa server killed while Slack's events are under way: each is answered once after the next start."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path

import pytest
import requests
from on_loopback import Running, make_project
from slack_medpath import connected, http, socket_mode
from slack_messages import broadcast, edit, with_file
from slack_replies import read
from slack_requests import Door, Payload, Person, Request
from slack_sockets import Envelope
from slack_standin import Slack

pytestmark = pytest.mark.slow

QUESTION = "How many years is an internal medicine residency?"
ANSWER = "Internal medicine residency takes 3 years"
EVENTS = 100
ANSWERED_BEFORE = 20
SENDERS = 8

Payloads = dict[str, Payload]


def in_all_forms(people: list[Person]) -> Payloads:
    """The question of each: plain, with a file, by an edit, in a thread and to the channel too; by channel."""
    forms: list[Callable[[Person], Payload]] = [
        lambda person: person.says(QUESTION).as_message(),
        lambda person: with_file(person.says(QUESTION)),
        lambda person: edit(person.says("hello"), QUESTION).as_change(),
        lambda person: broadcast(person.says(QUESTION, person.says("").ts)),
    ]
    return {person.channel: form(person) for person, form in zip(people, cycle(forms))}


def answers_in(slack: Slack, channel: str) -> list[Payload]:
    """The messages of the bot in a channel and its threads."""
    return [call.body for call in slack.taken("chat.postMessage") if call.body["channel"] == channel]


def ask_all(door: Door, payloads: Payloads, pool: ThreadPoolExecutor) -> set[str]:
    """Sends everything at once; gives the channels whose event was acknowledged, when all have been tried."""

    def ask(channel: str) -> str | None:
        try:
            return channel if door.send(Request.of_json(payloads[channel])).ok else None
        except requests.RequestException:
            return None

    return {channel for channel in pool.map(ask, payloads) if channel}


def kill_amid_answers(slack: Slack, medpath: Running) -> None:
    """Ends the Rasa server as a lack of memory would, when a fifth of the events has been answered."""
    slack.wait(lambda: len(slack.taken("chat.postMessage")) >= ANSWERED_BEFORE)
    process = medpath.service("Rasa server").process
    process.kill()
    process.wait()


def everybody_once(slack: Slack, people: list[Person]) -> None:
    """Waits for an answer to everybody; nobody gets a second one."""
    slack.wait(lambda: all(answers_in(slack, person.channel) for person in people))
    for person in people:
        assert ANSWER in read(answers_in(slack, person.channel)[0])
    counted = Counter(call.body["channel"] for call in slack.taken("chat.postMessage"))
    assert {person.channel: counted[person.channel] for person in people} == {p.channel: 1 for p in people}
    assert slack.faults == []


def test_what_was_acknowledged_over_http_is_answered_after_a_kill(tmp_path: Path) -> None:
    """A hundred people ask; Slack sends again what was not acknowledged, and some of what was."""
    with Slack() as slack, ThreadPoolExecutor(SENDERS) as pool, ThreadPoolExecutor(1) as aside:
        people = [slack.person() for _ in range(EVENTS)]
        payloads = in_all_forms(people)
        with connected(tmp_path, http(slack)) as medpath:
            asking = aside.submit(ask_all, Door(medpath.url), payloads, pool)
            kill_amid_answers(slack, medpath)
            acknowledged = asking.result()
        assert [channel for channel in acknowledged if not answers_in(slack, channel)]
        again = payloads.keys() - acknowledged | set(sorted(acknowledged)[::5])
        with connected(medpath.project, http(slack)) as medpath:
            ask_all(Door(medpath.url), {channel: payloads[channel] for channel in again}, pool)
            last = slack.person()
            Door(medpath.url).event(last.says(QUESTION).as_message())
            everybody_once(slack, [*people, last])


def send(slack: Slack, payload: Payload) -> Envelope | None:
    """Sends an event through the socket; None if there is none any more."""
    try:
        return slack.sockets.send("events_api", payload)
    except (ConnectionError, IndexError):
        return None


def test_what_was_acknowledged_through_a_socket_is_answered_after_a_kill(tmp_path: Path) -> None:
    """The same in Socket Mode, where nothing is sent again but what was not acknowledged."""
    with Slack() as slack:
        people = [slack.person() for _ in range(EVENTS)]
        payloads = in_all_forms(people)
        with connected(make_project(tmp_path), socket_mode(slack)) as medpath:
            slack.wait(lambda: slack.sockets.connected)
            sent = {channel: send(slack, payload) for channel, payload in payloads.items()}
            kill_amid_answers(slack, medpath)
            slack.wait(lambda: not slack.sockets.connected)
        acknowledged = {channel for channel, envelope in sent.items() if envelope and envelope.acknowledged}
        assert [channel for channel in acknowledged if not answers_in(slack, channel)]
        with connected(medpath.project, socket_mode(slack)):
            slack.wait(lambda: slack.sockets.connected)
            for channel in payloads.keys() - acknowledged:
                send(slack, payloads[channel])
            last = slack.person()
            send(slack, last.says(QUESTION).as_message())
            everybody_once(slack, [*people, last])
