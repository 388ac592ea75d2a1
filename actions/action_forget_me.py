"""Forgets what a person has told of himself, and what the conversation was about."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import keep, keep_profile
from medpath.answering.memory import Memory
from medpath.language.profile import Profile


class ActionForgetMe(Action):
    """Empties the profile and the memory."""

    def name(self) -> str:
        """The name that the domain uses."""
        return "action_forget_me"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Empties all slots and says so."""
        dispatcher.utter_message(response="utter_forgotten")
        return [*keep_profile(Profile()), *keep(Memory())]
