"""The age that somebody has, the one that he wants to reach his goal at, and what an age tells of his school."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from people import TODAY

from medpath.planning.person import Person
from medpath.planning.reading import missing, read_person

OVER_OR_TO_COME = (
    "I started college at {age}",
    "went back to school at {age}",
    "my first kid was born when i was {age}",
    "married at {age}",
    "dropped out at {age}",
    "when I'm {age} I want to be done",
    "by the time I'm {age} I want to be an attending",
    "done by {age}",
    "want kids by {age}",
    "hoping to be practicing before I'm {age}",
    "want to retire at {age}",
    "moved here at {age}",
)
STANDS = ("college junior, want family medicine", "M3 at an MD school, want surgery", "accountant, want psychiatry")


def read(text: str, base: Person | None = None) -> Person:
    return read_person(text, base, TODAY)


@given(phrase=st.sampled_from(OVER_OR_TO_COME), age=st.integers(20, 59), stands=st.sampled_from(STANDS))
@settings(max_examples=60, deadline=None)
def test_an_age_that_is_over_or_to_come_is_not_the_own_one(phrase: str, age: int, stands: str) -> None:
    """Who tells when something was or shall be tells no age of his own."""
    person = read(f"{stands}. {phrase.format(age=age)}")
    assert (person.age, person.by_year) == (None, None)


@given(phrase=st.sampled_from(OVER_OR_TO_COME[:5]), then=st.integers(16, 24), now=st.integers(25, 50))
@settings(max_examples=40, deadline=None)
def test_the_own_age_is_read_beside_an_earlier_one(phrase: str, then: int, now: int) -> None:
    """Of two ages the one that somebody has now is his."""
    assert read(f"{phrase.format(age=then)}, now {now}, teacher, want psychiatry").age == now


SCHOOL_SENIORS = (
    "18, senior yr, want to be a pediatrician",
    "im 17 nd a senior, pediatrician is the dream",
    "senior year, turning 18 in march, pediatrics",
    "Senior. 18. Wants to become a pediatrician",
    "hs senior wanting pediatrics",
    "17 & a senior. parents want me to be a doctor, pediatrics",
    "senior in high school, 4.0, pediatrics",
    "senior, applying to colleges now, want to be a pediatrician",
    "senior at Lincoln High, pediatrics",
    "im a senior and got into a bs/md program, pediatrics",
)
COLLEGE_SENIORS = (
    "senior, 22, pediatrics",
    "senior @ stanford, premed, pediatrics",
    "second semester senior, 21 years old, pediatrics",
    "senior majoring in biology, pediatrics",
    "senior, mcat in april, pediatrics",
    "senior yr at umich, bio major, pediatrics",
)
UNCLEAR_SENIORS = (
    "senior, pediatrics",
    "i'm a senior, want to be a pediatrician",
    "graduating senior, 3.8, want pediatrics",
    "rising senior, wanna be a pediatrician",
    "19 yo senior want to be a pediatrician",
)


@pytest.mark.parametrize("says", SCHOOL_SENIORS)
def test_age_or_words_tell_a_senior_of_high_school(says: str) -> None:
    """Nobody of 18 is taken for a graduate of college."""
    person = read(says)
    assert (person.stage, person.graduation_year) == ("high_school_senior", 2027)


@pytest.mark.parametrize("says", COLLEGE_SENIORS)
def test_age_or_words_tell_a_senior_of_college(says: str) -> None:
    """Who is older, names his major or speaks of the MCAT is in college."""
    assert read(says).stage == "college_senior"


@pytest.mark.parametrize("says", UNCLEAR_SENIORS)
def test_a_senior_without_a_school_is_asked(says: str) -> None:
    """Between high school and college lie four years: nothing is guessed."""
    person = read(says)
    assert "stage" in missing(person)
    assert person.target == "pediatrics"


@pytest.mark.parametrize(("answer", "stage"), [("high school", "high_school_senior"), ("college", "college_senior")])
def test_the_answer_completes_what_a_senior_told(answer: str, stage: str) -> None:
    """The school is read together with the year that was told before it."""
    assert read(f"senior, {answer}", read("senior, pediatrics")).stage == stage


def test_a_junior_with_scores_of_school_is_one_of_high_school() -> None:
    """The SAT and an application to college tell high school of a junior too."""
    assert read("junior, 1400 SAT, want BS/MD, pediatrics").graduation_year == 2028
    assert read("junior, 3.8, mcat in spring, pediatrics").stage == "college_junior"
