"""What a person may send: cleans messages before Rasa sees them."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

LONGEST_MESSAGE = 6000
# 6,000 letters may take three seconds to read, 300 a seventh of one; nearly all that people ask is much shorter.
SHORT_MESSAGE = 300

_BLANK_LINES = re.compile(r"\n{3,}")

EMPTY = "I did not get any text. Please type your question."
TOO_LONG = (
    f"That is longer than I can read at once (at most {LONGEST_MESSAGE} characters). Please ask in a few sentences."
)
NO_FILES = "I cannot read files. Please type your question."
NOT_TEXT = "I can only read text. Please type your question."
FAILED = (
    "I am sorry: something went wrong on my side and I could not answer. Please try again in a moment; if it goes on, "
    "tell whoever runs this installation to look at its log."
)
AWAY = "I am sorry: a part of me is being started again. Please send your question again in a moment."


class UnreadableMessage(Exception):
    """A message that cannot be answered; the text of the exception is for the person."""


def clean_message(text: Any) -> str:
    """The message in its lines, without control characters and without the slash by which Rasa takes it for an intent.

    Raises UnreadableMessage if it is no text, empty or too long.
    """
    if not isinstance(text, str):
        raise UnreadableMessage(EMPTY if text is None else NOT_TEXT)
    if len(text) > LONGEST_MESSAGE:
        raise UnreadableMessage(TOO_LONG)
    lines = (" ".join("".join(map(_visible, line)).split()) for line in text.splitlines())
    plain = _BLANK_LINES.sub("\n\n", "\n".join(lines)).lstrip("/ \n").rstrip()
    if not plain:
        raise UnreadableMessage(EMPTY)
    return plain


def whole(text: str) -> str:
    """The text with a sign in place of half characters, which JSON can hold but no file, database or network takes."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def is_long(text: str) -> bool:
    """Whether a message may take so long to read that others should not wait for it."""
    return len(text) > SHORT_MESSAGE


def _visible(letter: str) -> str:
    """Soft hyphens and other format characters vanish; other control characters part words."""
    category = unicodedata.category(letter)
    return "" if category == "Cf" else " " if category[0] == "C" else letter
