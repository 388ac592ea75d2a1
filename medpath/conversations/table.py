"""The table of events, as Rasa defines it."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

SESSION_STARTED = "session_started"
ASKED = "user"
SAID = "bot"

EVENTS = sa.Table(
    "events",
    sa.MetaData(),
    sa.Column("id", sa.Integer, sa.Sequence("events_seq", optional=True), primary_key=True),
    sa.Column("sender_id", sa.String(255), nullable=False, index=True),
    sa.Column("type_name", sa.String(255), nullable=False),
    sa.Column("timestamp", sa.Float),
    sa.Column("intent_name", sa.String(255)),
    sa.Column("action_name", sa.String(255)),
    sa.Column("data", sa.Text),
)


def event_in(data: Any) -> dict[str, Any] | None:
    """The event that a row holds; None if it cannot be read."""
    try:
        event = json.loads(data)
    except (ValueError, TypeError, RecursionError):
        return None
    return event if isinstance(event, dict) else None
