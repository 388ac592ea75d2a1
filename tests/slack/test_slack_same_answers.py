"""The same question gets the same facts over REST (shell, `medpath ask`), on a web page and in Slack."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import requests
from on_loopback import Conversation, Running
from slack_replies import read, words
from slack_requests import Door, Person
from slack_standin import Slack

from medpath.channels.replies import Reply, read_reply

TIMEOUT = 60
QUESTIONS = [
    "How many years is an internal medicine residency?",
    "When is Match Day?",
    "Compare MD and DO",
    "how long is the IM residency, what do residents get paid, and do i need step 3 before i start?",
    "Compare internal medicine, pediatrics, family medicine and neurology",
    "How many signals does each specialty give?",
    "How much does it cost to apply to 20 programs in internal medicine?",
    "When is the AAP National Conference?",
    "how competitive is it",
    "who won the world cup",
    "I want to kill myself",
    "make me a plan for studying for step 1",
]


def on_a_page(url: str, question: str) -> list[dict[str, Any]]:
    """What a visitor of a page is answered."""
    web = f"{url}/webhooks/web"
    token = requests.post(f"{web}/sessions", timeout=TIMEOUT).json()["session"]["token"]
    response = requests.post(
        f"{web}/messages",
        json={"id": uuid.uuid4().hex, "text": question},
        headers={"Authorization": f"Bearer {token}"},
        timeout=TIMEOUT,
    )
    return list(response.json()["replies"])


def shows(said: str, below: str, reply: Reply) -> None:
    """What Slack shows has all that the reply says: text, table, warnings, sources with their dates."""
    cells = [cell for row in reply.table.rows for cell in row] if reply.table else []
    for part in (*reply.body.split("\n"), *cells, *reply.warnings):
        assert words(part) in words(said)
    for source in reply.sources:
        assert source.url in below
        assert words(f"{source.publisher} {source.title}") in words(said)
        assert words(source.provenance) in words(below)
    assert words(reply.view) in words(below)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_same_question_gets_the_same_facts(
    slack: Slack, door: Door, medpath_in_slack: Running, question: str
) -> None:
    """The text of each fact and the address and date of its source, wherever it is asked."""
    replies = [read_reply(message) for message in Conversation(medpath_in_slack.url).say(question)]
    on_page = on_a_page(medpath_in_slack.url, question)
    assert [reply["body"] for reply in on_page] == [reply.body for reply in replies]
    assert [tuple(reply["facts"]) for reply in on_page] == [reply.facts for reply in replies]
    person = slack.person()
    door.event(person.says(question).as_message())
    slack.wait(lambda: words(replies[-1].body) in words(shown(slack, person)))
    for reply in replies:
        shows(shown(slack, person), shown(slack, person, "context"), reply)


def shown(slack: Slack, person: Person, *kinds: str) -> str:
    """All that the bot has written to a person."""
    return "\n".join(read(post, *kinds) for post in slack.posts(person.channel))
