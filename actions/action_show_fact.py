"""Shows the fact that a person picked."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import keep, memory_of
from medpath.answering.replies.composing import as_message
from medpath.answering.service import adviser


class ActionShowFact(Action):
    """States one fact by its id."""

    def name(self) -> str:
        """The name that the domain uses."""
        return "action_show_fact"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Shows the fact of the latest `fact` entity."""
        picked = next(tracker.get_latest_entity_values("fact"), "")
        answer, memory = adviser().shown(picked, memory_of(tracker))
        dispatcher.utter_message(**as_message(answer))
        return keep(memory)
