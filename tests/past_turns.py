"""Conversations of the past, written into the database of a Medpath that runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SessionStarted, UserUttered
from sqlalchemy.engine import URL

from medpath.conversations.database import Database
from medpath.conversations.records import Added
from medpath.serving.stored_events import row_of

LONG_AGO = 1_790_000_000.0


def remember_turns(database: Path, conversation: str, last: int, filling: str = "", first: int = 1) -> None:
    """Adds turns "question 1", "answer 1" and so on to a conversation; `filling` makes the answers longer."""
    events: list[Event] = []
    if first == 1:
        events = [ActionExecuted("action_session_start", timestamp=LONG_AGO), SessionStarted(LONG_AGO)]
    for number in range(first, last + 1):
        moment = LONG_AGO + number
        events += [
            UserUttered(f"question {number}", timestamp=moment, message_id=f"past-{number}"),
            ActionExecuted("action_answer", timestamp=moment),
            BotUttered(f"answer {number} {filling}".strip(), timestamp=moment),
        ]
    _write(database, conversation, events)


def remember_message(database: Path, conversation: str, asked: str, message_id: str, said: dict[str, Any]) -> None:
    """Adds a turn with a message of the REST channel as its answer."""
    events = [
        ActionExecuted("action_session_start"),
        SessionStarted(),
        UserUttered(asked, message_id=message_id),
        ActionExecuted("action_answer"),
        BotUttered(said["text"], {"custom": said["custom"], "buttons": said.get("buttons")}),
    ]
    _write(database, conversation, events)


def _write(database: Path, conversation: str, events: list[Event]) -> None:
    store = Database(URL.create("sqlite", database=str(database)), busy_seconds=5)
    store.write([Added(conversation, tuple(row_of(conversation, event) for event in events))])
    store.close()
