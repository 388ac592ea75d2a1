"""What a message sets side by side."""

from __future__ import annotations

import pytest

from medpath.answering.conversation.combining import Combiner
from medpath.answering.service import load_adviser
from medpath.project import find_project


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
