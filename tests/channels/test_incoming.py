"""What a person may send, before Rasa sees it."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medpath.channels.incoming import LONGEST_MESSAGE, UnreadableMessage, clean_message


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        "//restart",
        "  /restart",
        "/ restart",
        "/ / restart",
        "\u00a0/restart",
        "\u200b/restart",
        "\ufeff/restart",
        "\x00/restart",
        "\n/\t/restart ",
    ],
)
def test_no_message_begins_with_the_slash_of_an_intent(text: str) -> None:
    """A slash in front, however hidden, is taken away, so that a person cannot name an intent."""
    assert clean_message(text) == "restart"


def test_a_slash_within_a_message_stays() -> None:
    """Only the slash in front means something to Rasa."""
    assert clean_message("Is it J-1/H-1B, or and/or?") == "Is it J-1/H-1B, or and/or?"


def test_a_message_keeps_its_lines_and_no_control_characters() -> None:
    """Control characters part words like a space; lines stay, because a signature is known by them."""
    assert (
        clean_message(" When\x00is\tMatch\x1bDay?\r\n\r\n\n\n  Jo,  PGY-2\u2028") == "When is Match Day?\n\nJo, PGY-2"
    )


def test_a_soft_hyphen_does_not_part_a_word() -> None:
    """A word copied from a web page with its hyphenation marks is still one word."""
    assert clean_message("resi\u00addency, fellow\u200bship") == "residency, fellowship"


@pytest.mark.parametrize("text", ["¿Cuánto dura?", "内科住院医师", "كم سنة؟", "🙂", "café", "x < 3 & y > 2; --"])
def test_letters_of_all_kinds_stay(text: str) -> None:
    """Other scripts, accents, emoji and punctuation reach Rasa as they were typed."""
    assert clean_message(text) == text


@pytest.mark.parametrize("text", [None, "", " ", "\n\t", "/", "/ //", "\x00\x01", "\u200b\u200d"])
def test_a_message_without_text_is_asked_for(text: str | None) -> None:
    """Nothing, blanks, slashes or invisible characters alone get a request to type a question."""
    with pytest.raises(UnreadableMessage, match="did not get any text"):
        clean_message(text)


@pytest.mark.parametrize("message", [0, 1, 2.5, True, ["When is Match Day?"], {"text": "When is Match Day?"}])
def test_what_is_no_text_is_refused(message: Any) -> None:
    """Numbers, lists and objects are not guessed at."""
    with pytest.raises(UnreadableMessage, match="only read text"):
        clean_message(message)


def test_the_longest_message_is_still_read() -> None:
    """The limit that is told is the one that holds."""
    assert clean_message("x" * LONGEST_MESSAGE) == "x" * LONGEST_MESSAGE
    with pytest.raises(UnreadableMessage, match=str(LONGEST_MESSAGE)):
        clean_message("x" * (LONGEST_MESSAGE + 1))


@settings(deadline=None)
@given(st.text(st.characters(), max_size=60))
def test_every_text_becomes_a_clean_one_or_a_word_to_the_person(text: str) -> None:
    """Whatever is typed, Rasa gets visible text that is no command, or the person is told what to do."""
    try:
        clean = clean_message(text)
    except UnreadableMessage as told:
        clean = str(told)
    assert clean.strip()
    assert not clean.startswith("/")
    assert not any(unicodedata.category(letter).startswith("C") for letter in clean.replace("\n", ""))
    assert clean_message(clean) == clean
