"""What a message sets side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from medpath.answering.conversation.combining import Combiner
from medpath.answering.conversation.memory import Memory
from medpath.answering.service import load_adviser
from medpath.project import find_project

FELLOWSHIPS = Memory(
    question="which fellowships are 3 years",
    listed=("cardiovascular-disease", "geriatric-medicine", "gastroenterology"),
    kind="comparison",
)


@pytest.fixture(scope="module")
def combiner() -> Combiner:
    return load_adviser(find_project())._combiner


@pytest.mark.parametrize(
    ("text", "compares"),
    [
        ("Ohio vs Texas", True),
        ("license in Ohio or Texas", True),
        ("step 3 attempts Ohio vs Texas", True),
        ("pgy4 salary california vs texas", False),
        ("do residents make more in California or Alabama", False),
    ],
)
def test_states_are_compared_by_what_they_decide(combiner: Combiner, text: str, compares: bool) -> None:
    """Two states with a word of licenses, or with no other word, get their rules; pay there is another matter."""
    assert bool(combiner._wanted(text, {"comparison": 0.9})) is compares


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("which of those are 3 years", {"cardiovascular-disease", "gastroenterology"}),
        ("which of them are 1 year", {"geriatric-medicine"}),
        ("the shortest one", {"geriatric-medicine"}),
    ],
)
def test_the_list_shown_last_is_asked_on(combiner: Combiner, text: str, topics: set[str]) -> None:
    """It is narrowed and ranked, and nothing beside it comes in."""
    found = combiner.combine(text, (), {}, FELLOWSHIPS, date(2026, 9, 1))
    assert found is not None
    assert topics <= set(found.listed) <= set(FELLOWSHIPS.listed)


def test_without_a_list_nothing_is_pointed_to(combiner: Combiner) -> None:
    """After any other reply "those" are no topics of a list."""
    before = replace(FELLOWSHIPS, kind="answer")
    assert combiner.combine("which of those are 3 years", (), {}, before, date(2026, 9, 1)) is None
