"""The action that replies to idle talk."""

from __future__ import annotations

import pytest
from action_runs import run_action

from actions.action_talk import ActionTalk

AFTER_INTERVIEWS = {"topics": ["residency-interview"], "facts": ["residency-interview/what-to-wear"]}


@pytest.mark.parametrize("intent", ["thank", "smalltalk", "bot_identity", "help", "affirm", "deny"])
def test_talk_gets_the_response_of_its_kind(intent: str) -> None:
    """Before any answer nothing can be gone on with."""
    assert run_action(ActionTalk(), "ok then", {intent: 0.9}).responses == [f"utter_{intent}"]


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


@pytest.mark.parametrize(
    ("text", "topic"),
    [("What is an MBBS equivalent to here?", "mbbs-and-mbchb"), ("what is SOAP in the Match", "soap")],
)
def test_what_surely_asks_about_a_named_thing_is_answered(text: str, topic: str) -> None:
    """Also as a first message that the classifier takes for talk with the bot."""
    done = run_action(ActionTalk(), text, {"help": 0.7})
    assert done.block["topics"][0] == topic


@pytest.mark.parametrize("text", ["do you know about usmle", "how are you", "i love residency lol", "are you a doctor"])
def test_talk_that_names_something_stays_talk(text: str) -> None:
    """A name alone makes no question."""
    assert run_action(ActionTalk(), text, {"smalltalk": 0.7}).responses == ["utter_smalltalk"]


def test_where_that_is_from_means_the_answer() -> None:
    """Also where the classifier takes it for a question on all sources; one on all of them stays that."""
    told = run_action(ActionTalk(), "where'd u get that from", {"bot_sources": 0.8}, **AFTER_INTERVIEWS)
    assert told.block["facts"] == ["residency-interview/what-to-wear"]
    general = run_action(ActionTalk(), "where do you get your facts", {"bot_sources": 0.8}, **AFTER_INTERVIEWS)
    assert general.responses == ["utter_bot_sources"]
