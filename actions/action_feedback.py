"""Takes praise and complaints: notes them for the keepers of the facts, and offers what else was meant."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import LISTEN, keep, memory_of
from actions.planned import about_plan
from medpath.answering.conversation.memory import Memory
from medpath.answering.replies.composing import as_message
from medpath.answering.service import adviser
from medpath.errors import StorageError
from medpath.feedback import note_feedback
from medpath.project import find_project

logger = logging.getLogger(__name__)
GOOD = "feedback_good"


class ActionFeedback(Action):
    """Answers "that helped" and "that's wrong"."""

    def name(self) -> str:
        """The name that the domain uses."""
        return "action_feedback"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Notes what the last answer was worth; after a wrong one offers other readings."""
        if (events := about_plan(dispatcher, tracker)) is not None:
            return events
        memory, helpful = memory_of(tracker), tracker.latest_message.get("intent", {}).get("name") == GOOD
        if memory.answered:
            await asyncio.to_thread(_note, tracker.sender_id, memory, helpful)
        other = None if helpful else adviser().instead(memory)
        if other is None:
            dispatcher.utter_message(response="utter_feedback_good" if helpful else "utter_feedback_bad")
            return [LISTEN]
        dispatcher.utter_message(**as_message(other[0]))
        return keep(other[1])


def _note(conversation: str, memory: Memory, helpful: bool) -> None:
    try:
        note_feedback(find_project(), conversation, memory.question, memory.facts[:1], helpful)
    except StorageError:
        logger.exception("The feedback could not be written.")
