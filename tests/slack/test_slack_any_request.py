"""Whatever is posted to Slack's address, signed or not: no failure, no word on what is inside, and all goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from on_loopback import Running
from slack_medpath import connected, http
from slack_replies import read
from slack_requests import Door, Payload, Person, Request, new_id, slash_command
from slack_standin import FIRST, UNKNOWN, Slack

TELLTALE = ("Traceback", 'File "', "site-packages", "Exception")
CONTENT_TYPES = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data", "x")
QUESTION, ANSWER = "How many years is an internal medicine residency?", "Internal medicine residency takes 3 years"
BOUNDED = settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner))
# Keys that mean something in what Slack sends.
KEYS = st.sampled_from(
    ["type", "event", "team_id", "event_id", "actions", "command", "text", "user", "view", "channel"]
)
OBJECTS = st.dictionaries(KEYS | st.text(max_size=9), VALUES, max_size=6)
SIGNATURES = st.one_of(st.none(), st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80))


def knock(door: Door, body: bytes, headers: dict[str, str]) -> int:
    """Posts a body; gives the status, which is never that of a failure."""
    answer = door.knock(body, headers)
    assert answer.status_code < 500, answer.text
    assert not [word for word in TELLTALE if word in answer.text]
    return answer.status_code


@BOUNDED
@given(body=st.binary(max_size=200) | OBJECTS.map(lambda one: json.dumps(one).encode()), signature=SIGNATURES)
def test_what_nobody_signed_is_refused(door: Door, body: bytes, signature: str | None) -> None:
    """Whatever it holds, and before it is read."""
    own = {} if signature is None else {"X-Slack-Signature": signature}
    now = {"X-Slack-Request-Timestamp": Request(body, "").headers()["X-Slack-Request-Timestamp"]}
    assert knock(door, body, {"Content-Type": "application/json", **now, **own}) == 401


@BOUNDED
@given(
    body=st.binary(max_size=200), kind=st.sampled_from(["application/json", "application/x-www-form-urlencoded", "x"])
)
def test_signed_bytes_of_any_kind_are_refused_or_taken(door: Door, body: bytes, kind: str) -> None:
    """Slack itself may send what nobody foresaw."""
    request = Request(body, kind)
    knock(door, body, request.headers())


@BOUNDED
@given(content=OBJECTS)
@example(content={"type": "event_callback", "event": {"type": "message"}, "authorizations": {"": None}})
def test_signed_objects_of_any_shape_are_refused_or_taken(door: Door, content: Payload) -> None:
    """As an event, as a click and as the fields of a form, of a workspace that Medpath is not in."""
    for request in (
        Request.of_json({**content, "team_id": UNKNOWN.team}),
        Request.of_click({**content, "team": {"id": UNKNOWN.team}}),
        Request.of_form({key: str(value) for key, value in content.items()}),
    ):
        knock(door, request.body, request.headers())


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Slack, Running]]:
    """A Medpath and a Slack of this module's own, which may have to refuse what comes of nonsense."""
    with Slack() as slack, connected(tmp_path_factory.mktemp("any-request"), http(slack)) as medpath:
        yield slack, medpath


@pytest.mark.slow
@LONG
@given(data=st.data())
def test_damaged_events_of_a_workspace_stop_nothing(apart: tuple[Slack, Running], data: st.DataObject) -> None:
    """Real events and commands in which any part is replaced; a proper question is answered afterwards."""
    _, medpath = apart
    door, person = Door(medpath.url), Person(FIRST, new_id("D"), "im", new_id("U"))
    sound = data.draw(
        st.sampled_from(
            [person.says("hello").as_message(), person.mentions("hello").as_mention(), slash_command(person, "hi", "x")]
        )
    )
    damaged = data.draw(_damaged(sound))
    is_form = "command" in sound and isinstance(damaged, dict)
    request = Request.of_form(damaged) if is_form else Request.of_json(damaged)
    knock(door, request.body, request.headers())


@pytest.mark.slow
def test_a_question_after_all_of_it_is_answered(apart: tuple[Slack, Running]) -> None:
    """By the same processes."""
    slack, medpath = apart
    asking = slack.person()
    Door(medpath.url).event(asking.says(QUESTION).as_message())
    assert ANSWER in read(slack.reply(asking))


@st.composite
def _damaged(draw: st.DrawFn, whole: Any) -> Any:
    """The same with one part replaced or, in an object, left out."""
    if not isinstance(whole, dict | list) or not whole or draw(st.integers(0, 3)) == 0:
        return draw(VALUES)
    if isinstance(whole, list):
        place = draw(st.integers(0, len(whole) - 1))
        return [draw(_damaged(part)) if number == place else part for number, part in enumerate(whole)]
    key = draw(st.sampled_from(sorted(whole)))
    if draw(st.booleans()):
        return {name: part for name, part in whole.items() if name != key}
    return {**whole, key: draw(_damaged(whole[key]))}
