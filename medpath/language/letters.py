"""Reads a message like a letter: what it asks stands apart from greeting, signature and quoted mail."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from mailparser_reply import EmailReplyParser

_GREETING = r"(?:dear|hi|hello|hey|greetings|good (?:morning|afternoon|evening|day)|to whom it may concern)"
_SALUTATION = re.compile(rf"{_GREETING}(?:[ ,]+[\w.'’-]+){{0,3}}[,!.:]?", re.IGNORECASE)
# A mark without a space goes on with the word: "hi-yield topics".
_BEFORE = re.compile(rf"\s*{_GREETING}(?: there| all| everyone| everybody)?[,!.:]*\s[\s-]*(?=\S)", re.IGNORECASE)
# Thanks for the last answer before the next question, told from thanks with a story by the word that asks.
_THANKS = re.compile(
    r"\s*(?:(?:oh|ok(?:ay)?|great|perfect|awesome|cool|nice|got it)[,.! ]+)?"
    r"(?:(?:thanks|thank (?:yo)?u|thx|tysm|much appreciated|appreciate it)\b"
    r"(?:[^.!?,;:\n]{0,40}[.!,;]+| so much| a lot)?"
    r"|ty(?: so much| that \w+)?[.!,;]+)[\s-]*"  # a TY is a transitional year too
    r"(?=(?:(?:and|so|now|but|also|ok|then|next|one more(?: thing| question)?|(?:quick|another) question)[\s,:]+)*"
    r"(?:what|how|when|where|who|which|why|whose)(?:['’]?s|['’]?re|['’]?d)?\b|(?:and |now |so |also |but )?"
    r"(?:can|could|do|does|did|is|are|am|should|would|will|must) (?:i|my|we|it|they|there|the|a|an|dos|mds|imgs)\b)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"\s*>")
_BULLET = re.compile(r"\s*(?:[-*•]|\d+[.)])\s")
MOST_SIGNATURE_LINES = 7
# "Hi how are you" and more; what is shorter is a greeting as a whole ("hello to you").
LEAST_WORDS = 3


@dataclass(frozen=True)
class Letter:
    """What a message asks, and what it says of its writer besides: the lines of the signature."""

    asked: str
    signature: str = ""


@functools.lru_cache(maxsize=1024)
def read_letter(text: str) -> Letter:
    """Takes a message apart; of a single line only greeting and thanks before it, and nothing that is all quoted."""
    if "\n" not in text:
        return Letter(_without_courtesy(text))
    newest, *older = EmailReplyParser(languages=["en"]).read(text=text).replies
    # Below a quoted mail its reader may go on, without the marks of quotation.
    below = [line for reply in older for line in _own_lines(reply.body)] if "\n>" in text else []
    body, signature = _own_lines(newest.body), (newest.signatures or "").strip()
    if not _is_signature(signature):
        body, signature = [*body, *_own_lines(signature)], ""
    lines = [*body, *below]
    if len(lines) > 1 and _SALUTATION.fullmatch(lines[0]):
        lines = lines[1:]
    return Letter(_without_courtesy("\n".join(lines)), signature) if lines else Letter(text)


def _without_courtesy(text: str) -> str:
    """The text behind a greeting and thanks, if it says something by itself."""
    for courtesy in (_BEFORE, _THANKS):
        match = courtesy.match(text)
        if match and len(text[match.end() :].split()) >= LEAST_WORDS:
            text = text[match.end() :]
    return text


def _own_lines(text: str | None) -> list[str]:
    """The lines that are neither quoted nor empty."""
    return [line.strip() for line in (text or "").splitlines() if line.strip() and not _QUOTED.match(line)]


def _is_signature(text: str) -> bool:
    """Whether the lines at the end are a name and an office: few, no list, and nothing asked."""
    lines = text.splitlines()
    return len(lines) <= MOST_SIGNATURE_LINES and "?" not in text and not any(_BULLET.match(line) for line in lines[1:])
