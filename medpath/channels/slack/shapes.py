"""Whether something that is signed has the shape of what Slack sends: bolt and we would stumble over any other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TEXT = (str, type(None))
BLOCK = (dict, type(None))
# Named in full in some kinds of what Slack sends, in others by the id alone.
TEXT_OR_BLOCK = (*TEXT, dict)
LIST = (list, type(None))

SHAPES: Mapping[str, tuple[type, ...]] = {
    "type": TEXT,
    "team_id": TEXT,
    "user_id": TEXT,
    "channel_id": TEXT,
    "event_id": TEXT,
    "command": TEXT,
    "text": TEXT,
    "trigger_id": TEXT,
    "response_url": TEXT,
    "event": BLOCK,
    "view": BLOCK,
    "message": BLOCK,
    "container": BLOCK,
    "team": TEXT_OR_BLOCK,
    "user": TEXT_OR_BLOCK,
    "channel": TEXT_OR_BLOCK,
    "enterprise": TEXT_OR_BLOCK,
    "authorizations": LIST,
    "actions": LIST,
}
EVENT_CALLBACK, BLOCK_ACTIONS = "event_callback", "block_actions"


def has_shape(body: Any) -> bool:
    """Whether all parts that are there have the right type, and none that its kind lives by is missing."""
    if not isinstance(body, dict) or not _fits(body):
        return False
    event, actions = body.get("event"), body.get("actions")
    if body.get("type") == EVENT_CALLBACK or event is not None:
        return isinstance(event, dict) and isinstance(event.get("type"), str)
    if body.get("type") == BLOCK_ACTIONS or actions is not None:
        return bool(actions) and all(isinstance(action, dict) and _fits_action(action) for action in actions or ())
    return True


def _fits(block: Mapping[str, Any]) -> bool:
    return all(isinstance(block[key], kinds) for key, kinds in SHAPES.items() if key in block)


def _fits_action(action: Mapping[str, Any]) -> bool:
    return isinstance(action.get("action_id"), str) and isinstance(action.get("text"), BLOCK)
