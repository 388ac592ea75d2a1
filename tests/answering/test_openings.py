"""The yes or no at the beginning of a fact."""

from __future__ import annotations

import pytest

from medpath.answering.replies.composing import load_texts
from medpath.answering.replies.openings import Openings, openings_of
from medpath.project import find_project

YES = "Yes, programs see an attempt that was failed, and most ask about it."
BARE = "Programs see an attempt that was failed, and most ask about it."


@pytest.fixture(scope="module")
def openings() -> Openings:
    """Those of the product."""
    return openings_of(load_texts(find_project().ranking.with_name("texts.yml")).openings)


@pytest.mark.parametrize(
    "question",
    [
        "do programs see a failed attempt",
        "I failed once. Will they see it?",
        "how bad is it, can they see the fail",
        "is a failed attempt visible or not",
        "what do i do, is it visible",
        "failed attempt visible to programs",
        "And for DOs?",
        "",
    ],
)
def test_who_may_have_asked_yes_or_no_gets_it(openings: Openings, question: str) -> None:
    """Also in the middle of a message, and where nothing tells what was asked."""
    assert openings.for_question(YES, question, sure=True) == YES


@pytest.mark.parametrize(
    "question",
    [
        "how do programs look at a failed attempt",
        "I failed Step 1. What now?",
        "so why do they care",
        "tell me what they see",
    ],
)
def test_who_asks_how_or_what_gets_the_rest_alone(openings: Openings, question: str) -> None:
    """A yes to a question of how would make no sense; the claim stands without it."""
    assert openings.for_question(YES, question, sure=True) == BARE


def test_where_the_fact_may_be_a_neighbor_the_claim_stands_alone(openings: Openings) -> None:
    """A yes to another question than the one that was asked does harm."""
    assert openings.for_question(YES, "can i do it", sure=False) == BARE


@pytest.mark.parametrize(
    "text",
    [
        "Yes, if the program agrees in writing before the year begins.",
        "No, not all of them: ask each program.",
        "No school asks for it any more at all.",
        "Yes, it is.",
        "Programs see it.",
    ],
)
def test_what_does_not_stand_alone_stays_as_it_is(openings: Openings, text: str) -> None:
    """No sentence is left without its beginning."""
    assert openings.for_question(text, "how do they see it", sure=True) == text
    assert openings.opened(text, "") == text


@pytest.mark.parametrize(("opening", "shown"), [("yes", YES), ("no", BARE), ("it depends", BARE), ("", BARE)])
def test_where_another_opening_is_chosen_neither_stands(openings: Openings, opening: str, shown: str) -> None:
    """There are never two, and what the fact says is not turned round."""
    assert openings.opened(YES, opening) == shown


def test_where_the_own_opening_has_to_stay_none_is_added(openings: Openings) -> None:
    """ "No. Yes, if …" would say both."""
    text = "Yes, if the program agrees in writing before the year begins."
    assert openings.opened(text, "no") == text
