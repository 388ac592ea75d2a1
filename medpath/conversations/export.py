"""What is kept of a conversation, as its person may ask to have it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

from medpath.conversations.records import Row

SPEAKERS = {"user": "person", "bot": "medpath"}


def exported(conversation: str, rows: Sequence[Row]) -> dict[str, Any]:
    """The messages in order, what was noted of the person, and every event as it is stored."""
    events = [row.event for row in rows if row.event is not None]
    noted = {event["name"]: event.get("value") for event in events if event.get("event") == "slot" and "name" in event}
    return {
        "conversation": conversation,
        "messages": [_message(event) for event in events if event.get("event") in SPEAKERS and event.get("text")],
        "noted": {name: value for name, value in noted.items() if value is not None},
        "unreadable": sum(row.event is None for row in rows),
        "events": events,
    }


def _message(event: dict[str, Any]) -> dict[str, Any]:
    return {"from": SPEAKERS[event["event"]], "time": shown_time(event.get("timestamp")), "text": event["text"]}


def shown_time(seconds: Any) -> str:
    """A moment as people and programs read it; empty if it is none."""
    try:
        return datetime.fromtimestamp(float(seconds), timezone.utc).isoformat(timespec="seconds")
    except (TypeError, ValueError, OverflowError, OSError):
        return ""
