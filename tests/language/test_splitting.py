"""Messages that ask several things."""

from __future__ import annotations

import pytest

from medpath.language.splitting import Asked, Splitter, load_splitting
from medpath.project import find_project


@pytest.fixture(scope="module")
def splitter() -> Splitter:
    return Splitter(load_splitting(find_project().following))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "how long is IM residency and how much do residents make? also do I need step 3 before?",
            ["how long is IM residency", "and how much do residents make", "also do I need step 3 before"],
        ),
        ("when is match day? what time is it?", ["when is match day", "what time is it"]),
        ("what is SOAP, and who can use it", ["what is SOAP", "and who can use it"]),
        ("what is tail coverage, do I need it", ["what is tail coverage", "do I need it"]),
        ("can I moonlight and if not what can I do", ["can I moonlight", "and if not what can I do"]),
        ("Tell me about EPIC. what does it cost?", ["Tell me about EPIC", "what does it cost"]),
        ("1. What is a J-1?\n2. How long is it?\n- cost of it?", ["What is a J-1", "How long is it", "cost of it"]),
        ("step 3 cost, length and passing score?", ["step 3 cost", "step 3 length", "step 3 passing score"]),
        ("pay and lifestyle of dermatology", ["dermatology pay", "dermatology lifestyle"]),
    ],
)
def test_each_question_stands_alone(splitter: Splitter, text: str, parts: list[str]) -> None:
    """Questions joined by marks, by words, by lines or in a row of nouns are parted, in their order."""
    assert splitter.split(text) == Asked("", tuple(parts))


@pytest.mark.parametrize(
    ("text", "lead", "parts"),
    [
        ("I am a DO. do i need step 1 n what does it cost", "I am a DO", ["do i need step 1", "n what does it cost"]),
        ("psychiatry: lifestyle? pay?", "psychiatry", ["lifestyle", "pay"]),
        ("pa school - how long, how much", "pa school", ["how long", "how much"]),
        (
            "if I fail, can I retake it and does it show on my transcript",
            "if I fail",
            ["can I retake it", "and does it show on my transcript"],
        ),
        (
            "As a coordinator I must know when it is due, whether it is public, and what it is.",
            "As a coordinator I must know",
            ["when it is due", "whether it is public", "and what it is."],
        ),
    ],
)
def test_what_is_said_first_goes_with_all(splitter: Splitter, text: str, lead: str, parts: list[str]) -> None:
    """A situation or a heading before the first question is none of the questions."""
    assert splitter.split(text) == Asked(lead, tuple(parts))


@pytest.mark.parametrize(
    "text",
    [
        "how long is residency",
        "what is the difference between MD and DO",
        "what is the difference in pay and lifestyle between dermatology and plastics",
        "which application do I need for MD and DO schools",
        "can a DO prescribe medication and do surgery",
        "how do I know when to stop",
        "When I graduate, can I apply at once?",
        "In Texas, do I need the jurisprudence exam?",
        "My daughter studies abroad and is nervous. What will she be doing all day?",
        "is it open until 9 p.m. on the last day?",
        "should I take a gap year, or is it bad for my application?",
        "I failed step 1. What now?",
        "im an img and i failed step 1, can i still match",
        "is it hard? really?",
        "how do I apply and pay",
        "How many years is an\r\ninternal medicine residency?",
        "can I still apply to programs in\nthe middle of October without a letter",
        "",
        "???",
        "how? what? when? where? why? who? which one is it? what is that? how is it? when is it? who is it for now?",
    ],
)
def test_one_question_stays_whole(splitter: Splitter, text: str) -> None:
    """A message with one question, or with more marks than questions, is not cut."""
    assert splitter.split(text) == Asked("", (text,))


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("when is match day", True),
        ("I am tired. and how long is it", True),
        ("Step 2 validity?", True),
        ("my roommate in med school says", False),
        ("I am a PGY2 in Ohio.", False),
        ("", False),
    ],
)
def test_what_asks_something(splitter: Splitter, text: str, asks: bool) -> None:
    """A question mark or the beginning of a question anywhere, and nothing else, makes a text ask."""
    assert splitter.asks(text) == asks
