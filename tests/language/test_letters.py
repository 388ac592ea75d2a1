"""Messages that are written or pasted like letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medpath.language.letters import Letter, read_letter

ASKED = "When does ERAS open this year?"


@pytest.mark.parametrize(
    "text",
    [
        f"Dear Medpath,\n\n{ASKED}",
        f"Hi there,\n{ASKED}\n\nBest regards,\nJane Doe\nPGY-2, Internal Medicine\nOhio",
        f"{ASKED}\n\n--\nAnna K, MD\nAttending",
        f"{ASKED}\n\nOn Tue, Nov 3, 2026 at 4:12 PM Jo <jo@example.org> wrote:\n> What is SOAP?\n> Bye",
        f"> Is SOAP free?\n{ASKED}",
        f"Good morning\n{ASKED}\n\nThanks,\nSam",
        f"hi! {ASKED}",
        f"Hello everyone, {ASKED}",
        f"Good evening - {ASKED}",
        f"thanks! {ASKED}",
        f"ok thank you so much. {ASKED}",
        f"Hi, ty that helped, {ASKED}",
    ],
)
def test_only_the_question_is_asked(text: str) -> None:
    """Greeting, signature and quoted mail are no part of what is asked."""
    assert read_letter(text).asked == ASKED


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("my questions:\n- how long is FM\n- how long is IM", "my questions:\n- how long is FM\n- how long is IM"),
        ("Hi,\nI'm a DO student.\n\nThank you,\n\nWhat is the fee?", "I'm a DO student.\nThank you,\nWhat is the fee?"),
        ("On Tue, Nov 3, 2026 at 4:12 PM Jo <a@b.org> wrote:\n> Is it free?\n\nwhat do I answer?", "what do I answer?"),
        ("Hi I am a DO student from Ohio,\nhow long is it?", "I am a DO student from Ohio,\nhow long is it?"),
    ],
)
def test_nothing_asked_is_lost(text: str, asked: str) -> None:
    """A list, a question under the thanks or under a quotation, and a first line that tells something all stay."""
    assert read_letter(text).asked == asked


def test_the_signature_tells_of_the_writer() -> None:
    """What stands under a letter is kept apart, to be read as what the person says of himself."""
    letter = read_letter(f"{ASKED}\n\nBest regards,\nJane Doe\nPGY-2, Ohio")
    assert "PGY-2, Ohio" in letter.signature


@pytest.mark.parametrize(
    "text",
    [
        *(ASKED, "best\nor worst?", "> only quoted\n> lines", "Hello\n", "\n", "-- \n"),
        *("hi there", "hello to you", "Hidden curriculum, what is it?", "high school junior, what now"),
        *("hi-yield Step 1 topics please", "TY programs: how do I rank them?", "ty year or prelim, which is better?"),
        *("thanks for telling me how long it is", "thank you, my son starts in August and this calmed us both down"),
    ],
)
def test_what_is_no_letter_stays_whole(text: str) -> None:
    """A message that is nothing but quotation or greeting, or simply short, is read as it is."""
    assert read_letter(text).asked.split() == text.split()


@given(st.text(max_size=120))
def test_something_is_always_asked(text: str) -> None:
    """No message loses all of its words."""
    letter = read_letter(text)
    assert isinstance(letter, Letter)
    assert bool(letter.asked.strip()) == bool(text.strip())
