"""Tells a person what he has told of himself."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import LISTEN, profile_of
from medpath.answering.replies.composing import as_message
from medpath.answering.service import adviser


class ActionAboutMe(Action):
    """Reads the profile back."""

    def name(self) -> str:
        """The name that the domain uses."""
        return "action_about_me"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Says what is known, or that nothing is."""
        dispatcher.utter_message(**as_message(adviser().about(profile_of(tracker))))
        return [LISTEN]
