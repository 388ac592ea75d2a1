"""Rasa's events as the web channel shows them."""

from __future__ import annotations

from typing import Any

import pytest
from planned import CONTRADICTORY, STUDENT, plan_message
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SessionStarted, SlotSet, UserUttered

from medpath.channels.incoming import FAILED
from medpath.channels.past import said_to
from medpath.channels.rest import error_message
from medpath.channels.web.history import history, web_reply

BLOCK: dict[str, Any] = {
    "kind": "comparison",
    "body": "Both take three years.",
    "warnings": ["Stale."],
    "sources": [
        {"publisher": "ABIM", "title": "Policies", "url": "https://abim.org", "as_of": "2026", "check": "official"}
    ],
    "facts": ["internal-medicine/duration"],
    "topics": ["internal-medicine"],
    "score": 0.9,
    "check": "official",
    "buttons": [{"title": "Pay", "payload": "fact:a/b", "facts": ["a/b"]}],
    "table": {"columns": ["", "A", "B"], "rows": [["Years", "3", "3"]]},
    "pictures": [{"url": "/widget/map.svg", "alt": "A map", "width": 300}],
}


def _asked(text: str | None, message_id: str | None = None, second: float = 0, **metadata: str) -> UserUttered:
    return UserUttered(text, timestamp=second, message_id=message_id, metadata=metadata or None)


def _said(text: str, second: float = 0, **data: Any) -> BotUttered:
    return BotUttered(text, data, timestamp=second)


def test_a_reply_has_all_its_parts() -> None:
    """What an action sends in its block goes out in parts, and nothing besides."""
    assert web_reply({"text": "All of it.", "custom": BLOCK}) == {
        "kind": "comparison",
        "text": "All of it.",
        "body": "Both take three years.",
        "warnings": ["Stale."],
        "sources": [{**BLOCK["sources"][0], "check": "official"}],
        "buttons": [{"title": "Pay", "payload": "fact:a/b"}],
        "table": {"columns": ("", "A", "B"), "rows": (("Years", "3", "3"),)},
        "pictures": [{"url": "/widget/map.svg", "alt": "A map"}],
        "facts": ["internal-medicine/duration"],
        "heading": "",
        "plan": None,
        "check": "official",
    }


def test_a_plan_goes_out_with_names_in_place_of_ids() -> None:
    """Needs are labels, costs lines; what the body says besides the plan is its introduction."""
    plan = web_reply(plan_message("What changes", **STUDENT))["plan"]
    assert plan["intro"] == "What changes"
    steps = {step["label"]: step for step in plan["steps"]}
    residency = steps["Residency in dermatology"]
    assert (residency["kind"], residency["years"]) == ("stretch", "3")
    assert {"Match Day", "Preliminary or transitional year"} <= set(residency["needs"])
    assert steps["ERAS application for residency"]["costs"][0]["basis"] == "30 to 80 programs"
    assert steps["Match Day"]["kind"] == "match"
    assert plan["picture"]["alt"].startswith("Timeline of the way to Dermatology")
    assert plan["picture"]["height"] > plan["picture"]["width"]
    assert plan["calendar"] is True


def test_a_plan_that_asks_back_has_no_picture() -> None:
    """It says what is contradictory and what it asks."""
    plan = web_reply(plan_message(**CONTRADICTORY))["plan"]
    assert (plan["picture"], plan["calendar"], plan["steps"], plan["intro"]) == (None, False, [], "")
    assert plan["asks"]
    assert plan["problems"]


def test_a_reply_without_a_block_is_small_talk() -> None:
    """Responses of the domain have a text alone."""
    reply = web_reply({"text": "You are welcome."})
    assert (reply["kind"], reply["text"], reply["body"]) == ("smalltalk", "You are welcome.", "You are welcome.")
    assert (reply["table"], reply["sources"], reply["buttons"]) == (None, [], [])


@pytest.mark.parametrize(
    "block",
    [
        {"sources": [{"name": "ABIM"}]},
        {"buttons": [{}]},
        {"table": {}, "score": "high"},
        {"table": {"x": 1}},
        {"plan": {"steps": 1}},
    ],
)
def test_a_block_of_another_version_leaves_its_text(block: dict[str, Any]) -> None:
    """A conversation that was kept by another version can still be read."""
    reply = web_reply({"text": "All of it.", "custom": block})
    assert (reply["kind"], reply["body"]) == ("answer", "All of it.")


def test_the_history_is_told_in_order() -> None:
    """Only what was asked and said counts, with times in UTC."""
    events: list[Event] = [
        ActionExecuted("action_session_start"),
        SessionStarted(),
        _said("before anything was asked"),
        _asked("how long", "a", 1_800_000_000.5),
        SlotSet("memory", "x"),
        ActionExecuted("action_answer"),
        _said("Three years.", 1_800_000_001),
        _said("Four years.", 1_800_000_002),
    ]
    assert history(events) == [
        {"from": "person", "id": "a", "text": "how long", "time": "2027-01-15T08:00:00.500Z"},
        {"from": "medpath", "time": "2027-01-15T08:00:01.000Z", "reply": web_reply({"text": "Three years."})},
        {"from": "medpath", "time": "2027-01-15T08:00:02.000Z", "reply": web_reply({"text": "Four years."})},
    ]


def test_what_was_shown_is_shown_again() -> None:
    """A tapped button is remembered by its title."""
    assert history([_asked("fact:a/b", "a", shown="Pay")])[0]["text"] == "Pay"


def test_a_message_without_an_answer_failed() -> None:
    """Where Rasa noted nothing, the apology that the person got stands."""
    events = [_asked("how long", "a"), _asked("thanks", "b"), _said("You are welcome.")]
    assert said_to("a", events) == [error_message("", FAILED)]
    assert [message.get("reply", {}).get("kind") for message in history(events)] == [None, "error", None, "smalltalk"]


def test_the_said_to_a_message_are_its_own() -> None:
    """Replies are found by the id, the first time it was used."""
    events = [_asked("x", "a"), _said("one"), _said("two"), _asked("y", "b"), _said("three"), _asked("z", "a")]
    replies = said_to("a", events)
    assert replies is not None
    assert [reply["text"] for reply in replies] == ["one", "two"]
    assert said_to("c", events) is None
    assert said_to("a", []) is None


def test_events_without_text_are_no_messages() -> None:
    """Rasa notes intents that come from nowhere as if somebody had said nothing."""
    assert history([_asked(None, "a")]) == []
