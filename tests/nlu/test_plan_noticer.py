"""Which messages get the intent plan."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message

from medpath.nlu.message_reader import ASKED
from medpath.nlu.plan_noticer import PlanNoticer

Make = Callable[[str], Message]


def noticed(message: Message, intent: str, asked: str | None = None) -> str:
    """The intent of a message after the classifier has guessed one."""
    message.set(INTENT, {"name": intent, "confidence": 0.7}, add_to_output=True)
    if asked is not None:
        message.set(ASKED, asked)
    return PlanNoticer({"never": ["crisis", "weary"]}).process([message])[0].get(INTENT)["name"]


@pytest.mark.parametrize("intent", ["ask_steps", "follow_up", "profile", "off_topic", "plan"])
def test_a_request_is_one_whatever_the_classifier_says(message: Make, intent: str) -> None:
    """What the words say is surer than the kind of message."""
    assert noticed(message("college sophomore, want derm"), intent) == "plan"


def test_a_question_that_was_taken_for_one_is_a_question(message: Make) -> None:
    """It is answered like any other."""
    assert noticed(message("im a DO student, do i need step 1"), "plan") == "question"


def test_other_questions_keep_their_intent(message: Make) -> None:
    """Nothing is touched where no plan is in question."""
    assert noticed(message("how long is psychiatry residency"), "ask_duration") == "ask_duration"


@pytest.mark.parametrize("intent", ["crisis", "weary"])
def test_some_kinds_are_never_plans(message: Make, intent: str) -> None:
    """Whatever else stands in a message of danger or of weariness."""
    assert noticed(message("make me a plan, i can't go on"), intent) == intent


def test_what_is_asked_counts(message: Make) -> None:
    """The letter without greeting and signature, or nothing of it."""
    assert noticed(message("Dear all, plan please. Yours"), "ask_steps", asked="plan please") == "plan"
    assert noticed(message("plan please"), "greet", asked="") == "greet"
