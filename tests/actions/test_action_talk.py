"""The action that replies to idle talk."""

from __future__ import annotations

import pytest
from action_runs import run_action

from actions.action_talk import ActionTalk

AFTER_INTERVIEWS = {"topics": ["residency-interview"], "facts": ["residency-interview/what-to-wear"]}


@pytest.mark.parametrize("intent", ["thank", "smalltalk", "bot_identity", "help", "affirm", "deny"])
def test_talk_gets_the_response_of_its_kind(intent: str) -> None:
    """Before any answer nothing can be gone on with."""
    assert run_action(ActionTalk(), "thank you notes?", {intent: 0.9}).responses == [f"utter_{intent}"]


@pytest.mark.parametrize("text", ["thanks", "ok thank you so much", "lol", "yes", "who are you"])
def test_talk_after_an_answer_stays_talk(text: str) -> None:
    """Thanks are taken as thanks, and the memory stays."""
    done = run_action(ActionTalk(), text, {"thank": 0.9}, **AFTER_INTERVIEWS)
    assert done.responses == ["utter_thank"]
    assert done.slots == {}


def test_a_question_that_looks_like_talk_is_answered() -> None:
    """What surely goes on with the last answer is answered and remembered."""
    done = run_action(ActionTalk(), "thank you notes?", {"thank": 0.6, "follow_up": 0.3}, **AFTER_INTERVIEWS)
    assert done.block["kind"] == "answer"
    assert done.slots["facts"][0] == "residency-interview/thank-you"
