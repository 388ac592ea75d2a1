"""Slack: what is sent with a file, and what is sent to a thread's channel too."""

from __future__ import annotations

import pytest
from on_loopback import Running
from slack_medpath import asked
from slack_messages import broadcast, with_file
from slack_replies import read
from slack_requests import Door, retry
from slack_standin import Slack

QUESTION = "How many years is an internal medicine residency?"
ANSWER = "Internal medicine residency takes 3 years"
NO_FILES = "I cannot read files"


@pytest.mark.parametrize("kind", ["im", "channel", "mpim"])
def test_what_is_asked_with_a_file_is_answered(slack: Slack, door: Door, medpath_in_slack: Running, kind: str) -> None:
    """Once, though a mention arrives in two forms and Slack sends it again."""
    person = slack.person(kind)
    message = person.says(QUESTION) if kind == "im" else person.mentions(QUESTION)
    if kind != "im":
        door.event(with_file(message, "app_mention"))
    payload = with_file(message)
    door.event(payload)
    door.event(payload, **retry(1))
    thread = "" if kind == "im" else message.ts
    assert ANSWER in read(slack.reply(person, thread))
    door.event(person.says(QUESTION, thread).as_message())
    slack.reply(person, thread, number=2)
    assert asked(medpath_in_slack, person) == [QUESTION, QUESTION]


@pytest.mark.parametrize("kind", ["im", "channel"])
def test_a_file_alone_is_told_that_it_cannot_be_read(
    slack: Slack, door: Door, medpath_in_slack: Running, kind: str
) -> None:
    """In one sentence, once; nobody has asked anything."""
    person = slack.person(kind)
    message = person.says("") if kind == "im" else person.mentions("")
    payload = with_file(message)
    door.event(payload)
    door.event(payload, **retry(1))
    thread = "" if kind == "im" else message.ts
    assert NO_FILES in read(slack.reply(person, thread))
    door.event(person.says(QUESTION, thread).as_message())
    assert ANSWER in read(slack.reply(person, thread, number=2))
    assert len(slack.posts(person.channel, thread)) == 2
    assert asked(medpath_in_slack, person) == [QUESTION]


def test_a_file_in_a_channel_is_left_alone(slack: Slack, door: Door, medpath_in_slack: Running) -> None:
    """With words and without, in a thread of others too."""
    person = slack.person("channel")
    for message in (person.says(QUESTION), person.says(""), person.says(QUESTION, person.says("").ts)):
        door.event(with_file(message))
    message = person.mentions(QUESTION)
    door.event(message.as_message())
    slack.reply(person, message.ts)
    assert asked(medpath_in_slack, person) == [QUESTION]
    assert len([call for call in slack.calls if call.body.get("channel") == person.channel]) == 1


def test_a_reply_that_goes_to_the_channel_too_is_answered_in_its_thread(
    slack: Slack, door: Door, medpath_in_slack: Running
) -> None:
    """Where Medpath takes part in the thread, or is named; once."""
    person = slack.person("channel")
    message, elsewhere = person.mentions(QUESTION), person.says("")
    door.event(message.as_message())
    slack.reply(person, message.ts)
    reply = broadcast(person.says("where is that from", message.ts))
    door.event(reply)
    door.event(reply, **retry(1))
    assert "differentialdiagnosis.net" in read(slack.reply(person, message.ts, number=2))
    door.event(broadcast(person.says(QUESTION, elsewhere.ts)))
    named = person.mentions(QUESTION, elsewhere.ts)
    door.event(broadcast(named))
    door.event(named.as_mention())
    assert ANSWER in read(slack.reply(person, elsewhere.ts))
    assert asked(medpath_in_slack, person) == [QUESTION, "where is that from", QUESTION]
