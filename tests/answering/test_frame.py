"""What narrows a question: side, stage, exam, visa, state."""

from __future__ import annotations

import pytest

from medpath.answering.conversation.frame import EXAM, LEVEL, PLACE, SIDE, VISA, Qualifiers, of_person
from medpath.answering.question import Question
from medpath.answering.service import LEXICON
from medpath.knowledge.records import Knowledge
from medpath.language.lexicon import load_lexicon
from medpath.language.wording import load_wording
from medpath.project import Project


@pytest.fixture(scope="module")
def qualifiers(project: Project, whole: Knowledge) -> Qualifiers:
    return Qualifiers(whole, load_lexicon(project.index / LEXICON).matcher(load_wording(project.wording)))


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("and level 2?", EXAM, "Level 2"),
        ("how is that for imgs", SIDE, "img"),
        ("license in Ohio", PLACE, "Ohio"),
        ("as a premed", LEVEL, "premed"),
    ],
)
def test_a_message_says_what_it_is_about(qualifiers: Qualifiers, text: str, key: str, value: str) -> None:
    """What is read of a message has the form in which facts have it."""
    assert value in qualifiers.said(text)[key]


def test_a_person_narrows_what_he_asks() -> None:
    """Degree, stage and visa are told apart."""
    found = of_person(frozenset({"do", "resident", "J-1", "us"}))
    assert found == {SIDE: {"do"}, LEVEL: {"residency"}, VISA: {"J-1"}}


@pytest.mark.parametrize(
    ("text", "audience", "signal"),
    [
        ("does that hold for imgs", frozenset(), "agrees_said"),
        ("does that hold for osteopathic students", frozenset({"img"}), "differs_said"),
        ("does that hold", frozenset({"img"}), "agrees_kept"),
        ("does that hold", frozenset({"do"}), "differs_kept"),
        ("does that hold", frozenset(), "side_unsaid"),
    ],
)
def test_a_message_takes_the_place_of_what_is_known(
    qualifiers: Qualifiers, whole: Knowledge, text: str, audience: frozenset[str], signal: str
) -> None:
    """A fact for IMGs agrees or differs with what is said, and where nothing is said with the person."""
    fact = next(fact for fact in whole.facts if dict(qualifiers.of_fact(fact)) == {SIDE: "img"})
    found = qualifiers.compared(Question(text, audience=audience), "when is it", [fact])
    assert {name for name, values in found.items() if values[0]} == {signal}
