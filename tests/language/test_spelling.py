"""Typing errors: which are mended, into what, and what is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medpath.language.spelling import Spelling

# No two of these are within four letters of each other.
LONG_WORDS = [
    "anesthesiology",
    "cardiology",
    "certification",
    "dermatology",
    "fellowship",
    "interview",
    "requirement",
    "residency",
    "scholarship",
    "vascular",
]
SHORT_WORDS = ["do", "fee", "md", "pay", "step", "visa"]
KNOWN = dict.fromkeys([*LONG_WORDS, *SHORT_WORDS, "exam2", "match"], 1)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@st.composite
def typos(draw: st.DrawFn) -> tuple[str, str]:
    """A long word and the same with one letter left out, put in, replaced or swapped with the next one."""
    word = draw(st.sampled_from(LONG_WORDS))
    at = draw(st.integers(0, len(word) - 2))
    letter = draw(st.sampled_from(LETTERS))
    before, after = word[:at], word[at + 1 :]
    wrong = draw(
        st.sampled_from(
            [
                before + after,
                before + letter + word[at:],
                before + letter + after,
                before + after[0] + word[at] + after[1:],
            ]
        )
    )
    return word, wrong


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    """A spelling that knows a few words of the field."""
    return Spelling(KNOWN)


@given(pair=typos())
@settings(deadline=None)
def test_one_typing_error_in_a_long_word(spelling: Spelling, pair: tuple[str, str]) -> None:
    """A long word with one typing error of any kind anywhere is mended."""
    word, wrong = pair
    assert spelling.mended(wrong) == word


@pytest.mark.parametrize(("wrong", "word"), [("cardoilgy", "cardiology"), ("anesthsiolgy", "anesthesiology")])
def test_two_typing_errors(spelling: Spelling, wrong: str, word: str) -> None:
    """Two errors are mended where nine letters or more were typed."""
    assert spelling.mended(wrong) == word


def test_two_typing_errors_in_a_shorter_word(spelling: Spelling) -> None:
    """Two errors in up to eight letters are left, for other words would be as near."""
    assert spelling.mended("felowshp") == "felowshp"


@given(word=st.sampled_from(sorted(KNOWN)))
@settings(deadline=None)
def test_known_words_stay(spelling: Spelling, word: str) -> None:
    """A known word is itself, however it is capitalised."""
    assert spelling.mended(word) == word
    assert spelling.mended(word.upper()) == word.upper()


@given(frequencies=st.dictionaries(st.text(LETTERS[:3], min_size=1, max_size=11), st.integers(1, 9), min_size=1))
@settings(deadline=None)
def test_known_words_stay_beside_any_others(frequencies: dict[str, int]) -> None:
    """A known word is itself, however near and frequent other known words are."""
    spelling = Spelling(frequencies)
    assert {word: spelling.mended(word) for word in frequencies} == {word: word for word in frequencies}


@given(word=st.text(LETTERS, min_size=1, max_size=4))
@settings(deadline=None)
def test_short_words_stay(spelling: Spelling, word: str) -> None:
    """A word of up to four letters is left as it was typed, for too many words are near it."""
    assert spelling.mended(word) == word


@given(word=st.text(LETTERS, min_size=5, max_size=14))
@settings(deadline=None)
def test_nothing_but_known_words_is_put_in(spelling: Spelling, word: str) -> None:
    """Whatever is typed becomes a known word or stays as it is."""
    mended = spelling.mended(word)
    assert mended == word or mended in KNOWN


@pytest.mark.parametrize("word", ["exam3", "cardiology7", "step2ck", "don’t", "fellow-ship"])
def test_words_with_digits_or_marks_stay(spelling: Spelling, word: str) -> None:
    """A word with a digit or a mark in it is no typing error."""
    assert spelling.mended(word) == word


def test_capitals_do_not_hide_a_typing_error(spelling: Spelling) -> None:
    """A typing error in capitals is mended as well."""
    assert spelling.mended("CARDIOLGY") == "cardiology"


def test_the_more_frequent_of_equally_near_words() -> None:
    """Between two equally near words of one length the one that people use more is meant."""
    assert Spelling({"filed": 22, "field": 400}).mended("fieed") == "field"
    assert Spelling({"filed": 400, "field": 22}).mended("fieed") == "filed"


@pytest.mark.parametrize(
    ("wrong", "rare", "frequent"),
    [("medicl", "medic", "medical"), ("faled", "filed", "failed"), ("recive", "recipe", "receive")],
)
def test_the_more_frequent_of_equally_near_words_of_other_length(wrong: str, rare: str, frequent: str) -> None:
    """Between equally near words of different length, too, the one that people use more is meant."""
    assert Spelling({rare: 3, frequent: 1592}).mended(wrong) == frequent


def test_the_nearer_word_wins() -> None:
    """A word one error away is preferred to a far more frequent one that is two errors away."""
    assert Spelling({"residency": 1, "residence": 1000}).mended("residancy") == "residency"
