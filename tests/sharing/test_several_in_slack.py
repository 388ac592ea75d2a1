"""Slack's events at two servers: each is answered once, in its place and in order, also when one of them is killed."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from on_loopback import REPOSITORY
from shared_services import Postgres, RedisServer
from workers import Deployment, deployed

sys.path.append(str(REPOSITORY / "tests" / "slack"))
from slack_medpath import http
from slack_replies import read
from slack_requests import Door, Payload, Person, Request
from slack_standin import Slack

pytestmark = pytest.mark.slow

QUESTION, ANSWER = "How many years is an internal medicine residency?", "Internal medicine residency takes 3 years"
QUESTIONS = {
    QUESTION: "Internal medicine",
    "When is Match Day?": "Match Day",
    "How many years is a neurosurgery residency?": "eurosurg",
    "How many years is a pediatrics residency?": "ediatric",
}
EVENTS, ANSWERED_BEFORE = 60, 10


@pytest.fixture(scope="module")
def slack() -> Iterator[Slack]:
    with Slack() as at_work:
        yield at_work


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, postgres: Postgres, redis_server: RedisServer, slack: Slack
) -> Iterator[Deployment]:
    folder = tmp_path_factory.mktemp("slack")
    with deployed(folder, postgres, redis_server, "several_in_slack", **http(slack)) as all_of_them:
        yield all_of_them


def _posted(slack: Slack, channel: str) -> list[Payload]:
    return [call.body for call in slack.taken("chat.postMessage") if call.body["channel"] == channel]


def _send(running: Deployment, server: int, payload: Payload) -> bool:
    try:
        return bool(Door(running.urls[server]).send(Request.of_json(payload)).ok)
    except requests.RequestException:
        return False


def test_questions_of_one_person_are_answered_in_order(slack: Slack, running: Deployment) -> None:
    """Each goes to another server, and to both."""
    person = slack.person()
    for number, question in enumerate(QUESTIONS):
        payload = person.says(question).as_message()
        assert _send(running, number % 2, payload)
        assert _send(running, 1 - number % 2, payload)
    slack.wait(lambda: len(_posted(slack, person.channel)) >= len(QUESTIONS))
    time.sleep(2)
    said = [read(post) for post in _posted(slack, person.channel)]
    assert len(said) == len(QUESTIONS)
    assert [word in text for word, text in zip(QUESTIONS.values(), said, strict=True)] == [True] * len(QUESTIONS)


def test_the_events_of_a_killed_server_are_answered_by_the_other(slack: Slack, running: Deployment) -> None:
    """Everybody once, though Slack sends again what was not acknowledged, and some of what was."""
    people: list[Person] = [slack.person() for _ in range(EVENTS)]
    payloads = {person.channel: person.says(QUESTION).as_message() for person in people}
    before = len(slack.taken("chat.postMessage"))

    def ask(numbered: tuple[int, str]) -> str | None:
        return numbered[1] if _send(running, numbered[0] % 2, payloads[numbered[1]]) else None

    with ThreadPoolExecutor(8) as pool, ThreadPoolExecutor(1) as aside:
        asking = aside.submit(lambda: {one for one in pool.map(ask, enumerate(payloads)) if one})
        slack.wait(lambda: len(slack.taken("chat.postMessage")) >= before + ANSWERED_BEFORE)
        running.rasa[0].kill()
        acknowledged = asking.result()
    for channel in payloads.keys() - acknowledged | set(sorted(acknowledged)[::5]):
        assert _send(running, 1, payloads[channel])
    deadline = time.monotonic() + 180
    while not all(_posted(slack, person.channel) for person in people):
        assert time.monotonic() < deadline, sum(not _posted(slack, person.channel) for person in people)
        time.sleep(0.5)
    running.rasa[0].start_again()
    running.rasa[0].wait()
    time.sleep(10)
    counted = Counter(call.body["channel"] for call in slack.taken("chat.postMessage"))
    assert {person.channel: counted[person.channel] for person in people} == {p.channel: 1 for p in people}
    assert all(ANSWER in read(_posted(slack, person.channel)[0]) for person in people)
    assert slack.faults == []
