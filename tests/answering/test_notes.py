"""The note beside an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from made_facts import FEE, MATCH_DAY, STEP_1_LENGTH, STEP_1_STUDY

from medpath.answering.replies.notes import notes_beside
from medpath.knowledge.records import Fact

LATE_FEE = replace(FEE, id="main-match/late-fee", text="Late registration costs 50 dollars.")
ADVICE_ELSEWHERE = replace(STEP_1_STUDY, topic="studying", id="studying/plan")


def noted(
    facts: Sequence[Fact], shares: Sequence[float], sure: float = 0.6, told: frozenset[str] = frozenset()
) -> list[Fact]:
    kinds = {"studying": "process", "step-1": "exam"}
    return notes_beside(facts, shares, sure, told, lambda topic: kinds.get(topic, "process"), likeness)


def likeness(fact: Fact, other: Fact) -> float:
    return 1.0 if fact.text == other.text else 0.5


def test_a_likely_fact_of_the_topic_is_noted() -> None:
    """Also where the answer is rather sure; a less likely one is not."""
    assert noted([FEE, LATE_FEE], [0.7, 0.2], sure=0.9) == [LATE_FEE]
    assert noted([FEE, LATE_FEE], [0.9, 0.04]) == []


def test_a_twin_is_not_noted() -> None:
    """What says the same as the answer is passed over for the next one."""
    twin = replace(FEE, id="main-match/fee-again")
    assert noted([FEE, twin, LATE_FEE], [0.4, 0.3, 0.2]) == [LATE_FEE]


def test_as_many_are_noted_as_are_quickly_read() -> None:
    """Of many likely facts the likeliest ones, and none that says the same as another note."""
    dates = replace(FEE, id="main-match/dates", text="Registration opens in September.")
    again = replace(LATE_FEE, id="main-match/late-fee-again")
    more = replace(FEE, id="main-match/refund", text="Nothing is paid back.")
    assert noted([FEE, LATE_FEE, again, dates, more], [0.3, 0.2, 0.2, 0.15, 0.15]) == [LATE_FEE, dates]


def test_a_sure_answer_stands_alone() -> None:
    """Whatever comes second."""
    assert noted([FEE, LATE_FEE], [0.5, 0.5], sure=0.97) == []


def test_another_topic_is_noted_only_beside_an_unsure_answer() -> None:
    """It has to be likelier, too."""
    assert noted([FEE, ADVICE_ELSEWHERE], [0.5, 0.3], sure=0.6) == [ADVICE_ELSEWHERE]
    assert noted([FEE, ADVICE_ELSEWHERE], [0.5, 0.3], sure=0.85) == []
    assert noted([FEE, ADVICE_ELSEWHERE], [0.9, 0.08], sure=0.6) == []


def test_another_exam_is_another_question() -> None:
    """A fact on another exam, state, visa or specialty is never noted."""
    assert noted([FEE, STEP_1_LENGTH], [0.5, 0.45], sure=0.4) == []


@pytest.mark.parametrize(
    ("lead", "note"),
    [
        (FEE, replace(LATE_FEE, audience="img")),
        (replace(FEE, setting={"level": "residency"}), replace(LATE_FEE, setting={"level": "premed"})),
    ],
)
def test_a_note_holds_for_the_same_people(lead: Fact, note: Fact) -> None:
    """One for others is passed over, unless the person said that he belongs to them; the next one may be noted."""
    assert noted([lead, note, replace(LATE_FEE, id="x/next")], [0.4, 0.3, 0.2]) == [replace(LATE_FEE, id="x/next")]


def test_who_belongs_to_a_group_may_read_its_note() -> None:
    """What the person said of himself counts."""
    mine = replace(LATE_FEE, audience="img")
    assert noted([MATCH_DAY, mine], [0.5, 0.4], told=frozenset({"img"})) == [mine]
