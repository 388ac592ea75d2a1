""" "Forget me" in Slack: what waits for Slack goes with the conversation."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from on_loopback import Running, make_project
from slack_medpath import connected, http
from slack_replies import read
from slack_requests import Door
from slack_standin import PATIENCE, Slack

pytestmark = pytest.mark.slow

QUESTION = "How many years is a psychiatry residency?"
ANSWER = "Psychiatry residency takes 4 years"


def outbox_of(medpath: Running) -> Path:
    return medpath.database.with_name(f"{medpath.database.stem}-slack-outbox.db")


def answers_waiting(medpath: Running, number: int, text: str) -> bool:
    """Waits until so many answers wait for Slack, one of which holds a text; False if they never do."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        with closing(sqlite3.connect(outbox_of(medpath))) as outbox:
            letters = [content for (content,) in outbox.execute("select content from letters")]
        if len(letters) == number and any(text in letter for letter in letters):
            return True
        time.sleep(0.05)
    return False


def test_an_answer_that_waits_for_slack_is_erased_with_its_conversation(tmp_path: Path) -> None:
    """Slack gets the reply to "forget me" alone, and what others asked; nothing of it stays in a file."""
    with Slack() as slack, connected(make_project(tmp_path), http(slack)) as medpath:
        door, person, other = Door(medpath.url), slack.person(), slack.person()
        slack.troubles.fail("chat.postMessage", "internal_error", times=1_000_000)
        door.event(person.says(QUESTION).as_message())
        assert answers_waiting(medpath, 1, ANSWER)
        door.event(person.says("forget me").as_message())
        assert answers_waiting(medpath, 1, "erased this conversation")
        door.event(other.says(QUESTION).as_message())
        assert answers_waiting(medpath, 2, ANSWER)
        slack.troubles.end()
        assert "erased this conversation" in read(slack.reply(person))
        assert ANSWER in read(slack.reply(other))
        assert len(slack.posts(person.channel)) == 1
        assert slack.faults == []
