"""Payloads of buttons, and what only looks like one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message

from medpath.answering.replies.composing import PICK
from medpath.nlu.fact_picker import FactPicker

Make = Callable[[str], Message]
GUESSED = {"name": "ask_cost", "confidence": 0.7}


def _read(message: Message) -> Message:
    """The message as the picker leaves it, after the classifier has guessed."""
    message.set(INTENT, GUESSED, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [GUESSED], add_to_output=True)
    message.set(ENTITIES, [{"entity": "topic", "value": "usmle"}], add_to_output=True)
    return FactPicker().process([message])[0]


@pytest.mark.parametrize("text", [f"{PICK}usmle-step-1/cost", f"  {PICK}usmle-step-1/cost \n"])
def test_a_payload_is_a_picked_fact(message: Make, text: str) -> None:
    """A button's payload is certain to be a pick and replaces what the classifier and the extractor read into it."""
    picked = _read(message(text))
    assert picked.get(INTENT) == {"name": "pick_fact", "confidence": 1.0}
    assert picked.get(INTENT_RANKING_KEY) == [{"name": "pick_fact", "confidence": 1.0}]
    (entity,) = picked.get(ENTITIES)
    assert (entity["entity"], entity["value"]) == ("fact", "usmle-step-1/cost")
    assert text[entity["start"] : entity["end"]] == "usmle-step-1/cost"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "fact:",
        "fact:usmle-step-1",
        "fact:usmle-step-1/",
        "fact:/cost",
        "fact:usmle-step-1/cost/more",
        "fact:usmle step 1/cost",
        "fact: usmle-step-1/cost",
        "Fact:usmle-step-1/cost",
        "fact:USMLE/cost",
        "fact:../secrets",
        "is it a fact:usmle-step-1/cost",
        "fact:usmle-step-1/cost please",
        "/fact:usmle-step-1/cost",
        "fact:usmle-step-1/cost\nfact:usmle-step-1/duration",
    ],
)
def test_anything_near_a_payload_is_left_alone(message: Make, text: str) -> None:
    """A message that is no whole payload keeps its intent, ranking and entities."""
    left = _read(message(text))
    assert left.get(INTENT) == GUESSED
    assert left.get(INTENT_RANKING_KEY) == [GUESSED]
    assert left.get(ENTITIES) == [{"entity": "topic", "value": "usmle"}]


def test_a_message_without_text_is_left_alone() -> None:
    """A message of Rasa's own without a text does no harm."""
    (left,) = FactPicker().process([Message({})])
    assert left.get(INTENT) is None


def test_each_message_of_a_batch_is_read_by_itself(message: Make) -> None:
    """A pick beside a question leaves the question a question."""
    question, pick = FactPicker().process([message("How long?"), message("fact:mcat/duration")])
    assert question.get(INTENT) is None
    assert pick.get(INTENT)["name"] == "pick_fact"
