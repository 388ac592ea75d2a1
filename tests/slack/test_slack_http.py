"""Slack over HTTP: what people write, command, click and open, and what comes back."""

from __future__ import annotations

import signal
import time
from dataclasses import replace

import pytest
from on_loopback import Conversation, Running
from slack_medpath import asked
from slack_messages import ignored_events
from slack_replies import button, buttons, read, texts, words
from slack_requests import (
    Door,
    Payload,
    Person,
    Request,
    app_home_opened,
    click,
    click_at_home,
    click_unseen,
    event_callback,
    new_id,
    retry,
    slash_command,
    url_verification,
)
from slack_standin import FIRST, SECOND, UNKNOWN, Slack

QUESTION = "How many years is an internal medicine residency?"
ANSWER = "Internal medicine residency takes 3 years"
OTHER_QUESTION = "When is Match Day?"
OTHER_ANSWER = "March 19, 2027"
WHERE_FROM = "where is that from"
FIVE_MINUTES = 300
IGNORED = sorted(ignored_events(Person(FIRST, "D0", "im", "U0")))


def ask_last(slack: Slack, door: Door, person: Person) -> None:
    """Asks and waits; whatever was sent before has been seen to by then."""
    door.event(person.says(QUESTION).as_message())
    assert ANSWER in read(slack.reply(person))


# ---- the way in


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8"])
def test_slack_can_verify_the_address(slack: Slack, door: Door, content_type: str) -> None:
    """The challenge comes back, whichever way the content type is written."""
    response = door.send(Request.of_json(url_verification("3eZbrw1aBm2rZgRNFdxV"), content_type))
    assert response.status_code == 200
    assert "3eZbrw1aBm2rZgRNFdxV" in response.text


def test_an_event_with_a_charset_is_answered(slack: Slack, door: Door) -> None:
    """Slack and its proxies write the content type in both ways."""
    person = slack.person()
    request = Request.of_json(person.says(QUESTION).as_message(), "application/json; charset=utf-8")
    assert door.send(request).status_code == 200
    assert ANSWER in read(slack.reply(person))


@pytest.mark.parametrize("fault", ["forged", "stale", "early", "unsigned", "changed", "without time"])
def test_a_request_that_is_not_of_slack_is_refused(slack: Slack, door: Door, fault: str) -> None:
    """It gets status 401 and is not answered; nor is a challenge given back."""
    person = slack.person()
    for payload in (person.says(OTHER_QUESTION).as_message(), url_verification("secret-challenge")):
        request = Request.of_json(payload)
        headers = request.headers()
        body = request.body
        if fault == "forged":
            headers = request.headers(secret="0" * 32)
        elif fault == "stale":
            headers = request.headers(at=time.time() - FIVE_MINUTES - 10)
        elif fault == "early":
            headers = request.headers(at=time.time() + FIVE_MINUTES + 10)
        elif fault == "unsigned":
            del headers["X-Slack-Signature"]
        elif fault == "changed":
            body += b" "
        else:
            del headers["X-Slack-Request-Timestamp"]
        response = door.knock(body, headers)
        assert response.status_code == 401
        assert "secret-challenge" not in response.text
    ask_last(slack, door, person)
    assert len(slack.posts(person.channel)) == 1


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 50_000, b"payload=" + b"[" * 100_000, b"\xff\xfe"])
@pytest.mark.parametrize("stamp", ["", "now", "9" * 400, "-1", "1e9", "\u0661"])
def test_what_nobody_signed_is_not_read(door: Door, body: bytes, stamp: str) -> None:
    """However deep it is and whenever it says that it was sent, it is refused as unsigned."""
    for signature in ("", "v0=" + "0" * 64, "v0=\u00e9"):
        headers = {"X-Slack-Request-Timestamp": stamp.encode(), "X-Slack-Signature": signature.encode("latin-1")}
        assert door.knock(body, headers).status_code == 401  # type: ignore[arg-type]


def test_a_signed_request_that_is_too_deep_is_refused(door: Door) -> None:
    """It is read, and told to be none."""
    assert door.send(Request(b"[" * 100_000, "application/json")).status_code == 400


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"type": "event_callback"}', b"\xff\xfe"])
def test_a_signed_request_that_makes_no_sense_breaks_nothing(slack: Slack, door: Door, body: bytes) -> None:
    """Whatever is signed is answered by something else than a failure."""
    assert door.send(Request(body, "application/json")).status_code < 500


def misshapen() -> dict[str, Payload]:
    """What Slack sends, each with a part of another type than it has there."""
    event = event_callback(FIRST.team, {"type": "message"})
    action = {"type": "block_actions", "team": {"id": FIRST.team}, "user": {"id": "U1"}}
    return {
        "event of a list": {**event, "event": [1]},
        "event of text": {**event, "event": "x"},
        "event of nothing": {**event, "event": None},
        "event without a type": {**event, "event": {}},
        "event with a type of a list": {**event, "event": {"type": ["message"]}},
        "team of a list": {**event, "team_id": [FIRST.team]},
        "team of a list without authorizations": {**event, "team_id": [FIRST.team], "authorizations": None},
        "team of a number": {"type": "block_actions", "team": 5, "user": {"id": "U1"}, "actions": [{}]},
        "no action": {**action, "actions": []},
        "actions of text": {**action, "actions": "x"},
        "actions of nothing": {**action, "actions": [None]},
        "action without a name": {**action, "actions": [{"type": "button"}]},
        "container of a list": {**action, "container": [1], "actions": [{"type": "button", "action_id": "pick_1"}]},
        "authorizations of text": {**event, "authorizations": "x"},
        "authorizations of texts": {**event, "authorizations": ["x"]},
        "nothing in particular": {"type": ["event_callback"]},
    }


@pytest.mark.parametrize("name", misshapen())
def test_a_signed_request_of_another_shape_is_refused(door: Door, name: str) -> None:
    """It is told that it cannot be read, whatever part is odd."""
    for request in (Request.of_json(misshapen()[name]), Request.of_click(misshapen()[name])):
        response = door.send(request)
        assert (response.status_code, response.text) == (400, "This request cannot be read.")


def test_half_characters_break_nothing(slack: Slack, door: Door, medpath_in_slack: Running) -> None:
    """They stand nowhere but in what is made up; the one who sends them is answered, and what was asked is kept."""
    person = replace(slack.person(), user="U\ud800")
    door.event(person.says(f"{QUESTION} \udfff").as_message())
    assert ANSWER in read(slack.reply(person))
    door.event(event_callback("T\ud800", {"type": "message", "channel": "D1", "user": "U1", "ts": "1.2", "text": "hi"}))


# ---- messages


def test_a_direct_message_gets_one_answer(slack: Slack, door: Door, medpath_in_slack: Running) -> None:
    """With the source and its date below it, buttons, and a text for the notification."""
    person = slack.person()
    door.event(person.says(QUESTION).as_message())
    post = slack.reply(person)
    source = Conversation(medpath_in_slack.url).ask(QUESTION).sources[0]
    assert ANSWER in read(post, "section")
    assert ANSWER in post["text"]
    assert source.url in read(post, "context")
    assert source.as_of in read(post, "context")
    actions = {made["action_id"] for made in buttons(post)}
    assert {"feedback_good", "feedback_bad"} < actions
    assert all(action.startswith(("feedback_", "pick_")) for action in actions)
    assert len(slack.posts(person.channel)) == 1
    assert asked(medpath_in_slack, person) == [QUESTION]


def test_a_follow_up_is_understood(slack: Slack, door: Door) -> None:
    """A direct message is one conversation."""
    person = slack.person()
    door.event(person.says(QUESTION).as_message())
    slack.reply(person)
    door.event(person.says(WHERE_FROM).as_message())
    assert "differentialdiagnosis.net" in read(slack.reply(person, number=2))


def test_a_group_direct_message_is_answered(slack: Slack, door: Door) -> None:
    """Without a mention, as there is nobody else to ask."""
    person = slack.person("mpim")
    door.event(person.says(QUESTION).as_message())
    assert ANSWER in read(slack.reply(person))


@pytest.mark.parametrize("kind", ["channel", "group"])
def test_a_mention_is_answered_in_a_thread(slack: Slack, door: Door, medpath_in_slack: Running, kind: str) -> None:
    """Once, though it arrives as app_mention and as message, and without the name in the question."""
    person = slack.person(kind)
    message = person.mentions(QUESTION)
    door.event(message.as_mention())
    door.event(message.as_message())
    assert ANSWER in read(slack.reply(person, message.ts))
    door.event(person.says(WHERE_FROM, message.ts).as_message())
    slack.reply(person, message.ts, number=2)
    assert len(slack.posts(person.channel, message.ts)) == 2
    assert slack.posts(person.channel) == []
    assert asked(medpath_in_slack, person) == [QUESTION, WHERE_FROM]


@pytest.mark.parametrize("text", ["<@{bot}> {question}", "hey <@{bot}>, {question}", "{question} <@{bot}|medpath>"])
def test_a_mention_may_stand_anywhere(slack: Slack, door: Door, text: str) -> None:
    """Before, in or after the question."""
    person = slack.person("channel")
    message = person.says(text.format(bot=FIRST.bot_user, question=QUESTION))
    door.event(message.as_message())
    door.event(message.as_mention())
    assert ANSWER in read(slack.reply(person, message.ts))


def test_others_may_go_on_in_a_thread(slack: Slack, door: Door) -> None:
    """A reply in a followed thread needs no mention, whoever writes it."""
    person = slack.person("channel")
    message = person.mentions(QUESTION)
    door.event(message.as_mention())
    slack.reply(person, message.ts)
    door.event(person.neighbour().says(OTHER_QUESTION, message.ts).as_message())
    assert OTHER_ANSWER in read(slack.reply(person, message.ts, number=2))


def test_a_mention_in_a_thread_of_others_is_answered_there(slack: Slack, door: Door) -> None:
    """And what was said there before is left alone."""
    person = slack.person("channel")
    root = person.says(QUESTION)
    door.event(root.as_message())
    door.event(person.says(QUESTION, root.ts).as_message())
    mention = person.mentions(OTHER_QUESTION, root.ts)
    door.event(mention.as_message())
    door.event(mention.as_mention())
    assert OTHER_ANSWER in read(slack.reply(person, root.ts))
    door.event(person.says(WHERE_FROM, root.ts).as_message())
    slack.reply(person, root.ts, number=2)
    assert len(slack.posts(person.channel, root.ts)) == 2
    assert slack.posts(person.channel) == []


# ---- exactly once, and nothing for what is not asked


@pytest.mark.parametrize("reason", ["http_timeout", "http_error", "connection_failed", "unknown_error"])
def test_a_retry_is_not_answered_again(slack: Slack, door: Door, medpath_in_slack: Running, reason: str) -> None:
    """Slack retries up to three times, for whatever reason; each is acknowledged."""
    person = slack.person()
    payload = person.says(OTHER_QUESTION).as_message()
    door.event(payload)
    for number in (1, 2, 3):
        door.event(payload, **retry(number, reason))
    door.event(payload)
    slack.reply(person)
    door.event(person.says(QUESTION).as_message())
    slack.reply(person, number=2)
    assert asked(medpath_in_slack, person) == [OTHER_QUESTION, QUESTION]
    assert len(slack.posts(person.channel)) == 2


def test_a_retry_of_what_never_arrived_is_answered(slack: Slack, door: Door) -> None:
    """Slack also retries when the server was away."""
    person = slack.person()
    door.event(person.says(QUESTION).as_message(), **retry(1, "connection_failed"))
    assert ANSWER in read(slack.reply(person))


def test_a_slow_answer_is_acknowledged_at_once(slack: Slack, door: Door, medpath_in_slack: Running) -> None:
    """Even while the action server hangs; retries do not ask again."""
    person = slack.person()
    payload = person.says(QUESTION).as_message()
    actions = medpath_in_slack.service("action server").process
    actions.send_signal(signal.SIGSTOP)
    try:
        door.event(payload)
        door.event(payload, **retry(1))
        assert slack.posts(person.channel) == []
    finally:
        actions.send_signal(signal.SIGCONT)
    assert ANSWER in read(slack.reply(person))
    door.event(person.says(OTHER_QUESTION).as_message())
    slack.wait(lambda: OTHER_ANSWER in read(slack.posts(person.channel)[-1]))
    assert len(slack.posts(person.channel)) == 2


@pytest.mark.parametrize("ignored", IGNORED)
@pytest.mark.parametrize("kind", ["im", "channel"])
def test_what_is_not_asked_is_not_answered(
    slack: Slack, door: Door, medpath_in_slack: Running, kind: str, ignored: str
) -> None:
    """Links that unfold, joins, bots and other subtypes are acknowledged and left alone, with a mention in them too."""
    person = slack.person(kind)
    door.event(ignored_events(person)[ignored])
    message = person.says(QUESTION) if kind == "im" else person.mentions(QUESTION)
    door.event(message.as_message())
    slack.reply(person, "" if kind == "im" else message.ts)
    assert len([call for call in slack.calls if call.body.get("channel") == person.channel]) == 1
    assert asked(medpath_in_slack, person) == [QUESTION]


def test_a_channel_may_talk_without_medpath(slack: Slack, door: Door, medpath_in_slack: Running) -> None:
    """Messages, threads and mentions of others are not for it."""
    person = slack.person("channel")
    root = person.says(OTHER_QUESTION)
    door.event(root.as_message())
    door.event(person.says(OTHER_QUESTION, root.ts).as_message())
    door.event(person.says(f"<@U0SOMEBODY> {OTHER_QUESTION}").as_message())
    message = person.mentions(QUESTION)
    door.event(message.as_message())
    slack.reply(person, message.ts)
    assert len([call for call in slack.calls if call.body.get("channel") == person.channel]) == 1
    assert asked(medpath_in_slack, person) == [QUESTION]


def test_an_event_of_another_kind_is_acknowledged(slack: Slack, door: Door) -> None:
    """A workspace may send more than the manifest asks for."""
    person = slack.person("channel")
    reaction = {
        "type": "reaction_added",
        "user": person.user,
        "reaction": "thumbsup",
        "item": {"type": "message", "channel": person.channel, "ts": person.says("").ts},
        "event_ts": person.says("").ts,
    }
    door.event(event_callback(FIRST.team, reaction))
    door.event(event_callback(FIRST.team, {"type": "tokens_revoked", "tokens": {"bot": [new_id("U")]}}))
    ask_last(slack, door, slack.person())
    assert not [call for call in slack.calls if call.body.get("channel") == person.channel]


# ---- apart


def test_two_threads_and_two_people_never_mix(slack: Slack, door: Door) -> None:
    """Each has a conversation of its own: what "that" means depends on who asks where."""
    person = slack.person("channel")
    other = person.neighbour()
    first, second = person.mentions(QUESTION), person.mentions(OTHER_QUESTION)
    third = other.mentions("How long is PM&amp;R residency?")
    threads = (first, second, third)
    for message in threads:
        door.event(message.as_mention())
    for message in threads:
        slack.reply(person, message.ts)
    for message in threads:
        door.event(message.person.says(WHERE_FROM, message.ts).as_message())
    origins = [words(read(slack.reply(person, message.ts, number=2))) for message in threads]
    assert "Length of Medical Residency" in origins[0]
    assert "Wikipedia" in origins[1]
    assert "Length of Medical Residency" not in origins[2]
    assert "Wikipedia" not in origins[2]
    # In the first thread the other person has asked nothing yet.
    door.event(other.says(WHERE_FROM, first.ts).as_message())
    assert "Length of Medical Residency" not in words(read(slack.reply(person, first.ts, number=3), "section"))


def test_the_workspace_that_asked_is_answered(slack: Slack, door: Door) -> None:
    """With the token of its own team: another one would be refused."""
    person = slack.person("channel", SECOND)
    message = person.mentions(QUESTION)
    door.event(message.as_mention())
    door.event(message.as_message())
    slack.reply(person, message.ts)
    (call,) = [call for call in slack.calls if call.body.get("channel") == person.channel]
    assert call.team == SECOND.team


def test_a_team_without_a_token_is_not_answered(slack: Slack, door: Door, medpath_in_slack: Running) -> None:
    """Its events are acknowledged, so that Slack does not turn the app off."""
    stranger = slack.person("im", UNKNOWN)
    door.event(stranger.says(QUESTION).as_message())
    ask_last(slack, door, slack.person())
    assert not [call for call in slack.calls if call.body.get("channel") == stranger.channel]
    assert asked(medpath_in_slack, stranger) == []


# ---- commands, clicks, App Home


@pytest.mark.parametrize("kind", ["im", "channel"])
def test_a_slash_command_is_answered_to_who_gave_it(slack: Slack, door: Door, kind: str) -> None:
    """At once with nothing, then at the response URL; nothing is posted for all to see."""
    person, url = slack.person(kind), slack.response_url()
    response = door.command(slash_command(person, QUESTION, url))
    assert response.text == ""
    (call,) = slack.wait(lambda: slack.taken(url))
    assert ANSWER in read(call.body)
    assert call.body.get("response_type", "ephemeral") == "ephemeral"
    assert slack.posts(person.channel) == []


def test_a_button_of_an_unseen_answer_is_answered_unseen(slack: Slack, door: Door) -> None:
    """What only one person saw goes on for that person only."""
    person, url, next_url = slack.person("channel"), slack.response_url(), slack.response_url()
    door.command(slash_command(person, QUESTION, url))
    (call,) = slack.wait(lambda: slack.taken(url))
    door.click(click_unseen(person, buttons(call.body)[0], next_url))
    (answer,) = slack.wait(lambda: slack.taken(next_url))
    assert ANSWER not in read(answer.body, "section")
    assert answer.body.get("replace_original", False) is False
    assert slack.posts(person.channel) == []


def test_a_slash_command_without_a_question_says_how_to_ask(slack: Slack, door: Door) -> None:
    """There is always a reply."""
    url = slack.response_url()
    door.command(slash_command(slack.person(), "", url))
    (call,) = slack.wait(lambda: slack.taken(url))
    assert call.body["text"].strip()


@pytest.mark.parametrize("kind", ["im", "channel"])
def test_a_button_asks_what_it_says(slack: Slack, door: Door, kind: str) -> None:
    """The answer comes where the button stands, once, however often the click arrives."""
    person = slack.person(kind)
    message = person.says(QUESTION) if kind == "im" else person.mentions(QUESTION)
    thread = "" if kind == "im" else message.ts
    door.event(message.as_message())
    post = slack.reply(person, thread)
    clicked = click(person, buttons(post)[0], post, slack.response_url())
    door.click(clicked)
    door.click(clicked)
    assert ANSWER not in read(slack.reply(person, thread, number=2), "section")
    door.event(person.says(OTHER_QUESTION, thread).as_message())
    slack.wait(lambda: OTHER_ANSWER in read(slack.posts(person.channel, thread)[-1]))
    assert len(slack.posts(person.channel, thread)) == 3


@pytest.mark.parametrize(("action", "thanks"), [("feedback_good", "Glad"), ("feedback_bad", "sorry")])
def test_feedback_is_taken(slack: Slack, door: Door, action: str, thanks: str) -> None:
    """As if it had been said."""
    person = slack.person()
    door.event(person.says(QUESTION).as_message())
    post = slack.reply(person)
    door.click(click(person, button(post, action), post, slack.response_url()))
    assert thanks in read(slack.reply(person, number=2))


def test_the_app_home_introduces_medpath(slack: Slack, door: Door) -> None:
    """With questions to begin with, which are answered among the direct messages."""
    person = slack.person()
    door.event(app_home_opened(person))
    (view,) = slack.wait(lambda: slack.views(person))
    assert "/medpath" in read(view)
    example = next(made for made in buttons(view) if "Match Day" in made["text"]["text"])
    assert slack.posts(person.channel) == []
    door.click(click_at_home(person, example, view))
    assert OTHER_ANSWER in read(slack.reply(person))


# ---- signs and limits


def test_signs_are_escaped_both_ways(slack: Slack, door: Door, medpath_in_slack: Running) -> None:
    """What Slack has escaped is asked as it was typed; what is shown is escaped for Slack."""
    person = slack.person()
    door.event(person.says("How long is PM&amp;R residency?").as_message())
    assert "PM&amp;R training takes 48 months" in "\n".join(texts(slack.reply(person), "section"))
    door.event(person.says("is 1 &lt; 2 &amp;&amp; 3 &gt; 2, &amp;lt; too").as_message())
    slack.reply(person, number=2)
    assert asked(medpath_in_slack, person) == ["How long is PM&R residency?", "is 1 < 2 && 3 > 2, &lt; too"]


def test_a_link_is_read_as_its_text(slack: Slack, door: Door, medpath_in_slack: Running) -> None:
    """Slack makes links of whatever looks like one."""
    person = slack.person()
    door.event(person.says("what is on <http://usmle.org|usmle.org>").as_message())
    slack.reply(person)
    assert asked(medpath_in_slack, person) == ["what is on usmle.org"]


def test_a_rate_limit_loses_nothing(slack: Slack, door: Door) -> None:
    """A reply that is put off three times comes when its time has come, and so do those behind it."""
    people = [slack.person() for _ in range(3)]
    slack.limit("chat.postMessage", times=3, seconds=1)
    for person in people:
        door.event(person.says(QUESTION).as_message())
    for person in people:
        assert ANSWER in read(slack.reply(person))
    slack.limit("chat.postMessage", times=3, seconds=1)
    person = slack.person()
    door.event(person.says(QUESTION).as_message())
    slack.reply(person)
    ask_last(slack, door, slack.person())
    assert [len(slack.posts(one.channel)) for one in (*people, person)] == [1, 1, 1, 1]


def test_a_very_long_question_is_told_so(slack: Slack, door: Door) -> None:
    """It is too long to be read, and the person learns that."""
    person = slack.person()
    door.event(person.says("why " * 2000).as_message())
    assert "longer than I can read" in read(slack.reply(person)) + slack.reply(person)["text"]
