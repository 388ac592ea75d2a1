"""Tells more about what was answered last."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import LISTEN, keep, memory_of
from actions.planned import about_plan
from medpath.answering.replies.composing import as_message
from medpath.answering.service import answerer


class ActionMore(Action):
    """States the next fact of the topic that has not been shown yet."""

    def name(self) -> str:
        """The name that the domain uses."""
        return "action_more"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Goes on with the topic of the last answer, or asks what to tell more about."""
        if (events := about_plan(dispatcher, tracker)) is not None:
            return events
        memory = memory_of(tracker)
        shown = memory.facts
        answer = answerer().more(shown)
        if answer is None:
            dispatcher.utter_message(response="utter_no_more" if shown else "utter_ask_subject")
            return [LISTEN]
        dispatcher.utter_message(**as_message(answer))
        return keep(replace(memory, topics=answer.topics, facts=(*answer.facts, *shown)))
