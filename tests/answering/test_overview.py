"""Overviews: which questions are broad, and the card that answers them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import pytest
from made_facts import STEP_1_LENGTH, STEP_1_SCORES, STEP_1_STUDY, eight_facts

from medpath.answering.replies.answer import OVERVIEW, Answer
from medpath.answering.replies.composing import Composer, Texts
from medpath.answering.replies.overview import (
    BroadQuestions,
    Line,
    Named,
    OverviewRules,
    Overviews,
    load_overview_rules,
)
from medpath.knowledge.records import Fact, Knowledge, Topic
from medpath.language.following import load_follow_up_words
from medpath.language.topics import TopicMatcher
from medpath.project import Project

TODAY = date(2026, 3, 1)
WHAT = replace(
    STEP_1_LENGTH,
    id="step-1/what-it-is",
    aspect="definition",
    text="Step 1 is the first exam. It is passed or failed.",
    setting={"exam": "Step 1"},
)
LENGTH = replace(
    STEP_1_LENGTH, text="Step 1 takes one day. Breaks are short.", as_of="2024", setting={"exam": "Step 1"}
)
FEE = replace(STEP_1_LENGTH, id="step-1/fee", aspect="cost", text="Step 1 costs 695 dollars.", as_of="2026")
REGION_FEE = replace(FEE, id="step-1/region-fee", text="Step 1 abroad costs 210 dollars more.", audience="img")
RETAKE = replace(FEE, id="step-1/retake", text="A retake costs the same.", setting={"phase": "after"})
CHEAP = replace(FEE, id="step-1/cheap", text="No, Step 1 has no discount.")
STUDY = replace(STEP_1_STUDY, sources=(), questions=("How should I study for Step 1?",))
LINES = (
    Line("Length", ("duration",), ("How long is {name}?",)),
    Line("Cost", ("cost",), ("What does {name} cost?",)),
    Line("Preparation", ("preparation",), ("How do I study for {name}?",)),
)


@pytest.fixture(scope="session")
def rules(project: Project) -> OverviewRules:
    return load_overview_rules(project.ranking.parent / "overviews.yml")


@pytest.fixture(scope="session")
def broad(project: Project, rules: OverviewRules, texts: Texts, matcher: TopicMatcher) -> Callable[[str], Named | None]:
    """What a message asks about in general, with the names of the eight facts."""
    kinds = {topic.id: topic.kind for topic in eight_facts().topics}
    asked = BroadQuestions(
        rules,
        load_follow_up_words(project.following),
        matcher.words,
        lambda one: kinds.get(one, ""),
        frozenset(texts.buttons["asking"]),
    )
    return lambda text: asked.named(text, matcher.mentions(text))


@pytest.fixture
def draw(texts: Texts, rules: OverviewRules) -> Callable[..., Answer | None]:
    """The card of Step 1 made of some facts, each as near to a question as `near` says."""

    def card(facts: Sequence[Fact], near: Callable[[str, Fact], float] = lambda _, fact: 0.9) -> Answer | None:
        knowledge = eight_facts()
        topic = Topic("step-1", "USMLE Step 1", "exam", "usmle", ("step 1",), tuple(facts))
        known = Knowledge(knowledge.hubs, (topic,), knowledge.sources, {})
        few = replace(rules, least=2, sure=9, kinds={"exam": LINES})
        drawn = Overviews(known, Composer(known, texts), few, lambda text, ones: [near(text, one) for one in ones])
        return drawn.card(topic, TODAY)

    return card


@pytest.mark.parametrize(
    "text",
    [
        "tell me about step 1",
        "Step 1",
        "what should I expect from Step 1?",
        "how does step 1 work",
        "Step 1 overview",
        "explain STEP 1 please",
        "hi, can you tell me about the step 1 exam",
        "step 1 exam",
    ],
)
def test_a_message_that_says_nothing_beside_the_name_is_broad(broad: Callable[[str], Named | None], text: str) -> None:
    """Whatever words of courtesy, article or kind stand there."""
    named = broad(text)
    assert named is not None
    assert named.topic == "step-1"


@pytest.mark.parametrize(
    "text",
    [
        "what is step 1",
        "how long is step 1",
        "step 1 fee",
        "tell me about the cost of step 1",
        "explain why step 1 is hard",
        "tell me about step 1 in Texas",
        "tell me about the board",
        "tell me about horses",
        "",
    ],
)
def test_whatever_asks_for_something_is_not(broad: Callable[[str], Named | None], text: str) -> None:
    """A definition, a point, a second name, an ambiguous one and none at all get no card."""
    assert broad(text) is None


def test_the_bare_name_is_told_apart(broad: Callable[[str], Named | None]) -> None:
    """In a conversation a mere name may stand for the last question."""
    bare, asked = broad("step 1"), broad("tell me about step 1")
    assert bare is not None
    assert asked is not None
    assert (bare.bare, asked.bare) == (True, False)


def test_a_card_says_what_it_is_and_then_its_points(draw: Callable[..., Answer | None]) -> None:
    """The definition in full, a short row under each heading in the order of the kind, all facts, each page once."""
    card = draw([WHAT, FEE, LENGTH, STUDY])
    assert card is not None
    assert (card.kind, card.body, card.topics) == (OVERVIEW, WHAT.text, ("step-1",))
    assert card.table is not None
    assert card.table.rows == (
        ("Length", "Step 1 takes one day. Breaks are short."),
        ("Cost", "Step 1 costs 695 dollars."),
        ("Preparation", "Most students work through one question bank before Step 1."),
    )
    assert card.facts == (WHAT.id, LENGTH.id, FEE.id, STUDY.id)
    assert [source.url for source in card.sources] == ["https://www.usmle.org/step-1"]
    assert card.sources[0].as_of == "2024; 2026"


def test_what_to_know_of_a_row_names_it(draw: Callable[..., Answer | None]) -> None:
    """A stale figure and an adviser's view are told with their headings."""
    card = draw([WHAT, FEE, LENGTH, STUDY])
    assert card is not None
    assert any(line.startswith("Length: From 2024;") for line in card.warnings)
    assert card.warnings[-1] == "Adviser's view, not an official rule: Preparation."


def test_no_row_for_some_only(draw: Callable[..., Answer | None]) -> None:
    """What holds for graduates from abroad, afterwards, or as a no to a question does not speak for the exam."""
    assert draw([WHAT, LENGTH, REGION_FEE, RETAKE, CHEAP]) is None


def test_a_row_gets_what_is_nearest_to_it(draw: Callable[..., Answer | None]) -> None:
    """A unit stands where it answers best, and nowhere if it answers no row."""
    long = replace(FEE, id="step-1/long", aspect="duration", text="Most take six weeks.")
    near = {LENGTH.id: 0.95, long.id: 0.8, FEE.id: 0.9, STUDY.id: 0.2, WHAT.id: 0.9}
    card = draw([WHAT, long, LENGTH, FEE, STUDY], lambda _, fact: near[fact.id])
    assert card is not None
    assert card.facts == (WHAT.id, LENGTH.id, FEE.id)


def test_without_a_definition_or_points_there_is_no_card(draw: Callable[..., Answer | None]) -> None:
    """One fact answers then, as before."""
    assert draw([LENGTH, FEE, STUDY]) is None
    assert draw([WHAT, LENGTH]) is None
    assert draw([]) is None


def test_what_to_ask_next_are_questions(draw: Callable[..., Answer | None]) -> None:
    """Sample questions as people ask them, of units that the card does not tell."""
    card = draw([WHAT, LENGTH, FEE, STUDY, replace(STEP_1_SCORES, aspect="score")])
    assert card is not None
    assert [choice.title for choice in card.choices] == ["Is 240 good on Step 1?"]
    assert [choice.payload for choice in card.choices] == ["fact:step-1/no-scores"]
