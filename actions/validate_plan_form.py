"""Reads what people say to the form of a plan, and decides what it asks next."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import REQUESTED_SLOT, FormValidationAction

from actions.conversation import asked_in, keep_profile, memory_of, profile_of, question_of, text_of
from actions.interruption import HEARD_FIRST, interrupted
from actions.planned import FORM_FIELDS, FORM_SLOT, keep_plan, plan_memory_of
from medpath.answering.replies.composing import as_message
from medpath.answering.service import adviser
from medpath.language.profile import Profile
from medpath.planning.conversing.asking import plan_asking
from medpath.planning.conversing.form import FIRST, HALF, INSISTED, NOTHING, TOLD, Heard, open_fields
from medpath.planning.conversing.memory import PlanMemory
from medpath.planning.conversing.profiles import profile_with
from medpath.planning.conversing.service import plan_adviser

Events = list[dict[str, Any]]
SKIPPED, UNDECIDED = "skipped", "undecided"
# What is said before the question is asked again.
SAID = {INSISTED: "utter_plan_needs_stage", FIRST: "utter_plan_at_first_question", HALF: "utter_plan_needs_year"}


class ValidatePlanForm(FormValidationAction):
    """Takes several answers in one sentence, answers questions in between, and obeys skip, go back and stop."""

    def name(self) -> str:
        """The name that the domain uses."""
        return "validate_plan_form"

    def domain_slots(self, domain: dict[str, Any]) -> list[str]:
        """The slots of the form; the domain does not travel with the calls."""
        return [FORM_SLOT + name for name in FORM_FIELDS]

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[str]:
        """The slots that are still to be asked."""
        return [FORM_SLOT + name for name in open_fields(plan_memory_of(tracker))]

    async def get_extraction_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Reads the message into the memory of the plan, the slots of the form and the profile."""
        # Nothing is asked yet when the form begins; Rasa calls it active by then.
        if tracker.get_slot(REQUESTED_SLOT) is None:
            return _begin(dispatcher, tracker)
        return await _go_on(dispatcher, tracker, domain)

    async def get_validation_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """What the reader of people has found is valid as it is: it gives nothing that a plan cannot be made of."""
        return [event for event in tracker.events if event["event"] == "slot"]

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """As the SDK's; when nothing is missing any more, the plan follows at once."""
        events: Events = await super().run(dispatcher, tracker, domain)
        done = any(event["name"] == REQUESTED_SLOT and event["value"] is None for event in events)
        return [*events, FollowupAction("action_plan")] if done else events


def _begin(dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
    advice, profile = plan_adviser(), profile_of(tracker)
    memory = advice.form.begun(asked_in(tracker) or text_of(tracker), plan_memory_of(tracker), profile, advice.today)
    memory = _asking(memory)
    for answer in adviser().beside_plan(question_of(tracker, profile), plan_asking().is_way):
        dispatcher.utter_message(**as_message(answer))
    if memory.asked:
        dispatcher.utter_message(response="utter_plan_begins")
    return _kept(memory, profile)


async def _go_on(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
    advice, memory = plan_adviser(), plan_memory_of(tracker)
    heard = advice.form.heard(text_of(tracker), memory, advice.today)
    if tracker.latest_message.get("intent", {}).get("name") in HEARD_FIRST:
        heard = Heard(NOTHING, memory)
    events: Events = []
    if heard.how in SAID:
        dispatcher.utter_message(response=SAID[heard.how])
    elif heard.how == NOTHING:
        events = await _between(dispatcher, tracker, domain, heard)
    elif heard.how == TOLD and heard.question:
        events = _answered(dispatcher, tracker, heard.question)
    profile = profile_of(_with(tracker, events))
    return [*events, *_kept(_asking(heard.memory), profile)]


async def _between(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any], heard: Heard) -> Events:
    """The reply to a message that answers nothing."""
    events = await interrupted(dispatcher, tracker, domain, asks=bool(heard.question))
    if events is None:
        dispatcher.utter_message(response="utter_plan_not_understood")
    return events or []


def _answered(dispatcher: CollectingDispatcher, tracker: Tracker, question: str) -> Events:
    """Answers the question of a message that tells something besides."""
    whole = question_of(tracker, profile_of(tracker))
    part = replace(whole, text=question, vector=None, intents=whole.parts.get(question, {}))
    answers, after = adviser().reply(part, memory_of(tracker))
    for answer in answers:
        dispatcher.utter_message(**as_message(answer))
    return [SlotSet("memory", after.as_dict())]


def _with(tracker: Tracker, events: Events) -> Tracker:
    tracker.slots.update({event["name"]: event["value"] for event in events})
    return tracker


def _asking(memory: PlanMemory) -> PlanMemory:
    """The memory with the field that is asked next."""
    return replace(memory, asked=next(iter(open_fields(memory)), None))


def _kept(memory: PlanMemory, profile: Profile) -> Events:
    """The events that keep the memory, the slots of the form, and the profile unless the plan is for another."""
    slots = [SlotSet(FORM_SLOT + name, _value(name, memory)) for name in FORM_FIELDS]
    if memory.of_another:
        return [keep_plan(memory), *slots]
    told = profile_with(profile, memory.person, plan_adviser().form.reader)
    return [keep_plan(memory), *slots, *(keep_profile(told) if told != profile else ())]


def _value(name: str, memory: PlanMemory) -> Any:
    if name in memory.skipped:
        return SKIPPED
    if name == "target" and UNDECIDED in memory.person.wishes:
        return UNDECIDED
    return getattr(memory.person, name)
