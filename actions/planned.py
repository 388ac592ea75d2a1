"""Plans in the conversation: the slot that remembers them, and what is said of the one that is shown."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import asked_in, keep, memory_of
from medpath.answering.replies.answer import Answer, Choice, ShownSource
from medpath.answering.replies.composing import as_message, shown_date
from medpath.errors import PlanningError
from medpath.planning.conversing.memory import PlanMemory
from medpath.planning.conversing.replies import PlanReply
from medpath.planning.conversing.service import plan_adviser

logger = logging.getLogger(__name__)

PLAN, KIND = "plan", "plan"
FORM_SLOT = "plan_"
# The fields of a person that the form may ask, as the domain lists them.
FORM_FIELDS = ("stage", "school", "country", "needs_visa", "specialty", "target", "graduation_year")


def plan_memory_of(tracker: Tracker) -> PlanMemory:
    """What the conversation remembers of a plan."""
    return PlanMemory.from_dict(tracker.get_slot(PLAN))


def keep_plan(memory: PlanMemory) -> dict[str, Any]:
    """The event that keeps it."""
    return SlotSet(PLAN, memory.as_dict())


def forget_plan() -> list[dict[str, Any]]:
    """The events that forget a plan and what was told to its form."""
    return [SlotSet(name, None) for name in (PLAN, *(FORM_SLOT + field for field in FORM_FIELDS))]


def about_plan(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[dict[str, Any]] | None:
    """Replies to what is said of the plan that is shown; None where nothing is, or no plan is shown."""
    memory, advice = plan_memory_of(tracker), plan_adviser()
    if memory.shown is None:
        return None
    try:
        plan = advice.plan(memory.shown)
        asked = advice.talk.asked(asked_in(tracker), plan, advice.today)
        reply = advice.replies.asked(asked, plan) if asked else None
    except PlanningError:
        # What was kept by an earlier version may lead to no plan any more; the message is answered as any other.
        logger.exception("The plan of a conversation cannot be made again.")
        return None
    if reply is None:
        return None
    say(dispatcher, reply)
    return [keep_plan(replace(memory, person=reply.shown, shown=reply.shown)), *remembered(tracker, reply)]


def say(dispatcher: CollectingDispatcher, reply: PlanReply) -> None:
    """Sends a reply about a plan; the structured plan goes along where the whole plan is shown."""
    answer = Answer(
        kind=KIND,
        body=reply.text,
        facts=reply.facts,
        topics=tuple(dict.fromkeys(fact.topic for _, fact in reply.sources)),
        sources=tuple(
            ShownSource(source.publisher, source.title, source.url, shown_date(fact), fact.check)
            for source, fact in reply.sources
        ),
        choices=tuple(Choice(title, title) for title in reply.buttons),
        score=1.0,
    )
    message = as_message(answer)
    dispatcher.utter_message(**{**message, "json_message": {**message["json_message"], "plan": reply.plan}})


def remembered(tracker: Tracker, reply: PlanReply) -> list[dict[str, Any]]:
    """The events after a reply about a plan: its facts are what "more" and "where is that from" go on with."""
    memory = replace(memory_of(tracker), kind="", offered=(), failures=0)
    first = plan_adviser().planner.knowledge.fact(reply.facts[0]) if reply.facts else None
    if first:
        memory = replace(memory, facts=(first.id,), topics=(first.topic,), subject="", question="")
    return keep(memory)
