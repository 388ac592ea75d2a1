"""Between Rasa's events and the rows that are stored of them, some of which may be damaged."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rasa.shared.core.events import Event, SessionStarted

from medpath.conversations.records import Change, Erased, Row
from medpath.conversations.table import ASKED, event_in

TEXT = (str, type(None))
NUMBER = (int, float)
BLOCK = (dict, type(None))

# A damaged event may be read and break a later turn: these are the types that Rasa relies on.
SHAPES: Mapping[str, tuple[type, ...]] = {
    "event": (str,),
    "timestamp": NUMBER,
    "name": TEXT,
    "text": TEXT,
    "message_id": TEXT,
    "input_channel": TEXT,
    "policy": TEXT,
    "confidence": (*NUMBER, type(None)),
    "action_text": TEXT,
    "metadata": BLOCK,
    "data": BLOCK,
    "parse_data": BLOCK,
    "intent": BLOCK,
    "entities": (list, type(None)),
}
NAMED = frozenset({"slot", "action", "followup"})


def row_of(conversation: str, event: Event) -> dict[str, Any]:
    """An event as a row of the table."""
    data = event.as_dict()
    return {
        "sender_id": conversation,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }


def events_in(rows: Iterable[Row]) -> list[Event]:
    """The events that can be read, in order."""
    found = []
    for row in rows:
        if row.event is not None and _is_sound(row.event):
            with contextlib.suppress(Exception):  # Rasa raises whatever comes up in what nobody should have written
                found.append(Event.from_parameters(row.event))
    return [event for event in found if event is not None]


def with_waiting(rows: Sequence[Row], waiting: Iterable[Change], session_only: bool) -> list[Row]:
    """The rows as they will be when the changes that wait are written."""
    whole = list(rows)
    for change in waiting:
        added = () if isinstance(change, Erased) else change.rows
        whole = [*([] if isinstance(change, Erased) else whole), *(Row(0, event_in(row["data"])) for row in added)]
    starts = [i for i, row in enumerate(whole) if row.event and row.event.get("event") == SessionStarted.type_name]
    return whole[starts[-1] :] if session_only and starts else whole


def message_ids(waiting: Iterable[Change]) -> set[str]:
    """The ids of the messages in changes that wait, as far as no later one erases them."""
    rows = [row.event or {} for row in with_waiting([], waiting, session_only=False)]
    return {str(event.get("message_id")) for event in rows if event.get("event") == ASKED}


def current_session(events: Sequence[Event]) -> list[Event]:
    """The events from the last beginning of a session on."""
    starts = [i for i, event in enumerate(events) if isinstance(event, SessionStarted)]
    return list(events)[starts[-1] if starts else 0 :]


def _is_sound(event: Mapping[str, Any]) -> bool:
    """Whether all parts that are there have the right type, those in `parse_data` too, and none is missing."""
    kind, parsed = event.get("event"), event.get("parse_data")
    if not _fits(event) or "timestamp" not in event or (kind in NAMED and not isinstance(event.get("name"), str)):
        return False
    entities = parsed.get("entities") or () if kind == "user" and parsed else ()
    return _fits(parsed or {}) and all(isinstance(entity, dict) and "entity" in entity for entity in entities)


def _fits(block: Mapping[str, Any]) -> bool:
    return all(isinstance(block[key], kinds) for key, kinds in SHAPES.items() if key in block)
