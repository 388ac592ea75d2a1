"""Says where the last answer comes from."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import LISTEN, memory_of
from medpath.answering.replies.composing import as_message
from medpath.answering.service import answerer


class ActionSource(Action):
    """Names publisher, page, date and kind of check of the last answer."""

    def name(self) -> str:
        """The name that the domain uses."""
        return "action_source"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Tells the source of the fact shown last, or where all that Medpath says comes from."""
        answer = answerer().origin(memory_of(tracker).facts)
        if answer is None:
            dispatcher.utter_message(response="utter_bot_sources")
        else:
            dispatcher.utter_message(**as_message(answer))
        return [LISTEN]
