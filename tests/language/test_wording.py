"""The normal form of words, in which different ways of writing the same thing meet."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from medpath.errors import KnowledgeError
from medpath.language.wording import Wording, load_wording, singular


def norms(wording: Wording, text: str) -> list[str]:
    return [word.norm for word in wording.words(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Residency", "RESIDENCIES"),
        ("fellowships", "fellowship"),
        ("boxes", "box"),
        ("matches", "match"),
        ("classes", "class"),
        ("a resident's pay", "a resident’s pay"),
        ("the residents' pay", "the resident pay"),
        ("J-1", "j 1"),
        ("obstetrics/gynecology", "obstetrics-gynecology"),
        ("licence", "licenses"),
        ("training programmes", "training program"),
        ("Orthopaedics", "orthopedic"),
        ("paediatrics", "Pediatrics"),
        ("counsellors", "counselor"),
        ("centres", "center"),
        ("cardiologist", "cardiology"),
        ("reqs", "requirements"),
        ("don't", "don’t"),
    ],
)
def test_ways_of_writing_that_meet(own_wording: Wording, one: str, other: str) -> None:
    """Plurals, possessives, hyphens, capitals, British spelling and abbreviations meet in one normal form."""
    assert norms(own_wording, one) == norms(own_wording, other)


@pytest.mark.parametrize("word", ["process", "status", "thesis", "bias", "us", "gas", "os", "campus", "md"])
def test_words_that_only_look_like_plurals(word: str) -> None:
    """Words in -ss, -us, -is, -as and short ones keep their s."""
    assert singular(word) == word


def test_british_and_american_spelling_of_the_own_wording_meet(own_wording: Wording) -> None:
    """What a variant is brought to is its own normal form; otherwise its two spellings would never meet."""
    loose = {key: form for key, form in own_wording.variants.items() if own_wording.norm(form) != form}
    assert loose == {}


@given(text=st.text(alphabet="aesKÉß'’-_/.,?!1 \n", max_size=40))
@example(text="What's the USMLE’s fee—$985?")
@settings(deadline=None)
def test_words_know_where_they_stand(text: str) -> None:
    """Each word is what the text holds from its start to its end, in order, without overlap."""
    words = Wording({}, frozenset(), {}).words(text)
    assert all(text[word.start : word.end] == word.written for word in words)
    assert all(left.end <= right.start for left, right in itertools.pairwise(words))


def test_no_words() -> None:
    """A text of punctuation has no words."""
    assert Wording({}, frozenset(), {}).words("... ?! — _ ''") == []


def test_audience_words_are_found_in_any_form(tmp_path: Path) -> None:
    """The words that tell an audience are kept in normal form, so that plurals and British spelling find them."""
    path = tmp_path / "wording.yml"
    path.write_text(
        "variants: {paediatrician: pediatrician}\neveryday: [or]\n"
        "audiences:\n  img: [graduates]\n  physician: [paediatrician]\nof_states: [Licences]\n",
        encoding="utf-8",
    )
    wording = load_wording(path)
    assert wording.audiences == {"graduate": "img", "pediatrician": "physician"}
    assert (wording.everyday, wording.of_states) == ({"or"}, {"licence"})


def test_broken_wording_file(tmp_path: Path) -> None:
    """A broken wording file is told with its line."""
    path = tmp_path / "wording.yml"
    path.write_text("variants:\n  a: b\n  a: c\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"wording\.yml:3: "):
        load_wording(path)
