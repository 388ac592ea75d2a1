"""What a thread in Slack is about, where a conversation goes on in several places."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot

from medpath.channels.slack.events import Question, Thread
from medpath.channels.slack.recalling import MEMORY, recall

ME = "slack-T1-D1-U1"
FIRST, SECOND = "1700000001.000000", "1700000003.000000"
BELOW_FIRST, BELOW_SECOND, IN_BETWEEN = "1700000002.000000", "1700000004.000000", "1700000003.500000"
HOUR, LONG_AGO = 3600.0, 7200.0
DOMAIN = Domain([], [], [AnySlot(MEMORY, [{"type": "custom"}])], {}, [], {}, {})


def turn(ts: str, memory: str, place: str = "", ago: float = 10.0) -> list[Event]:
    """A question with its answer; `memory` is what is spoken of after it."""
    at, metadata = time.time() - ago, {"place": place} if place else {}
    return [
        UserUttered("what", message_id=f"{ts}-abc", metadata=metadata, timestamp=at),
        SlotSet(MEMORY, memory, timestamp=at),
        BotUttered("that", timestamp=at),
        ActionExecuted("action_listen", timestamp=at),
    ]


def begun(ago: float = 20.0) -> list[Event]:
    at = time.time() - ago
    names = ("action_session_start", "action_listen")
    start, listen = (ActionExecuted(name, timestamp=at) for name in names)
    return [start, SessionStarted(timestamp=at), listen]


def asked(thread: str | None, channel: str = "D1") -> Question:
    return Question(Thread("T1", channel, thread), "U1", "1700000009.000000-abc", "it", "it")


def remembered(said: dict[str, list[Event]], question: Question, hangs_on: str | None = None) -> Any:
    """What the question is read with: nothing if Rasa begins a new session for it, as it does after an hour."""

    async def ask() -> Any:
        store = InMemoryTrackerStore(DOMAIN)
        for name, events in said.items():
            tracker = store.init_tracker(name)
            for event in events:
                tracker.update(event)
            await store.save(tracker)
        await recall(store, question, hangs_on)
        tracker = await store.get_or_create_tracker(question.conversation)
        last = tracker.get_last_event_for(UserUttered)
        begins_anew = last is not None and time.time() - last.timestamp > HOUR
        return None if begins_anew else tracker.get_slot(MEMORY)

    return asyncio.run(ask())


TWO = [*begun(), *turn(FIRST, "first"), *turn(SECOND, "second")]


@pytest.mark.parametrize(
    ("thread", "memory"), [(BELOW_FIRST, "first"), (FIRST, "first"), (BELOW_SECOND, "second"), (None, "second")]
)
def test_a_thread_is_about_the_turn_that_it_hangs_on(thread: str | None, memory: str) -> None:
    """Below its question and below its answer; outside of threads the last one counts."""
    assert remembered({ME: TWO}, asked(thread)) == memory


def test_what_is_known_of_an_answer_goes_before_its_time() -> None:
    """The second question may have been asked before the first answer was there."""
    assert remembered({ME: TWO}, asked(IN_BETWEEN), hangs_on=f"{FIRST}-abc") == "first"
    assert remembered({ME: TWO}, asked(IN_BETWEEN)) == "second"


def test_each_place_goes_on_with_what_was_said_there() -> None:
    """The thread in between, and outside of it what was said before the thread."""
    said = [*TWO, *turn("1700000005.000000", "third", place=BELOW_FIRST)]
    assert remembered({ME: said}, asked(None)) == "second"
    assert remembered({ME: said}, asked(BELOW_FIRST)) == "third"
    back = [*said, SlotSet(MEMORY, "second"), *turn("1700000006.000000", "fourth")]
    assert remembered({ME: back}, asked(BELOW_FIRST)) == "third"


def test_a_thread_outlives_a_session() -> None:
    """In direct messages and in channels; what is asked outside of threads begins anew after a pause."""
    old = [*begun(LONG_AGO), *turn(FIRST, "first", ago=LONG_AGO), *turn(SECOND, "second", ago=LONG_AGO)]
    assert remembered({ME: old}, asked(BELOW_FIRST)) == "first"
    assert remembered({ME: old}, asked(None)) is None
    in_channel = [*begun(LONG_AGO), *turn(FIRST, "first", place=FIRST, ago=LONG_AGO)]
    assert remembered({f"slack-T1-C1-{FIRST}-U1": in_channel}, asked(FIRST, "C1")) == "first"
    since = [*old, *begun(), *turn("1700000005.000000", "third")]
    assert remembered({ME: since}, asked(BELOW_FIRST)) == "first"


def test_a_thread_of_a_group_begins_with_what_it_hangs_on() -> None:
    """But not with what the person asked by a command or a click, which nobody else has seen."""
    unseen = turn("1700000002.500000", "unseen")
    unseen[0].message_id = "1700000002.500000"  # type: ignore[attr-defined]
    outside = {"slack-T1-C1-U1": [*begun(), *turn(FIRST, "first"), *unseen]}
    assert remembered(outside, asked(BELOW_SECOND, "C1")) == "first"
    assert remembered({"slack-T1-C1-U1": [*begun(), *unseen]}, asked(BELOW_SECOND, "C1")) is None


def test_somebody_elses_answer_is_none_of_his() -> None:
    """In a group, where the thread hangs on the answer to another person."""
    outside = {"slack-T1-C1-U1": [*begun(), *turn(FIRST, "first")]}
    assert remembered(outside, asked(BELOW_SECOND, "C1"), hangs_on=f"{SECOND}-abc") is None
