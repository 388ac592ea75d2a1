"""The action server is away for longer than a turn waits: what is asked in Slack meanwhile is answered all the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from on_loopback import make_project
from slack_medpath import asked, connected, http
from slack_replies import read
from slack_requests import Door
from slack_standin import Slack
from test_slack_troubles import logged

pytestmark = pytest.mark.slow

QUESTIONS = ("How many years is an internal medicine residency?", "How many years is a psychiatry residency?")
ANSWERS = ("Internal medicine residency takes 3 years", "Psychiatry residency takes 4 years")


def test_nobody_is_asked_to_send_again(tmp_path: Path) -> None:
    """Each question is answered once, those of one person in the order in which he asked them."""
    with Slack() as slack, connected(make_project(tmp_path), http(slack)) as medpath:
        door, person, other = Door(medpath.url), slack.person(), slack.person()
        actions = medpath.service("action server")
        actions.process.kill()
        actions.process.wait()
        for question in QUESTIONS:
            door.event(person.says(question).as_message())
        door.event(other.says(QUESTIONS[1]).as_message())
        assert logged(medpath, "could not be answered yet")
        assert slack.taken("chat.postMessage") == []
        actions.start_again()
        slack.reply(person, number=2)
        slack.reply(other)
        door.event(other.says(QUESTIONS[0]).as_message())
        slack.reply(other, number=2)
        for channel, answers in ((person.channel, ANSWERS), (other.channel, ANSWERS[::-1])):
            posts = slack.posts(channel)
            assert len(posts) == 2
            assert all(answer in read(post) for answer, post in zip(answers, posts, strict=True))
        assert asked(medpath, person) == list(QUESTIONS)
        assert slack.faults == []
