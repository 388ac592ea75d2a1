"""The ways to read a message that hangs on the ones before it."""

from __future__ import annotations

import pytest

from medpath.language.following import (
    ABOUT,
    JOINED,
    NAMED,
    PLAIN,
    SWAPPED,
    Before,
    FollowUpWords,
    corrected,
    correction_in,
    load_follow_up_words,
    readings,
    shape_of,
    without_lead,
)
from medpath.language.spelling import Spelling
from medpath.language.topics import TopicMatcher
from medpath.language.wording import load_wording
from medpath.project import find_project

NAMES = [("psych", "psychiatry"), ("surgery", "surgery"), ("conrad 30", "waiver"), ("step 1", "step-1")]
SPECIALTIES = {"psychiatry", "surgery"}


@pytest.fixture(scope="module")
def words() -> FollowUpWords:
    return load_follow_up_words(find_project().following)


@pytest.fixture(scope="module")
def matcher() -> TopicMatcher:
    return TopicMatcher(NAMES, load_wording(find_project().wording), Spelling({}))


def ways(text: str, matcher: TopicMatcher, words: FollowUpWords, question: str = "how long is psych") -> dict[str, str]:
    """How a message can be read after a question on psychiatry."""
    before = Before(question, tuple(matcher.mentions(question)), "Psychiatry", "psych")
    plain = without_lead(text, matcher.words(text), words)
    mentions = matcher.mentions(plain)
    shape = shape_of(matcher.words(text), matcher.words(plain), mentions, words, str.isalpha)
    return readings(plain, mentions, shape, before, lambda one, other: set(one) | set(other) <= SPECIALTIES)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("and for surgery?", "for surgery?"),
        ("ok back to cards, pay?", "cards, pay?"),
        ("no I meant step 3", "step 3"),
        ("how long is it", "how long is it"),
        ("and", "and"),
        ("", ""),
    ],
)
def test_words_that_only_tie_are_left_out(text: str, left: str, matcher: TopicMatcher, words: FollowUpWords) -> None:
    """What begins a message without saying anything goes, unless nothing else is left."""
    assert without_lead(text, matcher.words(text), words) == left


@pytest.mark.parametrize("text", ["and surgery?", "what about surgery", "no i meant surgery", "surgery"])
def test_another_topic_of_the_kind_takes_the_place(text: str, matcher: TopicMatcher, words: FollowUpWords) -> None:
    """The last question is asked about the new topic."""
    assert ways(text, matcher, words)[SWAPPED].rstrip("?") == "how long is surgery"


def test_a_message_without_a_topic_may_be_about_the_last(matcher: TopicMatcher, words: FollowUpWords) -> None:
    """By the topic's name, by what the person called it, after the last question, or on its own."""
    assert ways("how much does it pay", matcher, words) == {
        PLAIN: "how much does it pay",
        ABOUT: "Psychiatry: how much does it pay",
        JOINED: "how long is psych how much does it pay",
        NAMED: "psych: how much does it pay",
    }


def test_a_bare_topic_of_another_kind_is_added(matcher: TopicMatcher, words: FollowUpWords) -> None:
    """No name of its kind stands in the last question, so it takes no place."""
    assert ways("conrad 30?", matcher, words)[SWAPPED] == "how long is psych conrad 30"


def test_a_whole_question_is_not_swapped(matcher: TopicMatcher, words: FollowUpWords) -> None:
    """A question that says what it wants to know of the new topic stands for itself."""
    assert SWAPPED not in ways("how much do people in surgery earn a year", matcher, words)


def test_before_the_first_answer_a_message_is_what_it_is(matcher: TopicMatcher, words: FollowUpWords) -> None:
    """Without anything before there is one way."""
    shape = shape_of(matcher.words("and surgery"), matcher.words("and surgery"), [], words, str.isalpha)
    assert readings("and surgery", [], shape, None, lambda one, other: True) == {PLAIN: "and surgery"}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("sorry, surgery", "surgery"),
        ("i meant surgery, not psych", "surgery"),
        ("not psych, just surgery", "just surgery"),
        ("no not the discount, the application part", "the application part"),
        ("my mistake, surgery i mean", "surgery"),
        ("oops not psych, the surgery one", "the surgery one"),
        ("no i mean residency not school", "residency"),
    ],
)
def test_a_correction_tells_what_comes_in_the_place(
    text: str, kept: str, matcher: TopicMatcher, words: FollowUpWords
) -> None:
    """What a person takes back is left out, what he wants instead is kept, in whatever order he says it."""
    found = correction_in(text, matcher.words(text), words)
    assert without_lead(found, matcher.words(found), words) == kept


@pytest.mark.parametrize(
    "text", ["not sure", "why not", "no", "i'm not a citizen", "so its not needed?", "no i did it", ""]
)
def test_a_no_is_no_correction(text: str, matcher: TopicMatcher, words: FollowUpWords) -> None:
    """A plain no, doubt, or a statement with "not" corrects nothing."""
    assert correction_in(text, matcher.words(text), words) == ""


@pytest.mark.parametrize(
    ("text", "asked"),
    [("surgery", "how long is surgery"), ("the intern year", "how long is psych the intern year")],
)
def test_a_correction_asks_the_last_question_again(text: str, asked: str, matcher: TopicMatcher) -> None:
    """A name of the same kind takes the place of the old one; anything else is added to the question."""
    question = "how long is psych"
    before = Before(question, tuple(matcher.mentions(question)), "Psychiatry", "psych")
    alike = lambda one, other: set(one) | set(other) <= SPECIALTIES  # noqa: E731
    assert corrected(text, matcher.mentions(text), before, alike) == asked
