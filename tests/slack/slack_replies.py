"""What a person reads in a message of the bot."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from slack_requests import Payload

LINK = re.compile(r"<([^|>]+)\|?([^>]*)>")


def texts(post: Payload, *kinds: str) -> list[str]:
    """The texts in the blocks of a message as they were sent, or in those of some types only."""
    blocks = [block for block in post.get("blocks", []) if not kinds or block["type"] in kinds]
    return [text["text"] for block in blocks for text in _text_objects(block)]


def read(post: Payload, *kinds: str) -> str:
    """The same as it is read: unescaped, links as address and label."""
    return html.unescape(LINK.sub(r"\2 \1 ", "\n".join(texts(post, *kinds))))


def words(text: str) -> str:
    """A text without marks of bold, lists and the like: what has to be the same everywhere."""
    return " ".join(re.findall(r"[\w$%]+", text.replace("_", " ")))


def buttons(post: Payload) -> list[Payload]:
    """The buttons of a message, as a click on them would name them."""
    return [
        {**button, "block_id": block.get("block_id", f"b{number}")}
        for number, block in enumerate(post.get("blocks", []))
        for button in [*block.get("elements", []), block.get("accessory", {})]
        if button.get("type") == "button"
    ]


def button(post: Payload, action: str) -> Payload:
    """The button with an action id."""
    found = {button["action_id"]: button for button in buttons(post)}
    assert action in found, found
    return found[action]


def _text_objects(block: Any) -> Iterator[Payload]:
    for part in [block.get("text"), *block.get("fields", []), *block.get("elements", [])]:
        if isinstance(part, dict) and isinstance(part.get("text"), str):
            yield part
