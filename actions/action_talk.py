"""Replies to talk that asks nothing, unless it goes on with the last answer."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.action_source import ActionSource
from actions.conversation import LISTEN, keep, memory_of, profile_of, question_of
from actions.planned import about_plan
from medpath.answering.replies.composing import as_message
from medpath.answering.service import adviser

# Of all that Medpath says; "that" after an answer means the answer.
ASKS_FOR_SOURCES = "bot_sources"
SMALLTALK, UNCLEAR = "smalltalk", "unclear"


class ActionTalk(Action):
    """Tells "thank you" from "thank you notes?" after an answer about interviews."""

    def name(self) -> str:
        """The name that the domain uses."""
        return "action_talk"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Answers what is surely meant of the last subject; else sends the response of the intent (utter_INTENT)."""
        if (events := about_plan(dispatcher, tracker)) is not None:
            return events
        question, memory = question_of(tracker, profile_of(tracker)), memory_of(tracker)
        intent = tracker.latest_message.get("intent", {}).get("name", UNCLEAR)
        if intent == ASKS_FOR_SOURCES and adviser().points_back(question.text) and memory.facts:
            return ActionSource().run(dispatcher, tracker, domain)
        meant = adviser().goes_on(question, memory)
        if meant is None and intent == UNCLEAR:
            menu, memory = adviser().not_understood(memory)
            dispatcher.utter_message(**(as_message(menu) if menu else {"response": f"utter_{UNCLEAR}"}))
            return keep(memory)
        if meant is None:
            in_between = intent == SMALLTALK and memory.answered
            dispatcher.utter_message(response="utter_in_between" if in_between else f"utter_{intent}")
            return [LISTEN]
        dispatcher.utter_message(**as_message(meant[0]))
        return keep(meant[1])
