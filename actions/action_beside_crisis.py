"""Answers the question that stands beside a statement of danger, after the help lines."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import keep, memory_of, profile_after, question_of
from medpath.answering.replies.composing import as_message
from medpath.answering.service import adviser


class ActionBesideCrisis(Action):
    """Says nothing where nothing else was asked, or where there is no good answer to it."""

    def name(self) -> str:
        """The name that the domain uses."""
        return "action_beside_crisis"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Answers what the message asks without the statement of danger."""
        profile, told = profile_after(tracker)
        answers, memory = adviser().beside(question_of(tracker, profile), memory_of(tracker))
        for answer in answers:
            dispatcher.utter_message(**as_message(answer))
        return [*told, *keep(memory)]
