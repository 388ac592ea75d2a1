"""What a question tells about itself by the intents that it may have."""

from __future__ import annotations

import pytest

from medpath.answering.question import UNKNOWN, Question


def test_aspects_bear_the_names_of_the_knowledge_file() -> None:
    """The aspects are the ask intents without their prefix, other kinds of message left out."""
    question = Question("How much is it?", {"ask_cost": 0.6, "ask_pay": 0.2, "greet": 0.2})
    assert question.aspects() == {"cost": 0.6, "pay": 0.2}


def test_a_question_spread_over_many_aspects_gives_no_reason_to_decline() -> None:
    """Aspects count together, so that a kind likelier than each of them alone is no reason."""
    question = Question("Can I apply late?", {"ask_dates": 0.3, "ask_rules": 0.3, "off_topic": 0.4})
    assert question.reason() == ""


@pytest.mark.parametrize("kind", ["off_topic", "chances", "medical_advice", "greet"])
def test_the_likeliest_other_kind_is_the_reason(kind: str) -> None:
    """A kind of message that is likelier than any question is the reason, also one within the scope."""
    assert Question("…", {"ask_cost": 0.1, "smalltalk": 0.2, kind: 0.7}).reason() == kind


def test_a_question_without_intents_has_no_reason_and_most_likely_lies_inside() -> None:
    """A question that nobody classified counts as an ordinary one, but for a small doubt."""
    question = Question("How long is it?")
    assert (question.reason(), question.outside(), question.aspects()) == ("", UNKNOWN, {})
    assert 0 < UNKNOWN < 0.5


def test_outside_adds_up_what_medpath_does_not_answer() -> None:
    """Kinds out of scope and courtesies add up; chances, plans and questions do not count."""
    intents = {"off_topic": 0.2, "legal_case": 0.1, "other_countries": 0.1, "thank": 0.2, "chances": 0.2, "plan": 0.1}
    assert Question("…", {**intents, "ask_cost": 0.1}).outside() == pytest.approx(0.6)


def test_a_crisis_lies_outside() -> None:
    """A person in danger is never given a fact for an answer."""
    assert Question("…", {"crisis": 0.9}).outside() == pytest.approx(0.9)
