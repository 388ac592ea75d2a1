"""What a person tells of himself."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medpath.answering.service import KNOWLEDGE, LEXICON
from medpath.knowledge.compiled import load_compiled
from medpath.knowledge.records import Knowledge
from medpath.language.lexicon import load_lexicon
from medpath.language.profile import (
    Profile,
    ProfileWording,
    as_dict,
    audiences,
    from_dict,
    load_profile_wording,
    merged,
    only_profile,
    read_profile,
    told,
)
from medpath.language.topics import TopicMatcher
from medpath.language.wording import Wording
from medpath.project import find_project

Read = Callable[[str], Profile]
STUDENT, TEXAS, DERM = "medical student", "medical-license-texas", "dermatology"


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_compiled(find_project().index / KNOWLEDGE)


@pytest.fixture(scope="module")
def matcher(own_wording: Wording) -> TopicMatcher:
    return load_lexicon(find_project().index / LEXICON).matcher(own_wording)


@pytest.fixture(scope="module")
def wording(knowledge: Knowledge) -> ProfileWording:
    return load_profile_wording(find_project().wording.parent / "profile.yml", knowledge.topics)


@pytest.fixture(scope="module")
def read(matcher: TopicMatcher, wording: ProfileWording) -> Read:
    return lambda text: read_profile(text, matcher.mentions(text), wording)


@pytest.fixture(scope="module")
def only(matcher: TopicMatcher, wording: ProfileWording) -> Callable[[str], bool]:
    return lambda text: only_profile(text, matcher.mentions(text), wording)


TOLD: list[tuple[str, dict[str, Any]]] = [
    ("im an img", {"graduate": "IMG"}),
    ("I’m an IMG", {"graduate": "IMG"}),
    ("I am a DO student", {"stage": STUDENT, "degree": "DO"}),
    ("im a do", {"degree": "DO"}),
    ("as an MS3", {"stage": STUDENT}),
    ("ms2 here", {"stage": STUDENT}),
    ("ms3 DO student here", {"stage": STUDENT, "degree": "DO"}),
    ("i'm a fourth year applying EM", {"stage": STUDENT, "specialty": "emergency-medicine"}),
    ("im a third-year IM resident", {"stage": "resident", "specialty": "internal-medicine"}),
    ("pgy1 in FM", {"stage": "resident", "specialty": "family-medicine"}),
    ("cards fellow, first year", {"stage": "fellow", "specialty": "cardiovascular-disease"}),
    ("im an attending", {"stage": "physician"}),
    ("im a cardiologist", {"stage": "physician", "specialty": "cardiovascular-disease"}),
    ("i'm a high school senior", {"stage": "premed"}),
    ("yog 2019 img with 1 attempt", {"graduate": "IMG", "graduation_year": 2019, "attempts": 1}),
    ("yog 09", {"graduation_year": 2009}),
    (
        "img, yog 2022, needs visa, no attempts",
        {"graduate": "IMG", "visa": "needs visa", "graduation_year": 2022, "attempts": 0},
    ),
    ("I'm on a J-1", {"visa": "J-1"}),
    ("my visa is h1b", {"visa": "H-1B"}),
    ("permanent resident", {"visa": "green card"}),
    ("us citizen img", {"graduate": "IMG", "visa": "US citizen"}),
    ("i graduated in 2018 from ecuador", {"graduate": "IMG", "graduation_year": 2018}),
    ("ecuador grad", {"graduate": "IMG"}),
    ("caribbean student", {"stage": STUDENT, "graduate": "IMG"}),
    ("us grad here", {"graduate": "US"}),
    ("i graduated from a canadian school in 2020", {"graduate": "IMG", "group": "Canadian", "graduation_year": 2020}),
    ("i'm on an hpsp scholarship", {"group": "military"}),
    ("I want to do derm", {"specialty": DERM}),
    ("applying psych", {"specialty": "psychiatry"}),
    ("i want to be a pediatrician", {"specialty": "pediatrics"}),
    ("living in texas", {"state": TEXAS}),
    ("im a texas resident", {"state": TEXAS}),
    ("living in PA", {"state": "medical-license-pennsylvania"}),
    ("i failed step 1 twice and step 3 once", {"attempts": 3}),
    ("i failed level 1", {"attempts": 1}),
    ("two attempts on step 1", {"attempts": 2}),
    ("I had six attempts", {"attempts": 6}),
    (
        "m2 md student in texas, us citizen, want derm",
        {"stage": STUDENT, "degree": "MD", "visa": "US citizen", "specialty": DERM, "state": TEXAS},
    ),
]


@pytest.mark.parametrize(("text", "values"), TOLD)
def test_what_a_person_says_of_himself(
    read: Read, only: Callable[[str], bool], text: str, values: dict[str, Any]
) -> None:
    """Every part of a statement is read, and a message that holds nothing else is known to be one."""
    assert as_dict(read(text)) == values
    assert only(text)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("im an img can i match derm", {"graduate": "IMG"}),
        ("img, can i match derm?", {"graduate": "IMG"}),
        ("img can i match derm", {"graduate": "IMG"}),
        ("as an img what are my chances", {"graduate": "IMG"}),
        ("should i take step too as a DO", {"degree": "DO"}),
        ("what can an img like me do", {"graduate": "IMG"}),
        ("failed step 1 what now", {"attempts": 1}),
        ("i want ortho, how many programs", {"specialty": "orthopaedic-surgery"}),
        ("my wife is an img and i am a us citizen, can we couples match", {"visa": "US citizen"}),
        ("im asking for my son, im a DO myself. what is amcas", {"degree": "DO"}),
        ("I have a green card, am I a US IMG or non-US IMG?", {"visa": "green card"}),
    ],
)
def test_a_statement_beside_a_question(
    read: Read, only: Callable[[str], bool], text: str, values: dict[str, Any]
) -> None:
    """What a person says of himself is read beside his question, and the message is not taken for the statement."""
    assert as_dict(read(text)) == values
    assert not only(text)


@pytest.mark.parametrize(
    "text",
    [
        "can an IMG match derm",
        "can a DO match",
        "im asking for my daughter who is a DO",
        "my daughter: ms3, wants derm",
        "what is a DO student",
        "DO vs MD",
        "img or do, which is harder",
        "img?",
        "resident",
        "caribbean student match rate",
        "what is the match rate for img, caribbean student, us citizen img",
        "if im an img do i need ecfmg",
        "when im a resident how much will i make",
        "how do i know if im a us img",
        "am i an img",
        "do i need a visa",
        "should i do derm or ortho",
        "i want to do derm or ortho",
        "i dont want to do derm",
        "im not an img",
        "im a premed advisor",
        "im a parent of a DO student",
        "im married to a us citizen",
        "im a physician assistant",
        "im resident salary",
        "how much does a surgeon make in texas",
        "can i work in texas",
        "can i moonlight as a resident",
        "can i match with 2 attempts",
        "texas allows 3 attempts",
        "cost of living in texas",
        "someone who graduated in 2010",
        "i just want to go to sleep and not wake up",
        "i need surgery, can i take leave",
        "hi doctor i have pain",
        "a fellow is presenting my idea as his own",
        "",
        "???",
    ],
)
def test_what_is_asked_says_nothing_of_the_person(read: Read, only: Callable[[str], bool], text: str) -> None:
    """Questions in general, conditions, negations and words about others are no statement of oneself."""
    assert read(text) == Profile()
    assert not only(text)


def test_statements_are_rare_among_questions_about_others(read: Read, knowledge: Knowledge) -> None:
    """Of the sample questions that speak of nobody in the first person hardly any is taken for a statement."""
    words = (" i ", "i'", " im ", " my ", " me ", " we ", " us ", " our ", " here")
    asked = [
        question
        for fact in knowledge.facts
        for question in fact.questions
        if not any(word in f" {question.lower()} " for word in words)
    ]
    found = [question for question in asked if read(question) != Profile()]
    assert len(found) < len(asked) / 200


PIECES = [
    *["im", "an", "img", "do", "md", "j-1", "derm", "texas", "2", "failed", "step", "1", ",", ".", "?"],
    "\n",
    "\ue000s9\ue001",
    "’",
]


@settings(deadline=None, max_examples=150)
@given(text=st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_message_can_be_read(matcher: TopicMatcher, wording: ProfileWording, text: list[str]) -> None:
    """No message breaks the reading, and what is read can be kept and told."""
    message = " ".join(text)
    mentions = matcher.mentions(message)
    profile = read_profile(message, mentions, wording)
    assert from_dict(as_dict(profile)) == profile
    assert bool(told(profile, wording)) == (profile != Profile())
    assert not only_profile(message, mentions, wording) or profile != Profile()


@pytest.mark.parametrize("piece", ["a ", "im ", "im an img ", "if i am or ", "usmle comlex ", "?", " ", "\n"])
def test_endless_messages_are_read_in_time(read: Read, only: Callable[[str], bool], piece: str) -> None:
    """A message without an end costs no more than a moment, and is no mere statement."""
    begun = time.process_time()
    read("im a premed. " + piece * 5000)
    assert time.process_time() - begun < 3
    assert not only("im a premed. " + piece * 5000)


def test_what_is_told_later_counts() -> None:
    """New values stand in the place of old ones, and what was not told again stays."""
    old, new = Profile(stage=STUDENT, visa="J-1", attempts=2), Profile(visa="green card", attempts=0)
    assert merged(old, new) == Profile(stage=STUDENT, visa="green card", attempts=0)
    assert merged(old, Profile()) == old


@pytest.mark.parametrize(
    ("profile", "names"),
    [
        (Profile(), set()),
        (Profile(graduate="IMG", visa="J-1"), {"img"}),
        (Profile(stage=STUDENT, degree="DO"), {"student", "do"}),
        (Profile(stage="fellow", degree="MD", graduate="US"), {"resident", "md"}),
        (Profile(stage="premed", group="military"), {"premed", "military"}),
        (Profile(graduate="IMG", group="Canadian"), {"img", "canadian"}),
        (Profile(stage="physician"), set()),
    ],
)
def test_the_audiences_of_a_person(profile: Profile, names: set[str]) -> None:
    """A profile belongs to the audiences that its values name."""
    assert audiences(profile) == names


def test_every_audience_of_the_facts_can_be_told(knowledge: Knowledge) -> None:
    """There is a profile for each audience that facts are written for."""
    values = [("stage", value) for value in ("premed", STUDENT, "resident")]
    values += [("degree", "DO"), ("degree", "MD"), ("graduate", "IMG"), ("group", "military"), ("group", "Canadian")]
    reached = {name for key, value in values for name in audiences(from_dict({key: value}))}
    assert {fact.audience for fact in knowledge.facts if fact.audience} <= reached


@pytest.mark.parametrize(
    "content",
    [
        None,
        7,
        "IMG",
        [],
        {"stage": 7},
        {"attempts": True},
        {"attempts": "2"},
        {"graduation_year": 2.0},
        {"name": "Ann"},
    ],
)
def test_slots_of_another_type_are_ignored(content: Any) -> None:
    """Unknown keys and values of a wrong type tell nothing."""
    assert from_dict(content) == Profile()


@pytest.mark.parametrize(
    ("profile", "sentence"),
    [
        (Profile(), ""),
        (
            Profile(graduate="IMG", graduation_year=2019, attempts=1),
            "You told me: IMG, graduated 2019, 1 failed exam attempt.",
        ),
        (Profile(stage=STUDENT, graduation_year=2027), "You told me: medical student, graduating 2027."),
        (Profile(attempts=0), "You told me: no failed exam attempt."),
        (Profile(attempts=3, visa="J-1"), "You told me: on a J-1 visa, 3 failed exam attempts."),
        (Profile(specialty=DERM, state=TEXAS), "You told me: specialty: Dermatology, state: Texas."),
        (Profile(specialty="gone", visa="other"), "You told me: other, specialty: gone."),
    ],
)
def test_a_profile_is_told_back(wording: ProfileWording, profile: Profile, sentence: str) -> None:
    """What was told is said in one sentence, topics by their names, unknown values as they are."""
    assert told(profile, wording) == sentence


def test_the_rows_of_the_file_mean_what_a_profile_has(wording: ProfileWording) -> None:
    """Every row of profile.yml sets fields of a profile to values of their type."""
    means = [row.means for rows in wording.sections.values() for row in rows]
    assert {name for row in means for name in row} <= {one.name for one in fields(Profile)}
    assert all(as_dict(from_dict(row)) == dict(row) for row in means)
