"""Answers a question from the knowledge file."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import keep, memory_of, profile_after, question_of
from actions.planned import about_plan
from medpath.answering.replies.composing import as_message
from medpath.answering.service import adviser
from medpath.language_model.service import better_replies
from medpath.serving.probes import PROBE


class ActionAnswer(Action):
    """Searches, decides and composes for whatever the person asked."""

    def name(self) -> str:
        """The name that the domain uses."""
        return "action_answer"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Answers the latest message and remembers what was answered."""
        if (events := about_plan(dispatcher, tracker)) is not None:
            return events
        profile, told = profile_after(tracker)
        question, memory = question_of(tracker, profile), memory_of(tracker)
        answers, after = adviser().reply(question, memory)
        if tracker.sender_id != PROBE:
            answers, after = await better_replies(adviser(), question, memory, profile, (answers, after))
        for answer in answers:
            dispatcher.utter_message(**as_message(answer))
        return [*told, *keep(after)]
