"""Emoji as characters and by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medpath.language.emoji import spoken


@pytest.mark.parametrize("text", ["👍", "👍🏽", ":+1:", ":thumbsup:", ":thumbsup::skin-tone-3:", " 👍👍 "])
def test_a_lone_emoji_is_read_by_its_name(text: str) -> None:
    """However it is sent, a thumb up says the same."""
    assert spoken(text) == "thumbs up"


def test_other_emoji_have_names_too() -> None:
    """Nothing is listed by hand: Unicode names them."""
    assert spoken("👎") == "thumbs down"
    assert spoken("❤️") == "heavy black heart"
    assert spoken(":tada:") == "tada"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("when is match day 🙏?", "when is match day ?"),
        ("thanks :tada:", "thanks"),
        ("10:30: no", "10:30: no"),
        ("ratio 3:1:2", "ratio 3:1:2"),
        ("हिन्दी में 🙂", "हिन्दी में"),
        ("when is\nmatch day", "when is\nmatch day"),
    ],
)
def test_beside_words_an_emoji_says_nothing(text: str, read: str) -> None:
    """Inside a question emoji do not change what is asked, and times and other scripts stay."""
    assert spoken(text) == read


@given(st.text(max_size=40))
def test_no_message_becomes_empty(text: str) -> None:
    """Whatever is sent, something is left to read."""
    assert bool(spoken(text)) == bool(text)
