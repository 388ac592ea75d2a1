"""Where a sentence ends."""

from __future__ import annotations

import pytest

from medpath.answering.replies.sentences import first_sentences, sentences_of


@pytest.mark.parametrize(
    "text",
    [
        "Apply by 9 p.m. Eastern Time on the day itself.",
        "Ask Dr. Smith for a letter.",
        "It was $300,000 at St. George's.",
        "The U.S. Army pays.",
    ],
)
def test_no_sentence_ends_at_an_abbreviation(text: str) -> None:
    """A row of a card never breaks off after "9 p.m."."""
    assert sentences_of(f"{text} Then go on.") == [text, "Then go on."]


def test_more_than_the_first_only_where_there_is_room() -> None:
    """The first sentence always, the second one as long as both are short enough."""
    text = "Three years. It depends. Ask."
    assert first_sentences(text) == "Three years. It depends."
    assert first_sentences(text, longest=12) == "Three years."
    assert first_sentences(text, longest=3) == "Three years."
