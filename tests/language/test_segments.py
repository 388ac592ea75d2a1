"""The stretches of a message that are looked at one by one."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medpath.language.segments import marked_sentences, said_once, sentences, windows


def test_sentences() -> None:
    """Marks, lines, dashes and parentheses part sentences; abbreviations with inner points do not."""
    text = "I'm a PGY2. when is it?! (really) next line\nand - more… U.S.A stays"
    assert [one.of(text) for one in sentences(text)] == [
        "I'm a PGY2",
        "when is it",
        "really",
        "next line",
        "and",
        "more",
        "U.S.A stays",
    ]


def test_other_scripts_have_sentences_too() -> None:
    """The marks of Chinese, Arabic and Hindi end a sentence."""
    for text in ("我不想活了。请问怎么申请", "لا أريد. متى؟ غدا", "एक। दो। तीन"):
        assert len(sentences(text)) > 1


@given(st.lists(st.sampled_from(["I", "am", "tired", ".", "!", "\n", "(", ")", "word", "and"]), max_size=200))
def test_no_word_is_passed_over(words: list[str]) -> None:
    """Every word of a message stands in a sentence, and in a window."""
    text = " ".join(words)
    for parts in (sentences(text), windows(text)):
        covered = {place for stretch in parts for place in range(stretch.start, stretch.end)}
        assert all(set(range(*word.span())) <= covered for word in re.finditer(r"\w+", text))


def test_a_long_message_is_looked_at_in_windows_that_overlap() -> None:
    """Its last words stand in a window as well as the first ones, and no cut parts what stands together."""
    text = " ".join(f"word{number}" for number in range(200))
    found = [stretch.of(text).split() for stretch in windows(text)]
    assert found[0][0] == "word0"
    assert found[-1][-1] == "word199"
    assert all(left[30:] == right[:30] for left, right in itertools.pairwise(found[:-1]))


@pytest.mark.parametrize("number", [1201, 1249, 1250, 1251, 3000, 6000])
def test_soup_is_looked_at_in_fewer_windows_without_a_gap(number: int) -> None:
    """More words than prose has in the longest message overlap less; still every word stands in a window."""
    text = "医" * number
    found = windows(text)
    assert len(found) <= number // 50 + 1
    assert (found[0].start, found[-1].end) == (0, number)
    assert all(left.end - right.start >= 10 for left, right in itertools.pairwise(found))


def test_a_message_without_words_has_no_stretches() -> None:
    """Marks alone are nothing to look at."""
    assert [stretch for text in ("", "?!", "...\n") for stretch in [*sentences(text), *windows(text)]] == []


def test_sentences_with_their_marks() -> None:
    """Each keeps the mark that ends it."""
    assert marked_sentences("How long is it? I ask.\nPlease") == ["How long is it?", "I ask.", "Please"]


@pytest.mark.parametrize(
    ("text", "once"),
    [
        ("I want it.\n" * 5 + "How long?", "I want it. How long?"),
        ("How long? I ask. how  long?", "I ask. How long?"),
        ("How long is it?\n\nI ask.", "How long is it?\n\nI ask."),
        ("", ""),
    ],
)
def test_what_is_said_again_counts_once(text: str, once: str) -> None:
    """A message that repeats nothing stays as it is."""
    assert said_once(text) == once
