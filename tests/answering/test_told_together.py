"""The answers to the parts of one message, side by side."""

from __future__ import annotations

from medpath.answering.adviser import told_together
from medpath.answering.answer import ANSWER, CLARIFY, DECLINE, Answer, Choice

SURE = Answer(ANSWER, "It takes three years.", facts=("a/length",), choices=(Choice("Pay", "fact:a/pay"),))
TORN = Answer(CLARIFY, "Which?", choices=(Choice("Step 3: fee", "fact:b/fee"), Choice("Step 2: fee", "fact:c/fee")))
REFUSED = Answer(DECLINE, "I do not know that.")


def test_no_question_back_stands_beside_an_answer() -> None:
    """What it offers is offered under the answer, before the answer's own suggestions, and no more than fits."""
    (told,) = told_together([SURE, TORN])
    assert told.body == SURE.body
    assert [choice.title for choice in told.choices] == ["Step 3: fee", "Step 2: fee", "Pay"]


def test_what_is_told_is_not_offered() -> None:
    """An earlier answer of the same message is no suggestion under the last one."""
    last = Answer(ANSWER, "It pays well.", facts=("a/pay",), choices=(Choice("How long is it?", "fact:a/length"),))
    assert [answer.choices for answer in told_together([SURE, last])] == [SURE.choices, ()]


def test_no_refusal_stands_beside_an_answer() -> None:
    """A part that cannot be answered is passed over where another one is answered."""
    assert told_together([REFUSED, SURE]) == [SURE]


def test_one_refusal_is_enough() -> None:
    """Where no part is answered the refusal comes once; a question back stays."""
    assert told_together([REFUSED, REFUSED]) == [REFUSED]
    assert told_together([TORN, REFUSED]) == [TORN, REFUSED]
