"""Forgets a person: what he has told of himself, what the conversation was about, and all that was said in it."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import Restarted
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import LISTEN
from medpath.answering.composing import as_message
from medpath.answering.service import adviser


class ActionForgetMe(Action):
    """Has the conversation erased."""

    def name(self) -> str:
        """The name that the domain uses."""
        return "action_forget_me"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Says what is gone and what stays; the conversation store erases the conversation when it sees the restart.

        If it cannot, it sends another reply instead of this one.
        """
        dispatcher.utter_message(**as_message(adviser().forgotten()))
        return [Restarted(), LISTEN]
