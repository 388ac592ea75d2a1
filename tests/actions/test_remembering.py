"""What the conversation remembers between two messages."""

from __future__ import annotations

import pytest
from rasa_sdk import Tracker

from actions.conversation import LISTEN, ShownLast, remember, shown_last
from medpath.answering.answer import Answer


def _tracker(**slots: object) -> Tracker:
    return Tracker("someone", slots, {}, [], False, None, {}, None)


@pytest.mark.parametrize("slots", [{}, {"topics": None, "facts": None}, {"topics": [], "facts": []}])
def test_before_the_first_answer_nothing_is_remembered(slots: dict[str, object]) -> None:
    """Slots that are missing, empty or not set yet all mean that nothing was shown."""
    assert shown_last(_tracker(**slots)) == ShownLast((), ())


def test_what_is_remembered_is_read_back() -> None:
    """The slots that an answer sets give the next turn its facts and topics, in their order."""
    answer = Answer("answer", "Text.", facts=("a/b", "c/d"), topics=("a", "c"))
    slots = {event["name"]: event["value"] for event in remember(answer) if event != LISTEN}
    assert shown_last(_tracker(**slots)) == ShownLast(("a", "c"), ("a/b", "c/d"))


@pytest.mark.parametrize("kind", ["clarify", "decline", "safety", "error"])
def test_only_answers_are_remembered(kind: str) -> None:
    """A question back or a decline does not make the conversation forget its subject."""
    assert remember(Answer(kind, "Text.")) == [LISTEN]
