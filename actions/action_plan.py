"""Shows the plan when the form has all that it needs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import LISTEN
from actions.planned import keep_plan, plan_memory_of, remembered, say
from medpath.planning.conversing.service import plan_adviser


class ActionPlan(Action):
    """Submits the form."""

    def name(self) -> str:
        """The name that the domain uses."""
        return "action_plan"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Lays out the plan, with what is other than in the one shown before; says goodbye to a form that was left."""
        memory = plan_memory_of(tracker)
        kept = replace(memory, asked=None, past=(), stopped=False)
        if memory.stopped or memory.person.stage is None:
            dispatcher.utter_message(response="utter_plan_stopped")
            return [keep_plan(kept), LISTEN]
        reply = plan_adviser().replies.first(memory.person, memory.shown)
        say(dispatcher, reply)
        return [keep_plan(replace(kept, shown=memory.person)), *remembered(tracker, reply)]
