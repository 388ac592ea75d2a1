"""What stands on a button: a short question where a fact has one, and never the same thing twice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_facts import FEE, MATCH_DAY, STEP_1_LENGTH, STEP_1_STUDY, eight_facts

from medpath.answering.replies.answer import Choice
from medpath.answering.replies.buttons import LONGEST_QUESTION, ButtonTitles
from medpath.answering.replies.composing import Texts
from medpath.answering.service import KNOWLEDGE
from medpath.knowledge.compiled import load_compiled
from medpath.knowledge.records import Fact
from medpath.project import Project

SAID = (
    "The NRMP asks for it.",
    "Ask the NRMP first.",
    "See the NRMP or USMLE.",
    "The USMLE is a test.",
    "On USMLE: no.",
)


@pytest.fixture(scope="module")
def titles(texts: Texts) -> ButtonTitles:
    """The titles of eight facts, beside which some more say NRMP and USMLE."""
    known = eight_facts()
    fees = [replace(FEE, more=said) for said in SAID]
    topics = [replace(topic, facts=(*topic.facts, *fees)) if topic.id == FEE.topic else topic for topic in known.topics]
    return ButtonTitles(replace(known, topics=tuple(topics)), texts.buttons["asking"], texts.buttons["small"])


def asked(*questions: str) -> Fact:
    return replace(FEE, questions=questions)


def test_a_whole_question_comes_first(titles: ButtonTitles) -> None:
    """Of the sample questions one that is written as a sentence, wherever it stands."""
    assert titles.within(asked("what is the NRMP", "fee", "What does the Match cost?")) == "What does the Match cost?"


def test_a_hasty_question_is_written_out(titles: ButtonTitles) -> None:
    """Names get the capitals that the texts give them, and the question its mark."""
    assert titles.within(asked("is the nrmp the usmle")) == "Is the NRMP the USMLE?"


@pytest.mark.parametrize(
    "question",
    [
        "nrmp fee",  # asks nothing
        "is the nrpm the usmle",  # a word that no text knows
        "what does the NRMP do and does the USMLE do the same as the Match",  # too long
        "when do do the nrmp",  # "do" is a degree as well
        "My friend asks what the Match costs?",
    ],
)
def test_what_makes_no_title(titles: ButtonTitles, question: str) -> None:
    """Where no question will do the label stands, with its topic where that is not known."""
    assert titles.within(asked(question)) == "Registration fee"
    assert titles.alone(asked(question)) == "Main Residency Match: registration fee"


def test_nothing_is_offered_twice(titles: ButtonTitles) -> None:
    """Neither what another button says, nor what was just told."""
    offered = [Choice(title, title) for title in ("What is the fee?", "The fee", "When is Match Day?", "How to study")]
    kept = titles.distinct(offered, "How do I study?", 3)
    assert [choice.title for choice in kept] == ["What is the fee?", "When is Match Day?"]
    assert len(titles.distinct(offered, "", 1)) == 1


def test_most_facts_of_the_file_have_a_short_question(project: Project, texts: Texts) -> None:
    """Two thirds and more of the facts are offered by a question, which no button cuts."""
    known = load_compiled(project.index / KNOWLEDGE)
    titles = ButtonTitles(known, texts.buttons["asking"], texts.buttons["small"])
    questions = [titles.question(fact) for fact in known.facts]
    found = [question for question in questions if question]
    assert len(found) > len(questions) * 2 / 3
    assert all(question.endswith("?") and len(question) <= LONGEST_QUESTION for question in found)


def test_the_hand_made_facts_are_asked_for(titles: ButtonTitles) -> None:
    """As people ask for them."""
    assert [titles.within(fact) for fact in (MATCH_DAY, STEP_1_LENGTH, STEP_1_STUDY)] == [
        "When is Match Day?",
        "How long is Step 1?",
        "How do I study for Step 1?",
    ]
