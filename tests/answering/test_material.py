"""The cases to fit on: questions asked of a search that has not seen them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_facts import eight_facts

from medpath.answering.fitting.choices import Asked, Case, is_left_out
from medpath.answering.fitting.material import Understanding, left_out_cases, present, understand
from medpath.answering.search.index import Corpus
from medpath.knowledge.records import Knowledge
from medpath.language.encoder import SentenceEncoder
from medpath.language.topics import TopicMatcher

MESSAGES = [
    *((text, "greet") for text in ("hello", "hi there", "good morning", "hey", "hello bot", "good day to you")),
    *((text, "off_topic") for text in ("who won the cup", "what is the weather", "tell me a joke", "cook me a soup")),
    *((text, "off_topic") for text in ("which phone is best", "when is the next train", "how tall is the tower")),
]


def _without_unseen(knowledge: Knowledge) -> Knowledge:
    """The first topic's facts with questions all of which belong to the quarter that is left out."""
    asked = [f"When, in year {number}, is Match Day?" for number in range(2000, 2060)]
    questions = tuple(question for question in asked if is_left_out(question))[:4]
    first = knowledge.topics[0]
    facts = (replace(first.facts[0], questions=questions), *first.facts[1:])
    return replace(knowledge, topics=(replace(first, facts=facts), *knowledge.topics[1:]))


@pytest.fixture(scope="module")
def whole(matcher: TopicMatcher, encoder: SentenceEncoder) -> Understanding:
    return understand(Corpus.of(eight_facts()), MESSAGES, matcher, encoder.encode, encoder.encode)


@pytest.fixture(scope="module")
def left_out(matcher: TopicMatcher, encoder: SentenceEncoder) -> list[Case]:
    return left_out_cases(_without_unseen(eight_facts()), MESSAGES, matcher, encoder.encode, encoder.encode)


def test_a_question_is_asked_of_search_and_classifier(whole: Understanding, knowledge: Knowledge) -> None:
    """A case holds the candidates with the right one marked, and the likely aspects of the question."""
    ids = [fact.id for fact in knowledge.facts]
    case = whole.case(
        Asked("What is the price of the match?", frozenset({"main-match/registration-fee"}), frozenset()), ids
    )
    assert ids[case.candidates.facts[case.gold.argmax()]] == "main-match/registration-fee"
    assert case.gold.sum() == 1
    assert sum(case.question.intents.values()) == pytest.approx(1, abs=1e-4)
    assert max(case.question.aspects(), key=lambda aspect: case.question.aspects()[aspect]) == "cost"


def test_only_the_left_out_quarter_is_asked(left_out: list[Case]) -> None:
    """Cases are sample questions and declined messages of the quarter; greetings are none."""
    texts = [case.question.text for case in left_out]
    asked = [question for fact in eight_facts().facts[1:] for question in fact.questions]
    outside = [text for text, intent in MESSAGES if intent == "off_topic"]
    assert texts == [text for text in [*asked, *outside] if is_left_out(text)]
    assert [case.in_scope for case in left_out] == [text in asked for text in texts]


def test_a_question_has_its_own_fact_for_gold(left_out: list[Case]) -> None:
    """The fact of a left-out sample question is the right one, and it is among the candidates."""
    facts = _without_unseen(eight_facts()).facts
    for case in left_out:
        golden = [facts[number] for number, right in zip(case.candidates.facts, case.gold, strict=True) if right]
        assert [case.question.text in fact.questions for fact in golden] == [True] * case.in_scope


def test_a_fact_that_would_lose_all_questions_keeps_them(left_out: list[Case]) -> None:
    """Questions that the search had to keep are not asked, for it has seen them."""
    kept = _without_unseen(eight_facts()).facts[0].questions
    assert len(kept) == 4
    assert not [case for case in left_out if case.question.text in kept]


def test_an_old_file_is_brought_to_the_ids_of_today(knowledge: Knowledge) -> None:
    """Gold and partial ids that were renamed or dropped since are mended on reading."""
    old = Asked("When?", frozenset({"main-match/day", "gone/now"}), frozenset({"step-1/duration"}))
    assert present([old], knowledge) == [
        Asked("When?", frozenset({"main-match/match-day"}), frozenset({"step-1/duration"}))
    ]
