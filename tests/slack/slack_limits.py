"""What Slack checks in the blocks of a message or view, as https://docs.slack.dev/reference/block-kit gives it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Block = dict[str, Any]

IN_MESSAGE, IN_VIEW = 50, 100
TEXT, FIELD, HEADER, BUTTON, VALUE, URL, NAME = 3000, 2000, 150, 75, 2000, 3000, 255
# The keys of each block beside type and block_id.
KEYS = {
    "section": {"text", "fields", "accessory", "expand"},
    "context": {"elements"},
    "actions": {"elements"},
    "header": {"text"},
    "divider": set(),
    "image": {"image_url", "slack_file", "alt_text", "title"},
}
# What stands for itself in mrkdwn: an escaped sign, or the beginning of a link, a person, a channel.
UNESCAPED = re.compile(r"&(?!(?:amp|lt|gt);)|<(?!https?://|mailto:|[@#!])")
BUTTON_KEYS = {"type", "text", "action_id", "value", "url", "style", "confirm", "accessibility_label"}


def faults_of(blocks: Any, most: int = IN_MESSAGE) -> Iterator[str]:
    """What Slack would refuse; nothing if all is well."""
    if not isinstance(blocks, list) or not blocks:
        yield f"blocks are {blocks!r}"
        return
    if len(blocks) > most:
        yield f"{len(blocks)} blocks"
    names = [block["block_id"] for block in blocks if "block_id" in block]
    if len(names) != len(set(names)) or any(not 1 <= len(name) <= NAME for name in names):
        yield f"block ids {names}"
    for block in blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    kind = block.get("type")
    if kind not in KEYS:
        yield f"a block of type {kind!r}"
        return
    if unknown := set(block) - KEYS[kind] - {"type", "block_id"}:
        yield f"a {kind} with {unknown}"
    yield from {"section": _section, "context": _context, "actions": _actions, "header": _header, "image": _image}.get(
        kind, lambda _: iter(())
    )(block)


def _section(block: Block) -> Iterator[str]:
    fields = block.get("fields", [])
    if "text" not in block and not fields:
        yield "a section without text"
    if "text" in block:
        yield from _text(block["text"], TEXT)
    if len(fields) > 10:
        yield f"{len(fields)} fields"
    for field in fields:
        yield from _text(field, FIELD)
    if "accessory" in block:
        yield from _button(block["accessory"])


def _context(block: Block) -> Iterator[str]:
    elements = block.get("elements", [])
    if not 1 <= len(elements) <= 10:
        yield f"a context of {len(elements)} elements"
    for element in elements:
        yield from _image(element) if element.get("type") == "image" else _text(element, TEXT)


def _actions(block: Block) -> Iterator[str]:
    elements = block.get("elements", [])
    if not 1 <= len(elements) <= 25:
        yield f"{len(elements)} buttons"
    names = [element.get("action_id") for element in elements]
    if len(names) != len(set(names)):
        yield f"action ids {names}"
    for element in elements:
        yield from _button(element)


def _header(block: Block) -> Iterator[str]:
    yield from _text(block.get("text"), HEADER, ("plain_text",))


def _image(block: Block) -> Iterator[str]:
    if not block.get("alt_text"):
        yield "an image without alt_text"
    if bool(block.get("image_url")) == bool(block.get("slack_file")):
        yield "an image needs image_url or slack_file"
    if len(block.get("image_url") or "") > URL:
        yield "a long image_url"


def _button(button: Block) -> Iterator[str]:
    if button.get("type") != "button":
        yield f"an element of type {button.get('type')!r}"
        return
    if unknown := set(button) - BUTTON_KEYS:
        yield f"a button with {unknown}"
    yield from _text(button.get("text"), BUTTON, ("plain_text",))
    for key, most in (("action_id", NAME), ("value", VALUE), ("url", URL), ("accessibility_label", BUTTON)):
        if key in button and not (isinstance(button[key], str) and len(button[key]) <= most):
            yield f"a button's {key} {button[key]!r}"
    if button.get("style", "primary") not in ("primary", "danger"):
        yield f"a button's style {button['style']!r}"


def _text(
    text: Any, most: int, kinds: frozenset[str] | set[str] = frozenset({"mrkdwn", "plain_text"})
) -> Iterator[str]:
    if not isinstance(text, dict) or text.get("type") not in kinds:
        yield f"{text!r} instead of a text object of {sorted(kinds)}"
        return
    only = "emoji" if text["type"] == "plain_text" else "verbatim"
    if unknown := set(text) - {"type", "text", only}:
        yield f"a text with {unknown}"
    content = text.get("text")
    if not isinstance(content, str) or not 1 <= len(content) <= most:
        yield f"a text of {len(content or '')} characters, at most {most}: {str(content)[:80]!r}"
    elif text["type"] == "mrkdwn" and (found := UNESCAPED.search(content)):
        yield f"an unescaped sign: {content[max(0, found.start() - 20) : found.start() + 20]!r}"
