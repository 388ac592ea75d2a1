"""What people write in Slack, in all the forms in which it comes: with files, to a whole channel, edited."""

from __future__ import annotations

from typing import Any

import pytest

from medpath.channels.slack.events import Question, asked_in_event, is_of

TEAM, BOT = "T1", "UBOT"
ASKED = "when is match day"
DIRECT = {"type": "message", "channel": "D1", "channel_type": "im", "user": "U1", "text": ASKED, "ts": "1.5"}
CHANNEL = {**DIRECT, "channel": "C1", "channel_type": "channel"}
GROUP = {**DIRECT, "channel": "C2", "channel_type": "mpim"}
MENTIONED = f"<@{BOT}> {ASKED}"
FILES = [{"id": "F1", "name": "cv.pdf", "mimetype": "application/pdf"}]
EDITED = {"user": "U1", "ts": "2.000000"}


def asked(event: dict[str, Any]) -> Question | None:
    return asked_in_event(TEAM, event, BOT)


def as_mention(event: dict[str, Any]) -> dict[str, Any]:
    """The app_mention of a message, which does not tell the kind of its channel."""
    return {**{key: value for key, value in event.items() if key != "channel_type"}, "type": "app_mention"}


def changed(event: dict[str, Any], text: str, **more: Any) -> dict[str, Any]:
    """The message_changed of an edit."""
    inner = {key: value for key, value in event.items() if key not in ("channel", "channel_type")}
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "channel": event["channel"],
        "channel_type": event["channel_type"],
        "ts": "2.1",
        "message": {**inner, "text": text, "edited": EDITED, **more},
        "previous_message": inner,
    }


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast"])
@pytest.mark.parametrize("event", [DIRECT, {**CHANNEL, "text": MENTIONED}, as_mention({**CHANNEL, "text": MENTIONED})])
def test_what_is_said_with_a_file_or_to_a_whole_channel_is_asked(event: dict[str, Any], subtype: str) -> None:
    """As if it had come alone."""
    assert (plain := asked(event)) is not None
    found = asked({**event, "subtype": subtype})
    assert found == plain


def test_a_file_alone_is_told_from_nothing_at_all() -> None:
    """It gets another reply than a mention alone."""
    file = asked({**DIRECT, "subtype": "file_share", "text": "", "files": FILES})
    assert file is not None
    assert (file.text, file.has_files) == ("", True)
    assert (nothing := asked({**CHANNEL, "text": f"<@{BOT}>"})) is not None
    assert (nothing.text, nothing.has_files) == ("", False)


@pytest.mark.parametrize(
    "reported",
    [
        {"subtype": "channel_join"},
        {"subtype": "channel_topic"},
        {"subtype": "pinned_item"},
        {"subtype": "tombstone"},
        {"subtype": "bot_message", "bot_id": "B9"},
        {"subtype": "file_share", "bot_id": "B9"},
        {"subtype": "thread_broadcast", "user": BOT},
        {"user": "USLACKBOT"},
        {"hidden": True},
    ],
)
def test_what_slack_reports_is_not_asked(reported: dict[str, Any]) -> None:
    """Neither as a message, nor as a mention, nor as what an edit leaves."""
    for event in (DIRECT, as_mention({**CHANNEL, "text": MENTIONED})):
        assert asked({**event, **reported}) is None
    assert asked(changed(DIRECT, "what is ERAS", **reported)) is None


@pytest.mark.parametrize("event", [DIRECT, GROUP, {**CHANNEL, "text": MENTIONED}])
def test_an_edit_that_asks_something_else_is_answered_in_the_thread_of_its_message(event: dict[str, Any]) -> None:
    """As another question, in the thread that it is in already if there is one."""
    before, after = asked(event), asked(changed(event, f"<@{BOT}> what is ERAS"))
    assert before is not None
    assert after is not None
    assert (after.text, after.thread.ts, after.addressed) == ("what is ERAS", "1.5", True)
    assert before.key != after.key
    assert (within := asked(changed({**event, "thread_ts": "1.1"}, f"<@{BOT}> what is ERAS"))) is not None
    assert within.thread.ts == "1.1"


def test_an_edit_that_adds_a_mention_is_answered() -> None:
    """Once, as it comes as app_mention too."""
    as_change, mention = asked(changed(CHANNEL, MENTIONED)), as_mention({**CHANNEL, "text": MENTIONED})
    assert as_change is not None
    assert as_change.addressed
    assert asked({**mention, "edited": EDITED}) == as_change


def test_an_edit_asks_the_same_however_it_comes() -> None:
    """Whether its words were put in other letters, and whether what it was is told."""
    keys = {
        found.key
        for event in (
            changed(DIRECT, "What is ERAS?"),
            changed(DIRECT, "what  is ERAS"),
            {**changed(DIRECT, "what is ERAS"), "previous_message": None},
        )
        if (found := asked(event))
    }
    assert len(keys) == 1


@pytest.mark.parametrize("event", [DIRECT, {**CHANNEL, "text": MENTIONED}, {**CHANNEL, "thread_ts": "1.1"}])
@pytest.mark.parametrize(
    "now",
    [
        {"attachments": [{"from_url": "https://usmle.org", "title": "USMLE"}]},
        {"reply_count": 3, "latest_reply": "1.9", "thread_ts": "1.5"},
        {"edited": None, "language": {"locale": "en"}},
        {"files": [{"id": "F1", "mode": "tombstone"}]},
    ],
)
def test_what_changes_nothing_in_the_words_is_not_asked(event: dict[str, Any], now: dict[str, Any]) -> None:
    """Links that unfold, replies below it, what Slack finds out of its language, files that are taken away."""
    assert asked(changed(event, event["text"], **now)) is None


@pytest.mark.parametrize("text", ["When is Match Day?", "when  is match day!", f"<@{BOT}>", ""])
def test_an_edit_that_asks_nothing_new_is_not_asked(text: str) -> None:
    """Nor one that leaves no question; in a channel Medpath was named before."""
    assert asked(changed({**CHANNEL, "text": MENTIONED}, f"<@{BOT}> {text}")) is None


def test_grades_and_scores_are_words() -> None:
    """A sign may change what is asked."""
    for before, after in (("a B in chemistry", "a B+ in chemistry"), ("GPA of 38", "GPA of 3.8")):
        assert asked(changed({**DIRECT, "text": before}, after)) is not None


def test_a_channel_may_edit_without_medpath() -> None:
    """What began a thread is none of its replies; one that is, may be meant."""
    assert asked(changed(CHANNEL, "what is ERAS")) is None
    assert asked(changed({**CHANNEL, "thread_ts": "1.5"}, "what is ERAS")) is None
    assert asked(changed({**CHANNEL, "text": MENTIONED}, "what is ERAS")) is None
    assert (reply := asked(changed({**CHANNEL, "thread_ts": "1.1"}, "what is ERAS"))) is not None
    assert (reply.addressed, reply.is_edit) == (False, True)


@pytest.mark.parametrize("broken", [{"message": None}, {"message": "x"}, {"message": {}}, {"previous_message": [1]}])
def test_a_change_of_another_shape_is_not_asked(broken: dict[str, Any]) -> None:
    """And breaks nothing."""
    event = changed(DIRECT, "what is ERAS", edited=None)
    assert asked({**event, **broken}) is None


@pytest.mark.parametrize("thread", [{}, {"thread_ts": "1.1"}])
def test_a_mention_in_a_group_is_answered_in_one_place_whichever_event_comes_first(thread: dict[str, str]) -> None:
    """Nothing in its app_mention tells that it is a group's direct message."""
    message = {**GROUP, "text": MENTIONED, **thread}
    assert (found := asked(message)) is not None
    assert found == asked(as_mention(message))
    assert found.thread.ts == thread.get("thread_ts", "1.5")


def test_all_direct_messages_of_a_person_are_one_conversation() -> None:
    """In threads too, where they are answered; what waits there goes when it is erased."""
    for event in ({**DIRECT, "thread_ts": "1.1"}, changed(DIRECT, "what is ERAS")):
        assert (found := asked(event)) is not None
        assert found.thread.ts is not None
        assert found.conversation == "slack-T1-D1-U1"
        assert is_of(found.conversation, "event", TEAM, {"event": event})
    assert not is_of("slack-T1-D1-U2", "event", TEAM, {"event": DIRECT})


@pytest.mark.parametrize(
    "event", [GROUP, {**GROUP, "text": MENTIONED}, {**GROUP, "thread_ts": "1.1"}, CHANNEL | {"text": MENTIONED}]
)
def test_what_waits_is_found_by_its_conversation(event: dict[str, Any]) -> None:
    """Also before Slack has told who Medpath is, and for an edit."""
    for form in (event, changed(event, f"{event['text']} 2027")):
        assert (found := asked(form)) is not None
        assert is_of(found.conversation, "event", TEAM, {"event": form})
