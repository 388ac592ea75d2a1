"""Begins a new conversation in the same place."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import keep, memory_of, profile_of, question_of
from actions.planned import forget_plan
from medpath.answering.conversation.memory import Memory
from medpath.answering.replies.composing import as_message
from medpath.answering.service import adviser


class ActionStartOver(Action):
    """Empties the memory and the plan; what a person told of himself stays until "forget me"."""

    def name(self) -> str:
        """The name that the domain uses."""
        return "action_start_over"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Forgets what the conversation was about, unless the message goes on with it ("I start in July")."""
        meant = adviser().goes_on(question_of(tracker, profile_of(tracker)), memory_of(tracker))
        if meant is not None:
            dispatcher.utter_message(**as_message(meant[0]))
            return keep(meant[1])
        dispatcher.utter_message(response="utter_started_over")
        return [*forget_plan(), *keep(Memory())]
