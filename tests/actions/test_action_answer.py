"""The action that answers a question."""

from __future__ import annotations

import pytest
from action_runs import run_action

from actions.action_answer import ActionAnswer
from medpath.knowledge.records import Knowledge

STEP_1 = "How long is USMLE Step 1?"


def test_an_answer_is_sent_and_remembered(compiled: Knowledge) -> None:
    """The message has text, sources and buttons, and the slots keep the fact and its topic for what comes next."""
    done = run_action(ActionAnswer(), STEP_1, {"ask_duration": 0.9})
    fact = compiled.fact("usmle-step-1/format-and-length")
    assert done.block["kind"] == "answer"
    assert fact.text in done.messages[0]["text"]
    assert all(source.url in done.messages[0]["text"] for source in compiled.sources_of(fact))
    assert done.messages[0]["buttons"]
    assert done.slots == {"topics": ["usmle-step-1"], "facts": ["usmle-step-1/format-and-length"]}


@pytest.mark.parametrize(
    ("text", "intents", "kind"),
    [
        ("Who won the world cup?", {"off_topic": 0.95}, "decline"),
        ("I have chest pain, what should I take?", {"medical_advice": 0.95}, "safety"),
        ("Can I sue my landlord?", {"legal_case": 0.95}, "decline"),
    ],
)
def test_a_decline_leaves_the_memory_alone(text: str, intents: dict[str, float], kind: str) -> None:
    """After a message that is not answered the conversation still knows what it was about."""
    done = run_action(ActionAnswer(), text, intents, topics=["mcat"], facts=["mcat/how-long-is-it"])
    assert done.block["kind"] == kind
    assert done.slots == {}


def test_a_message_without_text_or_ranking_is_replied_to() -> None:
    """What a channel sends without text, or a model without intents, gets a reply and no error."""
    assert run_action(ActionAnswer(), None).block["body"]


def test_the_intents_of_the_model_count() -> None:
    """Asked for his own chances somebody reads the caveat before the facts."""
    plain, careful = (
        run_action(ActionAnswer(), STEP_1, {name: 0.9}).block["body"] for name in ("ask_duration", "chances")
    )
    assert careful.startswith("Nobody can tell")
    assert careful.endswith(plain)


def test_a_new_answer_replaces_the_old_one() -> None:
    """The memory holds the last answer only."""
    done = run_action(ActionAnswer(), STEP_1, {"ask_duration": 0.9}, topics=["mcat"], facts=["mcat/how-long-is-it"])
    assert done.slots["topics"] == ["usmle-step-1"]
