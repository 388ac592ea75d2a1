"""Messages that ask several things."""

from __future__ import annotations

import pytest

from medpath.language.splitting import Splitter, load_splitting
from medpath.project import find_project


@pytest.fixture(scope="module")
def splitter() -> Splitter:
    return Splitter(load_splitting(find_project().following))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "how long is IM residency and how much do residents make? also do I need step 3 before?",
            ["how long is IM residency", "and how much do residents make", "also do I need step 3 before?"],
        ),
        ("when is match day? what time is it?", ["when is match day", "what time is it?"]),
        ("what is SOAP, and who can use it", ["what is SOAP", "and who can use it"]),
        ("I am a DO. do i need step 1 n what does it cost", ["I am a DO do i need step 1", "n what does it cost"]),
    ],
)
def test_each_question_stands_alone(splitter: Splitter, text: str, parts: list[str]) -> None:
    """Questions joined by marks or by words are parted, in their order."""
    assert splitter.questions(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "how long is residency",
        "what is the difference between MD and DO",
        "I failed step 1. What now?",
        "im an img and i failed step 1, can i still match",
        "is it hard? really?",
        "how do I apply and pay",
        "",
        "???",
        "how? what? when? where? why? who? which one is it? what is that? how is it? when is it? who is it for now?",
    ],
)
def test_one_question_stays_whole(splitter: Splitter, text: str) -> None:
    """A message with one question, or with more marks than questions, is not cut."""
    assert splitter.questions(text) == [text]


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
