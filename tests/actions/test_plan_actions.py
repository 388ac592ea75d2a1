"""The form of a plan and the plan, as the action server runs them."""

from __future__ import annotations

import asyncio
import inspect
from dataclasses import dataclass, field
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.action_answer import ActionAnswer
from actions.action_feedback import ActionFeedback
from actions.action_more import ActionMore
from actions.action_plan import ActionPlan
from actions.action_start_over import ActionStartOver
from actions.action_talk import ActionTalk
from actions.interruption import rules
from actions.planned import PLAN, plan_memory_of
from actions.validate_plan_form import ValidatePlanForm

SOPHOMORE = "college sophomore, want derm"


@dataclass
class Talk:
    """A conversation with single actions, which keeps its slots."""

    slots: dict[str, Any] = field(default_factory=dict)

    def run(self, action: Action, text: str, intent: str = "question") -> list[dict[str, Any]]:
        """Runs an action on a message; gives what it sent."""
        kind = {"name": intent, "confidence": 0.9}
        latest = {"text": text, "asked": text, "intent": kind, "intent_ranking": [kind], "entities": []}
        dispatcher = CollectingDispatcher()
        events = action.run(dispatcher, self.tracker(latest), {})
        if inspect.isawaitable(events):
            events = asyncio.run(_finished(events))
        self.slots |= {event["name"]: event["value"] for event in events if event["event"] == "slot"}
        self.follows = [event["name"] for event in events if event["event"] == "followup"]
        return dispatcher.messages

    def tracker(self, latest: dict[str, Any]) -> Tracker:
        return Tracker("someone", dict(self.slots), latest, [], False, None, {}, None)

    @property
    def requested(self) -> str | None:
        """What the form asks now."""
        return self.slots["requested_slot"]


async def _finished(events: Any) -> Any:
    return await events


def test_a_form_that_has_everything_leads_to_the_plan() -> None:
    """Nothing is asked, the plan follows, and its block has what a channel draws from."""
    talk = Talk()
    assert talk.run(ValidatePlanForm(), SOPHOMORE, "plan") == []
    assert (talk.requested, talk.follows) == (None, ["action_plan"])
    (message,) = talk.run(ActionPlan(), SOPHOMORE, "plan")
    block = message["custom"]
    assert (block["kind"], block["plan"]["target"]) == ("plan", "Dermatology")
    assert block["facts"]
    assert {"publisher", "title", "url", "as_of", "check"} <= block["sources"][0].keys()
    assert [button["title"] for button in message["buttons"]][:2] == ["What is next for me?", "What will it all cost?"]


def test_the_slots_of_the_form_hold_what_was_told() -> None:
    """Each field has its slot, skipped and undecided ones too, and the profile is filled."""
    talk = Talk()
    (begins,) = talk.run(ValidatePlanForm(), "make me a plan", "plan")
    assert (begins["response"], talk.requested) == ("utter_plan_begins", "plan_stage")
    talk.run(ValidatePlanForm(), "finished med school in Egypt in 2021", "profile")
    assert talk.requested == "plan_needs_visa"
    talk.run(ValidatePlanForm(), "skip", "stop")
    assert talk.requested == "plan_target"
    talk.run(ValidatePlanForm(), "no idea yet", "deny")
    assert talk.requested is None
    named = ("stage", "country", "needs_visa", "target", "graduation_year")
    told = {name: talk.slots[f"plan_{name}"] for name in named}
    assert told == {
        "stage": "img_graduate",
        "country": "Egypt",
        "needs_visa": "skipped",
        "target": "undecided",
        "graduation_year": 2021,
    }
    assert (talk.slots["graduate"], talk.slots["graduation_year"]) == ("IMG", 2021)


def test_a_form_that_was_left_shows_no_plan() -> None:
    """ "Stop" ends it with a word, and the slot keeps what was told."""
    talk = Talk()
    talk.run(ValidatePlanForm(), "college junior, make me a plan", "plan")
    talk.run(ValidatePlanForm(), "stop", "stop")
    assert talk.requested is None
    (message,) = talk.run(ActionPlan(), "stop", "stop")
    assert message["response"] == "utter_plan_stopped"
    memory = plan_memory_of(talk.tracker({}))
    assert (memory.stopped, memory.shown, memory.person.stage) == (False, None, "college_junior")


@pytest.mark.parametrize(
    ("text", "intent", "response"),
    [
        ("hello", "greet", "utter_greet"),
        ("bye", "goodbye", "utter_goodbye"),
        ("thanks", "thank", "utter_thank"),
        ("skip", "stop", "utter_plan_needs_stage"),
        ("go back", "stop", "utter_plan_at_first_question"),
        ("med student", "profile", "utter_plan_needs_year"),
        ("asdf", "unclear", "utter_plan_not_understood"),
        ("yes", "affirm", "utter_plan_not_understood"),
    ],
)
def test_what_is_no_answer_is_replied_to_and_asked_again(text: str, intent: str, response: str) -> None:
    """By the rules of the dialogue where there is something to say, and the question stays."""
    talk = Talk()
    talk.run(ValidatePlanForm(), "make me a plan", "plan")
    (message,) = talk.run(ValidatePlanForm(), text, intent)
    assert (message["response"], talk.requested) == (response, "plan_stage")


def test_a_question_in_between_is_remembered_as_any_other() -> None:
    """What hangs on it later finds it."""
    talk = Talk()
    talk.run(ValidatePlanForm(), "make me a plan", "plan")
    (answer,) = talk.run(ValidatePlanForm(), "How long is USMLE Step 1?", "ask_duration")
    assert list(answer["custom"]["facts"]) == ["usmle-step-1/format-and-length"]
    assert list(talk.slots["memory"]["facts"]) == ["usmle-step-1/format-and-length"]
    assert talk.requested == "plan_stage"


@pytest.mark.parametrize("action", [ActionAnswer(), ActionTalk(), ActionMore(), ActionFeedback()])
def test_whatever_kind_of_message_it_is_taken_for_the_plan_answers(action: Action) -> None:
    """ "What is next for me" may be routed like talk or like "more"."""
    talk = Talk()
    talk.run(ValidatePlanForm(), SOPHOMORE, "plan")
    talk.run(ActionPlan(), SOPHOMORE, "plan")
    (message,) = talk.run(action, "what is next for me", "smalltalk")
    assert message["custom"]["body"].startswith("Next for you")
    assert message["custom"]["plan"] is None


def test_a_what_if_becomes_the_plan_of_the_conversation() -> None:
    """The next what-if goes on from there."""
    talk = Talk()
    talk.run(ValidatePlanForm(), SOPHOMORE, "plan")
    talk.run(ActionPlan(), SOPHOMORE, "plan")
    talk.run(ActionAnswer(), "what if I choose surgery instead")
    (message,) = talk.run(ActionAnswer(), "as a DO")
    assert message["custom"]["plan"]["target"] == "General surgery"


def test_starting_over_empties_the_slots_of_the_plan() -> None:
    """Nothing of it is left."""
    talk = Talk()
    talk.run(ValidatePlanForm(), SOPHOMORE, "plan")
    talk.run(ActionPlan(), SOPHOMORE, "plan")
    talk.run(ActionStartOver(), "start over", "start_over")
    assert {name: value for name, value in talk.slots.items() if name.startswith(PLAN) and value is not None} == {}


@pytest.mark.parametrize("slot", ["rubbish", {"person": {"stage": "pope"}}, {"shown": {"stage": "md_year_9"}}, [1]])
def test_a_slot_of_another_make_is_no_plan(slot: object) -> None:
    """A message is answered as if no plan had been shown."""
    talk = Talk({PLAN: slot})
    (message,) = talk.run(ActionAnswer(), "How long is USMLE Step 1?", "ask_duration")
    assert message["custom"]["kind"] == "answer"


def test_the_rules_are_read_as_rasa_reads_them() -> None:
    """Each intent leads to one action, that of a plan to the form."""
    assert rules()["plan"] == "plan_form"
    assert rules()["ask_cost"] == "action_answer"
    assert rules()["crisis"] == "utter_crisis"


def test_a_question_beside_the_wish_for_a_plan_is_answered_first() -> None:
    """What is asked by the way gets its fact, then the plan follows; later messages do not get it again."""
    talk = Talk()
    says = "Texas resident, reapplicant with a 2023 MCAT. make me a plan, and does my mcat expire?"
    (answer,) = talk.run(ValidatePlanForm(), says, "plan")[:1]
    assert answer["custom"]["facts"][0].startswith("mcat/")
    talk = Talk()
    assert talk.run(ValidatePlanForm(), SOPHOMORE + ". what do I have to do?", "plan") == []
