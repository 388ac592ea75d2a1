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
from medpath.channels.keeping import kept_turn
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
async def outcome(kept, sender, *events):
    with kept_turn() as keeping:
        await turn(kept, sender, *events)
    return keeping.kept
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


def test_what_cannot_be_written_is_kept_in_memory_until_it_can(database: Path) -> None:
    """When the disk is full the turn is told apart, the conversation goes on, and all is written when there is room."""
    shown = run(
        """
kept = store()
await turn(kept, "ann", UserUttered("hello"))
def limit(database):
    with database._using() as engine, engine.connect() as connection:
        return connection.exec_driver_sql("PRAGMA max_page_count=1").scalar()
pages = await kept._writer.run(lambda: limit(kept._writer.database))
print(await outcome(kept, "ann", UserUttered("x" * 20000)), kept.fault is not None)
await turn(kept, "ann", UserUttered("more"))
print([len(text) for text in await texts(kept, "ann")])
with kept._writer.database._opened().connect() as connection:
    connection.exec_driver_sql("PRAGMA max_page_count=100000")
while kept.fault:
    await asyncio.sleep(0.05)
print(await outcome(kept, "ann", UserUttered("again")), [len(text) for text in await texts(store(), "ann")])
""",
        database,
    )
    assert shown == ["False True", "[5, 20000, 4]", "True [5, 20000, 4, 5]"]


def test_a_file_that_is_no_database_is_left_alone(database: Path) -> None:
    """People are answered, what they say waits, and when it is moved away a new one is made, which takes all of it."""
    database.write_bytes(b"something else " * 100)
    shown = run(
        """
import os
kept = store()
print(await outcome(kept, "ann", UserUttered("hello")), await texts(kept, "ann"))
print(open(sys.argv[1], "rb").read() == b"something else " * 100)
os.rename(sys.argv[1], sys.argv[1] + ".old")
await turn(kept, "ann", UserUttered("again"))
while kept.fault:
    await asyncio.sleep(0.05)
print(await outcome(kept, "ann", UserUttered("more")), await texts(store(), "ann"))
""",
        database,
    )
    assert shown == ["False ['hello']", "True", "True ['hello', 'again', 'more']"]


DAMAGE = """
def head(content):
    with open(sys.argv[1], "r+b") as file:
        was = file.read(100)
        file.seek(0)
        file.write(content)
    return was
"""


def test_what_is_said_while_nothing_can_be_read_is_kept_as_soon_as_it_can(database: Path) -> None:
    """As a session of its own, also behind an earlier one, and though nobody comes again."""
    shown = run(
        DAMAGE
        + """
await turn(store(), "ann", SessionStarted(), UserUttered("before"))
kept = store()
sound = head(b"garbage" * 14)
for sender in ("ann", "bob"):
    print(await outcome(kept, sender, SessionStarted(), UserUttered("meanwhile")), kept.fault is not None)
    print(await outcome(kept, sender, UserUttered("more")), await texts(kept, sender))
full = await kept.retrieve_full_tracker("bob")
print(sum(isinstance(event, UserUttered) for event in full.events))
head(sound)
while kept.fault:
    await asyncio.sleep(0.05)
for sender in ("ann", "bob"):
    print(await texts(store(), sender))
full = await store().retrieve_full_tracker("ann")
print([event.text for event in full.events if isinstance(event, UserUttered)])
print(await outcome(kept, "ann", UserUttered("again")), await texts(kept, "ann"))
""",
        database,
    )
    session = "['meanwhile', 'more']"
    fault = ["False True", f"False {session}"]
    assert shown[:5] == [*fault, *fault, "2"]
    assert shown[5:] == [session, session, "['before', 'meanwhile', 'more']", "True ['meanwhile', 'more', 'again']"]


def test_a_fault_in_reading_is_told_once(database: Path) -> None:
    """However many come, the log says once what is wrong and once that it is over."""
    shown = run(
        DAMAGE
        + """
import logging
lines = []
class Lines(logging.Handler):
    def emit(self, record):
        lines.append(record.getMessage())
logging.getLogger("medpath").addHandler(Lines())
kept = store()
await turn(kept, "ann", UserUttered("hello"))
sound = head(b"garbage" * 14)
for number in range(5):
    await kept.retrieve(f"visitor {number}")
print(len(lines), "begin anew" in lines[0], kept.fault is not None)
head(sound)
while kept.fault:
    await asyncio.sleep(0.05)
print(len(lines), "can be read again" in lines[1])
""",
        database,
    )
    assert shown == ["1 True True", "2 True"]


def test_what_a_reader_kept_from_being_wiped_goes_when_it_has_ended(database: Path) -> None:
    """By itself: nothing is written any more."""
    run(
        """
import os, sqlite3
from rasa.shared.core.events import Restarted
def holds(word):
    return any(word in open(path, "rb").read() for path in (sys.argv[1], sys.argv[1] + "-wal") if os.path.exists(path))
kept = store()
await turn(kept, "ann", UserUttered("zebrafish"))
reader = sqlite3.connect(sys.argv[1])
reader.execute("BEGIN")
reader.execute("SELECT count(*) FROM events").fetchall()
await turn(kept, "ann", Restarted())
assert holds(b"zebrafish")
reader.close()
async def gone():
    while holds(b"zebrafish"):
        await asyncio.sleep(0.05)
await asyncio.wait_for(gone(), 60)
""",
        database,
    )


def test_a_clock_that_was_set_back_loses_nothing(database: Path) -> None:
    """What belongs to a session is told by the order of the events, not by their times."""
    run(
        """
await turn(store(), "ann", SessionStarted(timestamp=2000.0), UserUttered("first", timestamp=2001.0))
await turn(store(), "ann", UserUttered("second", timestamp=1000.0))
""",
        database,
    )
    assert run('print(await texts(store(), "ann"))', database) == ["['first', 'second']"]


def test_whatever_stands_in_a_row_the_rest_can_be_read(database: Path) -> None:
    """Each part of each event is damaged in turn: the conversation is whole, or starts afresh and goes on."""
    shown = run(
        """
import json
from rasa.shared.core.events import BotUttered
parsed = {"intent": {"name": "greet"}, "entities": [{"entity": "topic", "value": "match"}], "text": "hello"}
said = UserUttered("hello", parsed["intent"], parsed["entities"], parsed, input_channel="web", message_id="1")
events = [SessionStarted(), said, SlotSet("subject", "match"), BotUttered("hi", {}), ActionExecuted("action_listen")]
rows = [json.loads(json.dumps(event.as_dict())) for event in events]
from medpath.conversations.records import Row
from medpath.serving.stored_events import events_in
broken = 0
for number, row in enumerate(rows):
    for key in row:
        for value in (None, 5, "x", [], [5], {}, {"a": 5}, True, -1e400):
            damaged = [{**one, key: value} if one is row else one for one in rows]
            read = events_in(Row(0, one) for one in damaged)
            tracker = store()._rebuilt("ann", read)
            for event in tracker.events:
                event.as_dict(), str(event)
            assert isinstance(tracker.latest_message.text, str | None)
            broken += len(read) < len(rows)
print(broken > 20, len(events_in(Row(0, row) for row in rows)) == len(rows))
""",
        database,
    )
    assert shown == ["True True"]
