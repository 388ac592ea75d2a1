"""Slack: messages that people edit. What asks something else is answered, once; what changes nothing is not."""

from __future__ import annotations

import pytest
from on_loopback import Running
from slack_medpath import asked
from slack_messages import edit, replied_to, unfurled, with_file
from slack_replies import read
from slack_requests import Door, Person, retry
from slack_standin import Slack

QUESTION = "How many years is an internal medicine residency?"
ANSWER = "Internal medicine residency takes 3 years"
OTHER_QUESTION = "When is Match Day?"
OTHER_ANSWER = "March 19, 2027"


def ask_last(slack: Slack, door: Door, person: Person) -> None:
    """Asks something there and waits; whatever was sent before has been seen to by then."""
    message = person.mentions(QUESTION)
    door.event(message.as_message())
    here = ("", 2) if person.kind == "im" else (message.ts, 1)
    assert ANSWER in read(slack.reply(person, *here))


def test_an_edit_that_adds_a_mention_is_answered_in_the_thread_of_the_message(slack: Slack, door: Door) -> None:
    """Once, though it arrives in two forms, and each again; and the thread goes on."""
    person = slack.person("channel")
    message = person.says(QUESTION)
    door.event(message.as_message())
    edited = edit(message, f"<@{person.workspace.bot_user}> {QUESTION}")
    change = edited.as_change()
    for payload in (change, edited.as_mention(), edited.as_change()):
        door.event(payload)
    door.event(change, **retry(1))
    assert ANSWER in read(slack.reply(person, message.ts))
    door.event(person.says("where is that from", message.ts).as_message())
    assert "differentialdiagnosis.net" in read(slack.reply(person, message.ts, number=2))
    assert slack.posts(person.channel) == []
    assert len(slack.posts(person.channel, message.ts)) == 2


@pytest.mark.parametrize("kind", ["im", "mpim", "channel"])
def test_a_question_that_really_changed_is_answered_again(
    slack: Slack, door: Door, medpath_in_slack: Running, kind: str
) -> None:
    """In the thread of its message; what changes no word, or brings back what was answered, gives nothing more."""
    person = slack.person(kind)
    message = person.mentions(QUESTION) if kind == "channel" else person.says(QUESTION)
    door.event(message.as_message())
    slack.reply(person, message.ts if kind == "channel" else "")
    name = f"<@{person.workspace.bot_user}> " if kind == "channel" else ""
    first = edit(message, name + OTHER_QUESTION)
    same = edit(first.after, name + "when is  match day")
    back = edit(same.after, message.text)
    for one in (first, same, back):
        door.event(one.as_change())
        door.event(one.as_change())
    door.event(unfurled(message))
    door.event(replied_to(message))
    slack.wait(lambda: slack.posts(person.channel, message.ts))
    ask_last(slack, door, person)
    told = [OTHER_ANSWER in read(post) for post in slack.posts(person.channel, message.ts)]
    assert told == ([False, True] if kind == "channel" else [True])
    assert asked(medpath_in_slack, person) == [QUESTION, OTHER_QUESTION, QUESTION]


def test_an_edit_that_adds_a_question_is_answered(slack: Slack, door: Door) -> None:
    """To a mention alone, and to a file alone."""
    person, other = slack.person("channel"), slack.person()
    mention, file = person.mentions(""), other.says("")
    door.event(mention.as_mention())
    door.event(with_file(file))
    slack.reply(person, mention.ts)
    slack.reply(other)
    door.event(edit(mention, f"{mention.text} {QUESTION}").as_change())
    door.event(edit(file, QUESTION).as_change())
    assert ANSWER in read(slack.reply(person, mention.ts, number=2))
    assert ANSWER in read(slack.reply(other, file.ts))


def test_a_reply_in_a_thread_is_answered_again_where_it_was_answered_before(
    slack: Slack, door: Door, medpath_in_slack: Running
) -> None:
    """What stood in the thread before Medpath was asked there is not for it, whoever edits it."""
    person = slack.person("channel")
    root = person.says("hello all")
    earlier = person.says(QUESTION, root.ts)
    for message in (root, earlier):
        door.event(message.as_message())
    door.event(person.mentions(QUESTION, root.ts).as_message())
    slack.reply(person, root.ts)
    later = person.says("where is that from", root.ts)
    door.event(later.as_message())
    slack.reply(person, root.ts, number=2)
    for message in (root, earlier, later):
        door.event(edit(message, OTHER_QUESTION).as_change())
    assert OTHER_ANSWER in read(slack.reply(person, root.ts, number=3))
    ask_last(slack, door, person)
    assert len(slack.posts(person.channel, root.ts)) == 3
    assert asked(medpath_in_slack, person) == [QUESTION, "where is that from", OTHER_QUESTION, QUESTION]


def test_an_edit_that_names_medpath_is_not_lost_behind_the_message_that_did_not(slack: Slack, door: Door) -> None:
    """Which was not answered, though it asked the same."""
    person = slack.person("channel")
    message = person.says(QUESTION, person.says("").ts)
    door.event(message.as_message())
    door.event(edit(message, f"<@{person.workspace.bot_user}> {QUESTION}").as_change())
    assert ANSWER in read(slack.reply(person, message.thread))
    ask_last(slack, door, person)
    assert len(slack.posts(person.channel, message.thread)) == 1
