"""Text on its way to and from Slack: mrkdwn, its escapes and its lengths."""

from __future__ import annotations

import html
import re

LONGEST_TEXT = 3000

_BOLD = r"\*\*(?P<bold>[^*\n]+)\*\*"
_LINK = r"\[(?P<label>[^\[\]\n]+)\]\((?P<target>https?://[^\s()<>]+)\)"
_ADDRESS = r"(?P<address>https?://[^\s<>|]*[^\s<>|.,;:!?\"'()\[\]])"
_MARKED = re.compile(f"{_BOLD}|{_LINK}|{_ADDRESS}")
_LIST_MARK = re.compile(r"^([ \t]*)[-*][ \t]+", re.MULTILINE)
# What must stay whole where a long text is cut: links, escapes, words with the space after them.
_PIECE = re.compile(r"<[^<>]*>|&[a-z]+;|[^\s<&]+|\s|.", re.DOTALL)
_REFERENCE = re.compile(r"<([^<>]*)>")
_SPECIAL = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def escape(text: str) -> str:
    """The text with the three characters replaced that Slack would read as its own."""
    return "".join(_SPECIAL.get(letter, letter) for letter in text)


def mrkdwn(text: str) -> str:
    """Markdown (bold, links, lists) as Slack writes it; bare addresses become links, all else is escaped."""
    done, drawn = 0, []
    listed = _LIST_MARK.sub(r"\1• ", text)
    for found in _MARKED.finditer(listed):
        drawn += [escape(listed[done : found.start()]), _marked(found)]
        done = found.end()
    return "".join([*drawn, escape(listed[done:])])


def link(address: str, label: str) -> str:
    """A link; the label alone if the address is none that Slack would open."""
    drawn = f"<{escape(address.replace('|', '%7C'))}|{escape(label.replace('|', '/'))}>"
    usable = re.fullmatch(r"https?://[^\s<>]+", address) and len(drawn) <= LONGEST_TEXT // 2
    return drawn if usable else escape(label)


def chunks(text: str, longest: int = LONGEST_TEXT) -> list[str]:
    """The mrkdwn in parts of at most `longest` characters, parted at an empty line, a line, or a space if it can be."""
    parts: list[str] = []
    rest = text.strip()
    while len(rest) > longest:
        head = _head(rest, longest)
        parts.append(head.rstrip())
        rest = rest[len(head) :].lstrip()
    return [part for part in [*parts, rest] if part]


def shortened(text: str, longest: int) -> str:
    """The escaped text within `longest` characters, with an ellipsis where it was cut."""
    return text if len(text) <= longest else _head(text, longest - 1).rstrip() + "…"


def plain_text(text: str) -> str:
    """What a person typed, from Slack's form of it: mentions go, links and channels give their names."""
    # No <...> of the person's own can be left: Slack sends those as &lt; and &gt;.
    plain = html.unescape(_REFERENCE.sub(lambda found: _referred(found[1]), text))
    return "\n".join(" ".join(line.split()) for line in plain.strip().splitlines())


def _marked(found: re.Match[str]) -> str:
    if found["bold"]:
        return f"*{escape(found['bold'].strip())}*"
    if found["label"]:
        return link(found["target"], found["label"])
    address = found["address"]
    return f"<{escape(address)}>" if len(address) < LONGEST_TEXT // 10 else escape(address)


def _head(text: str, longest: int) -> str:
    """The beginning of a text that is longer than it may be."""
    end = 0
    for piece in _PIECE.finditer(text, 0):
        if piece.end() > longest:
            break
        end = piece.end()
    whole = text[:end] if end else text[:longest]
    for mark in ("\n\n", "\n", " "):
        at = whole.rfind(mark, longest // 2)
        if at > 0 and whole.count("<", 0, at) == whole.count(">", 0, at):
            return whole[:at]
    return whole


def _referred(inside: str) -> str:
    target, _, label = inside.partition("|")
    if target.startswith("@"):
        return " "
    if target.startswith("!"):
        return f" {label} " if target.startswith(("!date", "!subteam")) and not label.startswith("@") else " "
    if target.startswith("#"):
        return f"#{label}" if label else " "
    return label or target.removeprefix("mailto:")
