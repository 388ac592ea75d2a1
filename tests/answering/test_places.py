"""Facts about states: which they are, and that they are candidates only for who means their state."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from medpath.answering.question import Question
from medpath.answering.search.index import SearchIndex
from medpath.answering.search.places import Places, load_places
from medpath.answering.search.searching import Search
from medpath.knowledge.records import Knowledge

STATES = Places(("virginia", "west virginia"), np.array([[True, False], [False, True], [False, False]]))


def test_the_names_of_states_are_found_and_cut_out() -> None:
    """In any letters, the longer name before the shorter one."""
    assert STATES.named("DO schools in West Virginia?") == {"west virginia"}
    assert STATES.named("WEST VIRGINIA or virginia") == {"west virginia", "virginia"}
    assert STATES.rest("DO schools in West Virginia?") == "DO schools in ?"
    assert STATES.named("virginians") == frozenset()


def test_facts_of_other_states() -> None:
    """Nothing is elsewhere as long as no state is named, nor is what is about no state."""
    assert STATES.elsewhere(frozenset({"virginia"})).tolist() == [False, True, False]
    assert STATES.elsewhere(frozenset({"virginia", "west virginia"})).tolist() == [False, False, False]
    assert STATES.elsewhere(frozenset()).tolist() == [False, False, False]


def test_facts_are_about_the_state_of_their_topic(index: SearchIndex, knowledge: Knowledge) -> None:
    """A fact of the license of Ohio is about Ohio, one of an exam about none."""
    ohio = index.places.names.index("ohio")
    about = {knowledge.facts[number].topic for number in np.flatnonzero(index.places.facts[:, ohio])}
    assert about == {"license-ohio"}
    assert {knowledge.facts[number].topic for number in index.places.local} == {"license-ohio", "license-texas"}


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("who licenses doctors in Ohio", {"license-ohio"}),
        ("Ohio", {"license-ohio"}),
        ("whom to ask in Texas", {"license-texas"}),
        ("step 1 study tips in Ohio", set()),
        ("when is match day in Texas", set()),
        ("who licenses doctors", {"license-ohio", "license-texas"}),
    ],
)
def test_candidates_about_a_state(search: Search, knowledge: Knowledge, text: str, topics: set[str]) -> None:
    """Those of the state that is meant; none where the state is only the place of something else."""
    found = {knowledge.facts[number].topic for number in search.candidates(Question(text)).facts}
    assert {topic for topic in found if topic.startswith("license")} == topics


def test_what_was_found_is_kept(tmp_path: Path) -> None:
    """Saved and read again it tells the same."""
    STATES.save(tmp_path)
    again = load_places(tmp_path)
    assert again.names == STATES.names
    assert np.array_equal(again.facts, STATES.facts)
