"""Slack through Socket Mode: no public address, a connection that is made anew again and again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from on_loopback import Running
from slack_medpath import asked, connected, socket_mode
from slack_replies import button, read
from slack_requests import SLACKS_PATIENCE, Door, Payload, Person, Request, app_home_opened, click, slash_command
from slack_sockets import Envelope
from slack_standin import Slack

QUESTION = "How many years is an internal medicine residency?"
DELIVERIES = 4
ANSWER = "Internal medicine residency takes 3 years"


@pytest.fixture(scope="module")
def other_slack() -> Iterator[Slack]:
    """A stand-in whose faults are those of this file."""
    with Slack() as slack:
        yield slack


@pytest.fixture(scope="module")
def medpath(other_slack: Slack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with connected(tmp_path_factory.mktemp("socket"), socket_mode(other_slack)) as medpath:
        yield medpath


@pytest.fixture
def slack(other_slack: Slack, medpath: Running) -> Iterator[Slack]:
    """The stand-in with an open connection; it may not have to refuse anything."""
    other_slack.wait(lambda: other_slack.sockets.connected)
    yield other_slack
    assert other_slack.faults == []


def in_time(slack: Slack, envelope: Envelope, times: int = 1) -> None:
    """Waits for the acknowledgement, which comes as soon as Slack wants it."""
    slack.wait(lambda: len(envelope.acknowledged) >= times)
    assert envelope.acknowledged[-1] < SLACKS_PATIENCE
    assert len(envelope.acknowledged) == times


def ask(slack: Slack, person: Person, number: int = 1) -> Envelope:
    """Asks in a direct message and waits for acknowledgement and answer."""
    envelope = slack.sockets.send("events_api", person.says(QUESTION).as_message())
    in_time(slack, envelope)
    assert ANSWER in read(slack.reply(person, number=number))
    return envelope


def deliver(slack: Slack, payload: Payload) -> None:
    """Sends an event as Slack does: once more if it went into a connection that was just being given up."""
    for _ in range(DELIVERIES):
        slack.wait(lambda: slack.sockets.connected)
        try:
            envelope = slack.sockets.send("events_api", payload)
            slack.wait(lambda sent=envelope: sent.acknowledged, SLACKS_PATIENCE)
        except (AssertionError, ConnectionError, IndexError):
            continue
        return
    raise AssertionError("the event was never acknowledged")


def test_an_event_is_acknowledged_and_answered(slack: Slack) -> None:
    """A direct message and a mention, each once."""
    ask(slack, slack.person())
    person = slack.person("channel")
    message = person.mentions(QUESTION)
    for payload in (message.as_mention(), message.as_message()):
        in_time(slack, slack.sockets.send("events_api", payload))
    assert ANSWER in read(slack.reply(person, message.ts))
    ask(slack, slack.person())
    assert len(slack.posts(person.channel, message.ts)) == 1


def test_an_envelope_sent_again_is_not_answered_again(slack: Slack, medpath: Running) -> None:
    """It is acknowledged once more; so is the same event in another envelope."""
    person = slack.person()
    envelope = ask(slack, person)
    slack.sockets.send("events_api", {}, again=envelope)
    in_time(slack, envelope, times=2)
    in_time(slack, slack.sockets.send("events_api", envelope.content["payload"]))
    ask(slack, person, number=2)
    assert len(slack.posts(person.channel)) == 2
    assert asked(medpath, person) == [QUESTION, QUESTION]


def test_commands_clicks_and_the_app_home_come_through_it(slack: Slack) -> None:
    """Everything that HTTP brings."""
    person, url = slack.person(), slack.response_url()
    in_time(slack, slack.sockets.send("slash_commands", slash_command(person, QUESTION, url)))
    (call,) = slack.wait(lambda: slack.taken(url))
    assert ANSWER in read(call.body)
    ask(slack, person)
    post = slack.posts(person.channel)[0]
    clicked = click(person, button(post, "feedback_good"), post, slack.response_url())
    in_time(slack, slack.sockets.send("interactive", clicked))
    assert "Glad" in read(slack.reply(person, number=2))
    in_time(slack, slack.sockets.send("events_api", app_home_opened(person)))
    assert "/medpath" in read(slack.wait(lambda: slack.views(person))[0])


@pytest.mark.parametrize("end", ["refresh", "hang_up"])
def test_it_connects_anew_and_goes_on(slack: Slack, end: str) -> None:
    """When Slack asks for it and when the connection breaks; an event from before is not answered again."""
    person, opened = slack.person(), slack.sockets.opened
    before = ask(slack, person)
    getattr(slack.sockets, end)()
    slack.wait(lambda: slack.sockets.opened > opened and slack.sockets.connected)
    deliver(slack, before.content["payload"])
    deliver(slack, person.says(QUESTION).as_message())
    assert ANSWER in read(slack.reply(person, number=2))
    assert len(slack.posts(person.channel)) == 2


def test_there_is_no_way_in_over_http(slack: Slack, medpath: Running) -> None:
    """Without a signing secret nothing could be checked."""
    person = slack.person()
    response = Door(medpath.url).send(Request.of_json(person.says(QUESTION).as_message()))
    assert response.status_code in (401, 404)
