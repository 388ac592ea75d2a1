"""The actions for those who are weary, in danger or begin anew."""

from __future__ import annotations

import pytest
from action_runs import run_action

from actions.action_beside_crisis import ActionBesideCrisis
from actions.action_forget_me import ActionForgetMe
from actions.action_start_over import ActionStartOver
from actions.action_weary import ActionWeary
from medpath.answering.replies.composing import Texts, load_texts
from medpath.project import find_project

ASKED = {"ask_duration": 0.9}
AFTER_AN_ANSWER = {"topics": ["neurology"], "facts": ["neurology/duration"]}


@pytest.fixture(scope="module")
def texts() -> Texts:
    return load_texts(find_project().ranking.parent / "texts.yml")


@pytest.mark.parametrize("text", ["I am so burned out", "not happy with medicine", "nobody here ever says thank you"])
def test_the_weary_get_a_humane_word_and_what_is_known(text: str, texts: Texts) -> None:
    """A fact of the support topics comes with its pages or as advice, after a humane word or as one."""
    block = run_action(ActionWeary(), text, {"weary": 0.9}).block
    assert block["kind"] == "answer"
    assert set(block["topics"]) <= set(texts.support["topics"])
    assert block["body"].startswith("That sounds hard") or set(block["topics"]) <= set(texts.support["spoken"])
    assert block["sources"] or block["check"] == "advice"


def test_a_weary_question_is_answered(texts: Texts) -> None:
    """Who asks something that no fact on well-being answers gets the answer, after a humane word."""
    block = run_action(ActionWeary(), "so tired of all this. how much does the step 3 exam cost", {"weary": 0.95}).block
    assert block["kind"] == "answer"
    assert block["topics"][0] == "usmle-step-3"
    assert block["body"].startswith("That sounds hard")


def test_the_question_beside_danger_is_answered() -> None:
    """It comes after the help lines, with a word that leads over to it."""
    done = run_action(ActionBesideCrisis(), "how long is a neurology residency?", ASKED)
    assert done.block["kind"] == "answer"
    assert done.block["body"].startswith("To your question")
    assert done.slots["topics"][0] == "neurology"


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("", {}),
        ("I am so tired", {"weary": 0.9}),
        ("my knee hurts", {"medical_advice": 0.9}),
        ("thanks", {"thank": 0.9}),
    ],
)
def test_beside_danger_nothing_is_refused_or_chatted_about(text: str, intents: dict[str, float]) -> None:
    """Where there is no good answer the help lines stand alone."""
    assert run_action(ActionBesideCrisis(), text, intents).messages == []


def test_after_help_lines_a_complaint_is_not_about_the_last_fact() -> None:
    """What is said next hangs on no earlier answer."""
    assert not run_action(ActionBesideCrisis(), "", {}, **AFTER_AN_ANSWER).memory.answered


def test_starting_over_forgets_the_thread() -> None:
    """The memory is empty and the person is told so."""
    done = run_action(ActionStartOver(), "reset", {"start_over": 0.9}, **AFTER_AN_ANSWER)
    assert done.responses == ["utter_started_over"]
    assert done.memory.topics == ()


def test_what_may_be_no_wish_to_be_forgotten_is_asked_back() -> None:
    """What is erased cannot be brought back: an unsure message erases nothing and is told the words that do."""
    done = run_action(
        ActionForgetMe(), "a comment in my MSPE that I want removed", {"forget_me": 0.6}, **AFTER_AN_ANSWER
    )
    assert done.block["kind"] == "clarify"
    assert "forget me" in done.block["body"]
    assert done.memory.topics == ("neurology",)
