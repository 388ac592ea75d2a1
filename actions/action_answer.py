"""Answers a question from the knowledge file."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import keep, keep_profile, memory_of, profile_of, question_of, text_of
from medpath.answering.composing import as_message
from medpath.answering.service import adviser


class ActionAnswer(Action):
    """Searches, decides and composes for whatever the person asked."""

    def name(self) -> str:
        """The name that the domain uses."""
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Answers the latest message and remembers what was answered."""
        known = profile_of(tracker)
        profile = adviser().profile(text_of(tracker), known)
        answers, memory = adviser().reply(question_of(tracker, profile), memory_of(tracker))
        for answer in answers:
            dispatcher.utter_message(**as_message(answer))
        return [*(keep_profile(profile) if profile != known else []), *keep(memory)]
