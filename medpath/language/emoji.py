"""Emoji as people send them, as characters or by the names that Slack gives them."""

from __future__ import annotations

import re
import unicodedata

# ":+1:" and ":thumbsdown:", with the tone of skin that may follow.
_NAMED = re.compile(r"(?<!\w):([a-z0-9_+'-]*[a-z_+-][a-z0-9_+'-]*):(?!\w)", re.IGNORECASE)
_NAMES = {"+1": "thumbs up", "-1": "thumbs down", "thumbsup": "thumbs up", "thumbsdown": "thumbs down"}
_TONE = re.compile(r"skin.tone.\d")
# The mark that makes a picture of a letter, the joiner, the key cap, and the tones of skin say nothing by themselves.
_SILENT = frozenset({0xFE0F, 0x200D, 0x20E3, *range(0x1F3FB, 0x1F400)})


def spoken(text: str) -> str:
    """The names of the emoji if a message is nothing else ("thumbs up"), else the message without them."""
    names = [_name(match[1]) for match in _NAMED.finditer(text)]
    rest = _NAMED.sub(" ", text)
    names += [unicodedata.name(letter, "").lower().removesuffix(" sign") for letter in rest if _is_picture(letter)]
    words = "".join(" " if _is_picture(letter) else letter for letter in rest if not _is_silent(letter))
    if any(letter.isalnum() for letter in words):
        return re.sub(r"[ \t]+", " ", words).strip()
    said = " ".join(dict.fromkeys(name for name in names if name))
    return said or text


def _name(given: str) -> str:
    name = given.lower()
    return _TONE.sub("", _NAMES.get(name, re.sub(r"[_-]+", " ", name))).strip()


def _is_picture(letter: str) -> bool:
    return unicodedata.category(letter) == "So"


def _is_silent(letter: str) -> bool:
    return ord(letter) in _SILENT
