"""What somebody tells of his family and friends is theirs: their fields, exams, visas and years are not his."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from people import TODAY

from medpath.planning.person import Person
from medpath.planning.reading import read_person

KIN = ("husband", "wife", "dad", "mother", "brother", "fiance", "sister-in-law", "girlfriend")
OTHERS = (
    "my {kin} is a surgeon",
    "my {kin} is a PGY3 in radiology",
    "my {kin} just failed step 1",
    "my {kin} passed step 3 and is on an H-1B",
    "my {kin} matched ortho two years ago",
    "my {kin}, a neurosurgeon, did seven years",
    "my {kin} has a green card and does dermatology",
)
SUPPOSED = (
    "what if my {kin} matches in dermatology",
    "what if my {kin} becomes a surgeon?",
    "what if my {kin} fails step 1",
    "what if my {kin} is on a J-1",
    "and if my {kin} gets a green card",
    "what if my {kin} has to repeat a year",
    "ok and what if my {kin} goes into orthopedics in Chicago",
)
KNOWN = (
    "M3 at an MD school, want pediatrics",
    "college junior, want to be a neurologist",
    "final year medical student in India, graduating 2027, need a visa, want neurology",
)


def read(text: str, base: Person | None = None) -> Person:
    return read_person(text, base, TODAY)


@given(
    phrase=st.sampled_from(OTHERS),
    kin=st.sampled_from(KIN),
    own=st.sampled_from(KNOWN),
    comes_first=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_what_others_are_does_not_change_who_writes(phrase: str, kin: str, own: str, comes_first: bool) -> None:
    """A person is read as without the sentence on his family, wherever it stands."""
    other = phrase.format(kin=kin)
    told = f"{other}. {own}" if comes_first else f"{own}. {other}"
    assert replace(read(told), partner=None, asks=frozenset()) == replace(read(own), asks=frozenset())


@given(phrase=st.sampled_from(SUPPOSED), kin=st.sampled_from(KIN), own=st.sampled_from(KNOWN))
@settings(max_examples=60, deadline=None)
def test_a_what_if_about_others_leaves_the_plan(phrase: str, kin: str, own: str) -> None:
    """What is supposed of somebody else moves nothing of the one who is planned for."""
    known = read(own)
    changed = read(phrase.format(kin=kin), known)
    assert replace(changed, partner=None, asks=known.asks, state=known.state) == known


@given(
    other=st.sampled_from(
        ["married to a surgeon", "daughter of two cardiologists", "dating a PGY2 in derm", "dad=radiologist"]
    ),
    own=st.sampled_from(KNOWN[:2]),
)
@settings(max_examples=10, deadline=None)
def test_whom_somebody_is_married_to_or_the_child_of_is_not_what_he_wants(other: str, own: str) -> None:
    """A tie to a doctor tells no field of one's own."""
    assert replace(read(f"{other}. {own}"), asks=frozenset()) == replace(read(own), asks=frozenset())


def test_an_own_change_through_the_family_counts() -> None:
    """A green card that comes through a wife and a step into the father's field are one's own."""
    abroad = read(KNOWN[2])
    assert read("what if i get a green card through my wife", abroad).status == "green_card"
    assert read("what if I do surgery like my dad", read(KNOWN[0])).target == "general_surgery"


def test_a_sibling_who_is_asked_for_is_planned_for() -> None:
    """Who asks for somebody else and tells nothing of himself gets that one's plan."""
    sibling = read("my brother is a third-year med student and wants to match derm. what's his timeline?")
    assert (sibling.stage, sibling.target) == ("md_year_3", "dermatology")
