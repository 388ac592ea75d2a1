"""Reading what people tell of themselves and of their goal."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from people import TODAY, Sentence, sentences, wrong_fields

from medpath.planning.person import STAGES, Person
from medpath.planning.reading import read_person

PROFILES = yaml.safe_load(Path(__file__).with_name("reading_profiles.yml").read_text(encoding="utf-8"))
KEPT_RIGHT = 0.9


def read(text: str, base: Person | None = None) -> Person:
    return read_person(text, base, TODAY)


def profile(name: str) -> Person:
    row = next(row for row in PROFILES if row["id"] == name)
    return read(row["says"], profile(row["after"]) if "after" in row else None)


@pytest.mark.parametrize("row", PROFILES, ids=lambda row: row["id"])
def test_profiles(row: dict[str, Any]) -> None:
    """People who tell at length are read field by field."""
    base = profile(row["after"]) if "after" in row else None
    got = profile(row["id"])
    expected = Sentence(row["says"], base, row["person"], tuple(row.get("none", ())), row.get("lacks", {}))
    assert wrong_fields(expected, got) == {}


@pytest.mark.parametrize(
    "sentence",
    [
        row
        for name in ("", "_further", "_beside", "_unusual", "_changes")
        for row in sentences(f"reading_sentences{name}.yml")
    ],
    ids=lambda sentence: sentence.says,
)
def test_sentences(sentence: Sentence) -> None:
    """Hasty sentences of all kinds of people are read, and nothing is added that nobody said."""
    assert wrong_fields(sentence, read(sentence.says, sentence.base)) == {}


@pytest.mark.parametrize("name", ["reading_kept.yml", "reading_kept_later.yml", "reading_kept_third.yml"])
def test_kept_sentences(name: str) -> None:
    """Of sentences that the reader was not made with nearly all fields are right."""
    kept = sentences(name)
    asked = wrong = 0
    for sentence in kept:
        faults = wrong_fields(sentence, read(sentence.says, sentence.base))
        asked, wrong = asked + len(set(sentence.person) | set(faults)), wrong + len(faults)
    assert 1 - wrong / asked >= KEPT_RIGHT


@pytest.mark.parametrize(
    ("name", "change", "changed"),
    [
        ("m2", "what if I choose surgery instead", {"target"}),
        ("m2", "as a DO", {"school", "stage"}),
        ("junior", "with a gap year", {"wishes"}),
        ("lahore", "what if i get a green card", {"needs_visa", "visa", "status"}),
        ("kharkiv", "what if i want pathology", {"target"}),
        ("pgy1", "with a research year", {"wishes"}),
        ("nurse", "i am done with the prereqs now", {"done", "undone"}),
        ("oms4", "what if i go for cardiology", {"target", "via"}),
        ("oms4", "how much does it cost", {"asks"}),
        ("lahore", "thanks", set()),
    ],
)
def test_what_if(name: str, change: str, changed: set[str]) -> None:
    """A what-if changes only what it names."""
    before = profile(name)
    after = read(change, before)
    assert {one.name for one in fields(Person) if getattr(before, one.name) != getattr(after, one.name)} == changed


def test_inferred_years_follow_the_stage() -> None:
    """A year that only followed from the stage changes with it, a told one stays."""
    inferred, told = read("m2 derm"), read("m2 derm graduating 2030")
    assert read("sorry im an m3", inferred).graduation_year == 2028
    assert read("sorry im an m3", told).graduation_year == 2030


def test_same_profile_read_twice() -> None:
    """What was read stays when it is said again."""
    for row in PROFILES:
        if "after" not in row:
            assert read(row["says"], profile(row["id"])) == profile(row["id"])


def test_today_counts() -> None:
    """The year of graduation is counted from today's date, by school years that begin in July."""
    assert read_person("m2", today=TODAY.replace(year=2027, month=3)).graduation_year == 2029
    assert read_person("m2", today=TODAY.replace(year=2027, month=8)).graduation_year == 2030


SAID = (
    "i am im an m2 do DO md IM EM pgy1 resident want derm then instead of not year 2029 3rd mbbs india lahore j1 green "
    "card gap step 1 failed passed junior senior nurse what if no yes and , . ? ( ) / -"
)
WORDS = st.sampled_from(SAID.split())


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=20).map(" ".join)))
def test_any_text(text: str) -> None:
    """Any text gives a person of the known stages and never an error, alone and as a change."""
    person = read(text)
    assert person.stage is None or person.stage in STAGES
    changed = read(text, person)
    assert changed.stage is None or changed.stage in STAGES
