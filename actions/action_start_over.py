"""Begins a new conversation in the same place."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import keep
from actions.planned import forget_plan
from medpath.answering.conversation.memory import Memory


class ActionStartOver(Action):
    """Empties the memory and the plan; what a person told of himself stays until "forget me"."""

    def name(self) -> str:
        """The name that the domain uses."""
        return "action_start_over"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Forgets what the conversation was about and says so."""
        dispatcher.utter_message(response="utter_started_over")
        return [*forget_plan(), *keep(Memory())]
