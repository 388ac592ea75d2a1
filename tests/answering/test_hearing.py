"""How a message is heard in its conversation."""

from __future__ import annotations

import pytest

from medpath.answering.conversation.hearing import Hearing
from medpath.answering.conversation.memory import Memory
from medpath.answering.question import Question
from medpath.answering.service import load_adviser
from medpath.language.following import PLAIN, SWAPPED
from medpath.project import find_project

SALARY = Memory(question="how much do residents make", topics=("resident-salary",), kind="answer")
LICENSE = Memory(question="medical license in Ohio", topics=("medical-license-ohio",), kind="answer")
PSYCHIATRY = Memory(question="how long is psychiatry residency", topics=("psychiatry",), kind="answer")


@pytest.fixture(scope="module")
def hearing() -> Hearing:
    return load_adviser(find_project())._hearing


@pytest.mark.parametrize(
    ("text", "memory", "named"),
    [
        ("and in California?", SALARY, False),
        ("and in California?", LICENSE, True),
        ("do I need a license in California?", SALARY, True),
        ("and in California?", Memory(), True),
    ],
)
def test_a_state_is_a_place_where_licenses_are_not_spoken_of(
    hearing: Hearing, text: str, memory: Memory, named: bool
) -> None:
    """After an answer about pay "in California" asks about pay there; after one about a license, about that license."""
    assert bool(hearing.subjects(text, memory)) is named


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("sorry, surgery", "how long is surgery residency"),
        ("not psychiatry, neurology", "how long is neurology residency"),
        ("no i meant the fellowship part", "how long is psychiatry residency fellowship"),
    ],
)
def test_a_correction_is_the_last_question_with_a_part_exchanged(hearing: Hearing, text: str, asked: str) -> None:
    """It is read as that question alone, whatever its own words would find."""
    heard = hearing.heard(Question(text), PSYCHIATRY)
    assert heard.corrects
    assert (heard.question.text, dict(heard.ways)) == (asked, {PLAIN: asked})


def test_a_correction_that_asks_itself_is_read_with_its_own_words(hearing: Hearing) -> None:
    """Who takes back what he said and asks a whole question is not answered on the old one."""
    heard = hearing.heard(Question("not psychiatry sorry, how hard is it to match in neurology?"), PSYCHIATRY)
    assert not heard.corrects
    assert heard.ways[PLAIN] == "how hard is it to match in neurology?"


def test_a_mere_name_asks_the_same_of_something_else(hearing: Hearing) -> None:
    """The last question can be read with the new name in it."""
    assert hearing.heard(Question("and neurology?"), PSYCHIATRY).ways[SWAPPED] == "how long is neurology residency"
