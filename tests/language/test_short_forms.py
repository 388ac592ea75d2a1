"""Short forms are spelled out before anything else reads a message."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medpath.knowledge.checking import load_knowledge
from medpath.language.short_forms import Separator, ShortForms, load_short_forms
from medpath.project import find_project

WORDS = {
    "when": 900,
    "is": 5000,
    "match": 800,
    "day": 700,
    "what": 4000,
    "step": 900,
    "want": 300,
    "to": 9000,
    "die": 90,
}
KNOWN = {**WORDS, "i": 8000, "otolaryngology": 70, "matchday": 1}


@pytest.fixture(scope="module")
def short_forms() -> ShortForms:
    return load_short_forms(find_project().short_forms)


@pytest.fixture(scope="module")
def separator(short_forms: ShortForms) -> Separator:
    return Separator(KNOWN, short_forms.short_words)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("medical license in ID", "medical license in Idaho"),
        ("license in OR", "license in Oregon"),
        ("license in or?", "license in Oregon?"),
        ("license in me", "license in Maine"),
        ("HI license", "Hawaii license"),
        ("Can I practice in NY, NJ or CT after residency", "Can I practice in New York, NJ or CT after residency"),
        ("step 3 attempts in PA", "step 3 attempts in Pennsylvania"),
        ("DO schools in PA", "DO schools in Pennsylvania"),
        ("I live in OR. how do I get a license?", "I live in Oregon. how do I get a license?"),
        ("moving from TX to WA after training", "moving from Texas to Washington after training"),
        ("TX med schools list", "Texas med schools list"),
        ("do CA residents get in more easily", "do California residents get in more easily"),
        ("IN", "Indiana"),
        ("ME?", "Maine?"),
    ],
)
def test_a_code_where_a_place_stands_is_the_state(short_forms: ShortForms, written: str, read: str) -> None:
    """A state's code is read as the state, also where it is a word, a degree or a specialty elsewhere."""
    assert short_forms.spelled_out(written) == read


@pytest.mark.parametrize(
    "written",
    [
        "fellowship in ID",
        "a career as a PA",
        "MD or DO",
        "WHAT IS TAUGHT IN MED SCHOOLS OR DO SCHOOLS",
        "schools that see potential in me?",
        "is it for me or not",
        "differences in licensing, in or out of state",
        "hi, ok",
        "OK",
        "HI",
        "residency at the VA",
        "from MD to PhD",
        "e.g. at 9 a.m.",
        "Mr. Brown vs. St. Luke",
    ],
)
def test_what_is_no_place_stays(short_forms: ShortForms, written: str) -> None:
    """Degrees, specialties and everyday words are left alone."""
    assert short_forms.spelled_out(written) == written


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("P.A. vs M.D.", "PA vs MD"),
        ("M.D./Ph.D.", "MD/PhD"),
        ("what is a D.O.?", "what is a DO?"),
        ("the M.C.A.T for U.S. citizens", "the MCAT for US citizens"),
    ],
)
def test_dots_within_abbreviations_fall(short_forms: ShortForms, written: str, read: str) -> None:
    """Degrees and exams are the same with and without dots."""
    assert short_forms.spelled_out(written) == read


def test_the_codes_are_those_of_the_knowledge(short_forms: ShortForms) -> None:
    """Each state that has a topic has its code here, and each code is a name of that state's topic."""
    topics = load_knowledge(find_project().knowledge, date.today()).topics
    states = {
        topic.name.split(": ")[-1]: topic.aliases for topic in topics if topic.kind == "state" and _code(topic.aliases)
    }
    assert {name: code for code, name in short_forms.states.items()} == {name: _code(a) for name, a in states.items()}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("whenismatchday", "when is match day"),
        ("WhatIsStep3", "What Is Step 3"),
        ("iwanttodie", "i want to die"),
        ("so, whenismatchday?", "so, when is match day?"),
    ],
)
def test_words_run_together_are_taken_apart(separator: Separator, written: str, read: str) -> None:
    """A question without spaces is read as its words."""
    assert separator.apart(written) == read


@pytest.mark.parametrize(
    "written", ["otolaryngology", "Otolaryngologie", "matchday", "hahahahaha", "1234567890123", ""]
)
def test_words_and_noise_stay_whole(separator: Separator, written: str) -> None:
    """What is a word, or no sequence of words, is left alone."""
    assert separator.apart(written) == written


@given(st.text(max_size=200))
def test_nothing_but_spaces_is_put_in(text: str) -> None:
    """Taking words apart loses and adds no letter, whatever the text."""
    apart = Separator(KNOWN, frozenset({"i", "is", "to"})).apart(text)
    assert apart.replace(" ", "") == text.replace(" ", "")


def _code(aliases: tuple[str, ...]) -> str:
    return next((name for name in aliases if len(name) == 2 and name.isupper()), "")
