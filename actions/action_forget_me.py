"""Forgets a person: what he has told of himself, what the conversation was about, and all that was said in it."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import Restarted
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import LISTEN
from medpath.answering.replies.composing import as_message
from medpath.answering.service import adviser
from medpath.errors import StorageError
from medpath.feedback import erase_feedback
from medpath.project import find_project

logger = logging.getLogger(__name__)

# "There is a comment in my MSPE that I want removed" was once taken for this at less; what is erased is gone.
SURE_ENOUGH = 0.9


class ActionForgetMe(Action):
    """Has the conversation erased."""

    def name(self) -> str:
        """The name that the domain uses."""
        return "action_forget_me"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Says what is gone and what stays; the conversation store erases the conversation when it sees the restart.

        If it cannot, it sends another reply instead of this one. Where it is not sure that this is asked, it asks back.
        """
        if float((tracker.latest_message.get("intent") or {}).get("confidence") or 0.0) < SURE_ENOUGH:
            dispatcher.utter_message(**as_message(adviser().forget_asked()))
            return [LISTEN]
        feedback_stays = not await asyncio.to_thread(_erase_feedback, tracker.sender_id)
        dispatcher.utter_message(**as_message(adviser().forgotten(feedback_stays)))
        return [Restarted(), LISTEN]


def _erase_feedback(conversation: str) -> bool:
    """Erases what was noted of the person's judgements; False if that cannot be done."""
    try:
        erase_feedback(find_project(), conversation)
    except StorageError:
        logger.exception("The feedback of a conversation could not be erased.")
        return False
    return True
