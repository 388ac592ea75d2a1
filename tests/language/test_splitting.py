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


STORIES = [
    (
        "Hi, I'm a nurse in Boise with two kids and a mortgage, and I took organic chemistry in 2009. My husband "
        "thinks I have gone mad. Do my old prerequisites still count? He works nights, so it has been a long winter.",
        ["Do my old prerequisites still count?"],
        "My husband thinks I have gone mad.",
    ),
    (
        "how long is a neurology residency. i matched into a prelim year in toledo and my car died on the way there, "
        "the landlord wants two months up front and my sister says i should have stayed in pharmacy, who knows",
        ["how long is a neurology residency"],
        "",
    ),
    (
        "- PGY2, family medicine, Ohio\n- level 3 passed in march\n- wife is due in June\n- program director "
        "is kind but new, which is hard\nhow many weeks of leave can i take\nand does moonlighting count toward hours",
        ["how many weeks of leave can i take", "and does moonlighting count toward hours"],
        "which is hard",
    ),
    (
        "I have failed Step 1 once, I work in a warehouse at night and my uncle, who is a surgeon, tells me to give up "
        "on all of it. Just trying to figure out whether programs would see the first attempt.",
        ["whether programs would see the first attempt."],
        "figure out",
    ),
    (
        "we sold the house and moved to my mother in law for this and she counts every egg we eat so it has to work "
        "anyway when does amcas open because my letter writers think it is in june",
        ["anyway when does amcas open because my letter writers think it is in june"],
        "it has to work",
    ),
]


@pytest.mark.parametrize(("text", "questions", "told"), STORIES)
def test_a_story_stands_apart_from_what_it_asks(splitter: Splitter, text: str, questions: list[str], told: str) -> None:
    """Of a long message only the stretches that ask are its questions, each with what is told before it."""
    asked = splitter.split(text)
    assert list(asked.questions) == questions
    assert asked.told[0].endswith(told)
    assert asked.separate


def test_a_long_question_is_no_story(splitter: Splitter) -> None:
    """Where nearly all words belong to what is asked the message stays whole."""
    text = (
        "Should a third-year student at a school without a home program in orthopedic surgery who has two publications "
        "and honors in surgery do two or three away rotations before the application is due in September?"
    )
    assert splitter.split(text) == Asked("", (text,))


def test_a_story_that_asks_nothing_stays_whole(splitter: Splitter) -> None:
    """A complaint of many sentences has no question."""
    text = "I am tired of this year. " * 8
    assert splitter.split(text) == Asked("", (text,))


def test_a_question_is_set_apart_from_what_is_said_around_it(splitter: Splitter) -> None:
    """A single one too; none where nothing is asked, and none of more than can be meant."""
    asked = splitter.asked("Reapplicant from Texas, aiming for June. Does my MCAT expire?")
    assert asked.questions == ("Does my MCAT expire?",)
    assert asked.lead.startswith("Reapplicant from Texas")
    assert splitter.asked("College sophomore, want dermatology.").questions == ()
    assert splitter.asked("Does my MCAT expire? " * 200).questions == ()
