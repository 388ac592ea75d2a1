"""Slack turned on and off, and what is kept when the server is started again."""

from __future__ import annotations

from pathlib import Path

import pytest
from on_loopback import launched, make_project
from slack_medpath import asked, connected, environment_of, http, socket_mode
from slack_messages import edit, with_file
from slack_replies import read
from slack_requests import Door, Request, retry
from slack_standin import Slack

from medpath.serving.launcher import free_ports

pytestmark = pytest.mark.slow

QUESTION = "How many years is an internal medicine residency?"
WHERE_FROM = "where is that from"


def test_a_restart_asks_nothing_again_and_follows_its_threads(tmp_path: Path, slack: Slack) -> None:
    """A retry that comes after the restart is not answered again; a thread goes on without a mention.

    In the followed thread nothing comes after the restart that would tell of it: no retry, no mention.
    """
    person, direct = slack.person("channel"), slack.person()
    message, followed = person.mentions(QUESTION), person.mentions(QUESTION)
    payload = direct.says(QUESTION).as_message()
    with connected(tmp_path, http(slack)) as medpath:
        door = Door(medpath.url)
        door.event(message.as_mention())
        door.event(followed.as_mention())
        door.event(payload)
        slack.reply(person, message.ts)
        slack.reply(person, followed.ts)
        slack.reply(direct)
    with connected(medpath.project, http(slack)) as medpath:
        door = Door(medpath.url)
        other = person.neighbour()
        door.event(person.says(WHERE_FROM, followed.ts).as_message())
        assert "differentialdiagnosis.net" in read(slack.reply(person, followed.ts, number=2))
        door.event(other.says(QUESTION, followed.ts).as_message())
        slack.reply(person, followed.ts, number=3)
        door.event(person.says(QUESTION, person.says("").ts).as_message())  # in a thread of others
        door.event(message.as_message(), **retry(2))
        door.event(payload, **retry(2))
        door.event(direct.says(WHERE_FROM).as_message())
        assert "differentialdiagnosis.net" in read(slack.reply(direct, number=2))
        assert asked(medpath, direct) == [QUESTION, WHERE_FROM]
        assert asked(medpath, person) == [QUESTION, QUESTION, WHERE_FROM]
    assert len([call for call in slack.calls if call.body.get("channel") == person.channel]) == 4
    assert len(slack.posts(person.channel, message.ts)) == 1
    assert len(slack.posts(direct.channel)) == 2


def test_a_restart_answers_no_edit_and_no_file_again(tmp_path: Path, slack: Slack) -> None:
    """Nor in its other form; an edit that asks something else after it is answered, and a thread means what it did."""
    person, direct = slack.person("channel"), slack.person()
    message, file = person.says(QUESTION), direct.says(QUESTION)
    edited = edit(message, f"<@{person.workspace.bot_user}> {QUESTION}")
    change, sent = edited.as_change(), with_file(file)
    with connected(tmp_path, http(slack)) as medpath:
        door = Door(medpath.url)
        for payload in (change, sent):
            door.event(payload)
        slack.reply(person, message.ts)
        answer = slack.reply(direct)
        door.event(direct.says("When is Match Day?").as_message())
        slack.reply(direct, number=2)
    with connected(medpath.project, http(slack)) as medpath:
        door = Door(medpath.url)
        for payload in (change, sent, edited.as_mention(), edited.as_change()):
            door.event(payload, **retry(1))
        door.event(edit(edited.after, f"{edited.after.text} And when is Match Day?").as_change())
        door.event(direct.says(WHERE_FROM, answer["ts"]).as_message())
        slack.reply(person, message.ts, number=2)
        assert "differentialdiagnosis.net" in read(slack.reply(direct, answer["ts"]))
        assert asked(medpath, person) == [QUESTION, f"{QUESTION} And when is Match Day?"]
        assert asked(medpath, direct) == [QUESTION, "When is Match Day?", WHERE_FROM]
    assert len(slack.posts(person.channel, message.ts)) == 2
    assert len(slack.posts(direct.channel)) == 2


@pytest.mark.parametrize("way", ["off", "HTTP", "Socket Mode", "HTTP and Socket Mode"])
def test_one_line_says_whether_slack_is_on(tmp_path: Path, slack: Slack, way: str) -> None:
    """And without a token there is nothing at the address."""
    settings = {
        "off": {},
        "HTTP": http(slack),
        "Socket Mode": socket_mode(slack),
        "HTTP and Socket Mode": {**socket_mode(slack), **http(slack)},
    }[way]
    ports = free_ports()
    with environment_of(settings), launched(make_project(tmp_path), ports) as run:
        printed = "".join(run.lines_until("ready"))
        if way != "off":
            assert f"Slack is on ({way})" in printed
            return
        assert "Slack is off: set SLACK_BOT_TOKEN to turn it on (see docs/slack.md)." in printed
        assert Door(ports.url).send(Request.of_json({"type": "url_verification"})).status_code == 404
