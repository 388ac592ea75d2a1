"""Which of Slack's events are questions, of whom, and that each is taken once."""

from __future__ import annotations

from typing import Any

import pytest

from medpath.channels.slack.events import Once, Thread, asked_by_click, asked_by_command, asked_in_event

TEAM, BOT = "T1", "UBOT"
DIRECT = {
    "type": "message",
    "channel": "D1",
    "channel_type": "im",
    "user": "U1",
    "text": "when is match day",
    "ts": "1.5",
}
CHANNEL = {**DIRECT, "channel": "C1", "channel_type": "channel"}
MENTION = {**CHANNEL, "type": "app_mention", "text": "<@UBOT> when is match day"}


def test_a_direct_message_is_a_question() -> None:
    """Answered without a thread, or in the thread it was asked in, in the one conversation of person and channel."""
    asked = asked_in_event(TEAM, DIRECT, BOT)
    assert asked is not None
    assert (asked.text, asked.thread, asked.conversation) == (
        "when is match day",
        Thread("T1", "D1"),
        "slack-T1-D1-U1",
    )
    within = asked_in_event(TEAM, {**DIRECT, "thread_ts": "1.1"}, BOT)
    assert within is not None
    assert (within.thread.ts, within.conversation) == ("1.1", "slack-T1-D1-U1")


def test_a_mention_begins_a_thread_whichever_event_comes_first() -> None:
    """As app_mention and as message it is the same question in the same thread."""
    as_mention, as_message = (
        asked_in_event(TEAM, {**MENTION, "type": kind}, BOT) for kind in ("app_mention", "message")
    )
    assert as_mention == as_message
    assert as_mention is not None
    assert (as_mention.text, as_mention.thread.ts, as_mention.addressed) == ("when is match day", "1.5", True)


def test_a_reply_in_a_thread_may_be_meant() -> None:
    """Whether Medpath takes part in the thread is for others to say; what is said to somebody else is not meant."""
    reply = asked_in_event(TEAM, {**CHANNEL, "thread_ts": "1.1"}, BOT)
    assert reply is not None
    assert (reply.addressed, reply.thread.ts) == (False, "1.1")
    assert asked_in_event(TEAM, {**CHANNEL, "thread_ts": "1.1", "text": "<@U2> thanks"}, BOT) is None


@pytest.mark.parametrize(
    "event",
    [
        CHANNEL,
        {**DIRECT, "subtype": "message_changed"},
        {**DIRECT, "subtype": "channel_join"},
        {**DIRECT, "subtype": "bot_message"},
        {**DIRECT, "bot_id": "B9"},
        {**DIRECT, "edited": {"user": "U1", "ts": "2.0"}},
        {**DIRECT, "hidden": True},
        {**DIRECT, "user": BOT},
        {**DIRECT, "user": "USLACKBOT"},
        {**DIRECT, "user": None},
        {**DIRECT, "ts": 5},
        {**MENTION, "bot_id": "B9"},
        {"type": "reaction_added", "user": "U1", "item": {}},
        {},
    ],
)
def test_all_else_is_ignored(event: dict[str, Any]) -> None:
    """Nobody asked Medpath anything."""
    assert asked_in_event(TEAM, event, BOT) is None


def test_a_command_is_answered_privately() -> None:
    """The question is the text after it."""
    body = {
        "command": "/medpath",
        "text": "what is ERAS &amp; NRMP",
        "user_id": "U1",
        "channel_id": "C1",
        "trigger_id": "7.1",
        "response_url": "https://hooks.slack.com/x",
    }
    asked = asked_by_command(TEAM, body)
    assert (asked.text, asked.id, asked.response_url) == ("what is ERAS & NRMP", "7.1", "https://hooks.slack.com/x")


def _click(**changed: Any) -> dict[str, Any]:
    return {
        "user": {"id": "U1"},
        "channel": {"id": "C1"},
        "container": {"type": "message"},
        "message": {"ts": "2.0", "thread_ts": "1.5"},
        "response_url": "https://hooks.slack.com/x",
        "actions": [
            {
                "action_id": "pick_0",
                "value": "fact:a/b",
                "action_ts": "9.1",
                "text": {"type": "plain_text", "text": "Pay"},
            }
        ],
        **changed,
    }


def test_a_click_says_what_the_button_stands_for() -> None:
    """In the thread of the message; only what nobody else sees is answered through the response_url."""
    asked = asked_by_click(TEAM, _click())
    assert asked is not None
    assert (asked.text, asked.shown, asked.id, asked.response_url) == ("fact:a/b", "Pay", "9.1", None)
    assert asked.conversation == "slack-T1-C1-1.5-U1"
    private = asked_by_click(TEAM, _click(container={"type": "message", "is_ephemeral": True}))
    assert private is not None
    assert private.response_url == "https://hooks.slack.com/x"


def test_feedback_is_said_in_words() -> None:
    """Whatever value the button carries."""
    asked = asked_by_click(TEAM, _click(actions=[{"action_id": "feedback_bad", "value": "x", "action_ts": "9"}]))
    assert asked is not None
    assert asked.text == "that's wrong"


def test_a_click_in_the_home_tab_is_answered_in_the_direct_messages() -> None:
    """The tab carries their channel."""
    asked = asked_by_click(
        TEAM, _click(channel=None, message=None, container={"type": "view"}, view={"private_metadata": "D1"})
    )
    assert asked is not None
    assert asked.conversation == "slack-T1-D1-U1"


@pytest.mark.parametrize("changed", [{"actions": []}, {"actions": [{"action_id": "link", "value": "x"}]}, {"user": {}}])
def test_a_click_on_something_else_is_ignored(changed: dict[str, Any]) -> None:
    """Links are buttons too."""
    assert asked_by_click(TEAM, _click(**changed)) is None


def test_each_thing_is_taken_once_within_bounds() -> None:
    """What came again lately is not forgotten first."""
    once = Once(most=2)
    assert [once.first(key) for key in ("a", "b", "a", "c", "a", "b")] == [True, True, False, True, False, True]
    assert "a" in once
    assert "c" not in once
