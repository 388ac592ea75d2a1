"""Answers doubt and weariness with a human word and what is known of burnout, support and other ways."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import keep, memory_of, profile_after, question_of
from medpath.answering.replies.composing import as_message
from medpath.answering.service import adviser


class ActionWeary(Action):
    """Chooses among the facts on well-being and on leaving."""

    def name(self) -> str:
        """The name that the domain uses."""
        return "action_weary"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Answers the latest message and remembers what was answered."""
        profile, told = profile_after(tracker)
        answer, memory = adviser().weary(question_of(tracker, profile), memory_of(tracker))
        dispatcher.utter_message(**as_message(answer))
        return [*told, *keep(memory)]
