"""Conversations in memory and in the database."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

PREPARE = """
import asyncio, sys
from medpath.serving.without_tensorflow import forgo_tensorflow
forgo_tensorflow()
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted, SlotSet, UserUttered
from medpath.serving import conversation_store
from medpath.serving.conversation_store import ConversationStore
domain = Domain.from_yaml("slots: {subject: {type: text, mappings: [{type: custom}]}}")
def store():
    return ConversationStore(domain=domain, db=sys.argv[1])
async def turn(kept, sender, *events):
    tracker = await kept.get_or_create_tracker(sender)
    for event in events:
        tracker.update(event, domain)
    await kept.save(tracker)
    return tracker
async def texts(kept, sender):
    tracker = await kept.retrieve(sender)
    return [event.text for event in tracker.events if isinstance(event, UserUttered)]
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "conversations.db"


def run(program: str, database: Path) -> list[str]:
    """Runs a program after PREPARE in a process of its own, because the stand-ins for TensorFlow would stay."""
    body = PREPARE + "async def main():\n" + "".join(f"    {line}\n" for line in program.strip().splitlines())
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", body + "asyncio.run(main())", str(database)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SQLALCHEMY_SILENCE_UBER_WARNING": "1"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def stored(database: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(database) as connection:
        return connection.execute("SELECT sender_id, type_name FROM events ORDER BY id").fetchall()


def test_every_event_is_written_once(database: Path) -> None:
    """What is in memory is not written again with the next turn, and conversations do not mix."""
    run(
        """
kept = store()
for number in range(3):
    await turn(kept, "ann", UserUttered(f"question {number}"))
    await turn(kept, "bob", UserUttered(f"other {number}"))
""",
        database,
    )
    assert [row for row in stored(database) if row[1] == "user"] == [("ann", "user"), ("bob", "user")] * 3


def test_a_restart_goes_on_where_it_was(database: Path) -> None:
    """Another process reads the whole conversation with its slots and goes on writing after it."""
    run('await turn(store(), "ann", UserUttered("first"), SlotSet("subject", "match"))', database)
    shown = run(
        """
kept = store()
tracker = await turn(kept, "ann", UserUttered("second"))
print(tracker.get_slot("subject"), await texts(kept, "ann"), await texts(store(), "ann"))
""",
        database,
    )
    assert shown == ["match ['first', 'second'] ['first', 'second']"]


def test_a_new_session_begins_anew(database: Path) -> None:
    """After a session start memory and database agree on what the conversation is."""
    shown = run(
        """
kept = store()
await turn(kept, "ann", ActionExecuted("action_session_start"), SessionStarted(), UserUttered("old"))
await turn(kept, "ann", ActionExecuted("action_session_start"), SessionStarted(), UserUttered("new"))
await turn(kept, "ann", UserUttered("newer"))
print(await texts(kept, "ann"), await texts(store(), "ann"))
""",
        database,
    )
    assert shown == ["['new', 'newer'] ['new', 'newer']"]
    assert [kind for _, kind in stored(database)].count("user") == 3


def test_the_oldest_conversation_leaves_the_memory(database: Path) -> None:
    """Memory is bounded; a conversation that left it is read from the database."""
    shown = run(
        """
conversation_store.MOST_IN_MEMORY = 2
kept = store()
for sender in ("ann", "bob", "cleo"):
    await turn(kept, sender, UserUttered("hello"))
print(list(kept._recent))
await turn(kept, "ann", UserUttered("again"))
print(await texts(kept, "ann"))
""",
        database,
    )
    assert shown == ["['bob', 'cleo']", "['hello', 'again']"]


def test_a_turn_that_failed_leaves_no_trace(database: Path) -> None:
    """Events of a turn that was never saved are not in the next one."""
    shown = run(
        """
kept = store()
await turn(kept, "ann", UserUttered("hello"))
lost = await kept.get_or_create_tracker("ann")
lost.update(UserUttered("lost"), domain)
print(await texts(kept, "ann"))
""",
        database,
    )
    assert shown == ["['hello']"]


def test_a_failed_write_loses_nothing(database: Path) -> None:
    """When the database cannot be written, the caller learns of it, and the next turn goes on from what is stored."""
    shown = run(
        """
kept = store()
await turn(kept, "ann", UserUttered("hello"))
def refuse(connection, *_):
    raise OSError("disk full")
conversation_store.sqlalchemy.event.listen(kept.engine, "before_cursor_execute", refuse)
try:
    await turn(kept, "ann", UserUttered("lost"))
except OSError as error:
    print(error)
conversation_store.sqlalchemy.event.remove(kept.engine, "before_cursor_execute", refuse)
await turn(kept, "ann", UserUttered("again"))
print(await texts(kept, "ann"))
""",
        database,
    )
    assert shown == ["disk full", "['hello', 'again']"]
