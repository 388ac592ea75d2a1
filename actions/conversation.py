"""What the conversation remembers of the last answer, as slots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from medpath.answering.answer import ANSWER, Answer

# Nothing follows our actions; said by the action, it spares the policies a second prediction (2 of 20 ms).
LISTEN = FollowupAction("action_listen")


@dataclass(frozen=True)
class ShownLast:
    """The topics and facts of the last answer; empty before the first."""

    topics: tuple[str, ...]
    facts: tuple[str, ...]


def shown_last(tracker: Tracker) -> ShownLast:
    """Reads the slots."""
    return ShownLast(tuple(tracker.get_slot("topics") or ()), tuple(tracker.get_slot("facts") or ()))


def remember(answer: Answer) -> list[dict[str, Any]]:
    """Slot events that keep an answer's topics and facts; a question back or a decline changes nothing."""
    if answer.kind != ANSWER:
        return [LISTEN]
    return [SlotSet("topics", list(answer.topics)), SlotSet("facts", list(answer.facts)), LISTEN]
