"""The database of conversations, with real files."""

from __future__ import annotations

import ctypes
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from medpath.conversations.database import Database
from medpath.conversations.faults import Locked
from medpath.conversations.records import Added, Erased
from medpath.errors import StorageError

DROP_BOUNDING, MAY_OVERRIDE_RIGHTS = 24, 1


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "conversations.db"


@pytest.fixture
def database(path: Path) -> Database:
    return Database(URL.create("sqlite", database=str(path)))


def said(conversation: str, text: str, moment: float = 1.0, kind: str = "user") -> Added:
    row = {
        "sender_id": conversation,
        "type_name": kind,
        "timestamp": moment,
        "intent_name": None,
        "action_name": None,
        "data": f'{{"event": "{kind}", "text": "{text}", "timestamp": {moment}}}',
    }
    return Added(conversation, (row,))


def test_changes_are_made_in_order(database: Database) -> None:
    """What follows an erasure stays."""
    database.write([said("ann", "old"), said("bob", "other"), Erased("ann"), said("ann", "new")])
    assert [row.event["text"] for row in database.rows("ann", session_only=False) if row.event] == ["new"]
    assert database.has("bo")
    assert not database.has("cleo")


def test_what_is_erased_is_not_on_the_disk(database: Database, path: Path) -> None:
    """Neither in the file nor in what SQLite writes before it."""
    database.write([said("ann", "zebrafish"), said("bob", "other")])
    database.write([Erased("ann")])
    assert not any(b"zebrafish" in one.read_bytes() for one in path.parent.iterdir())


def test_nothing_stays_in_the_gaps_of_the_file(database: Database, path: Path) -> None:
    """Also where SQLite shares out rows among pages, which leaves copies of some that secure_delete does not see."""
    chance = random.Random(1)
    names = [f"{chance.getrandbits(128):032x}" for _ in range(100)]
    database.write([said(one, f"by-{one}-" * chance.choice([1, 3, 10])) for one in chance.choices(names, k=2000)])
    for one in names[:90]:
        database.write([Erased(one)])
        assert one.encode() not in b"".join(file.read_bytes() for file in path.parent.iterdir())


@pytest.mark.parametrize("later", [lambda database: database.write([said("bob", "last")]), Database.wipe_remains])
def test_what_cannot_be_wiped_is_wiped_later(database: Database, path: Path, later: Callable[[Database], None]) -> None:
    """While another program reads the changes are made, once, and what they erased goes with the next, or alone."""
    database.write([said("ann", "zebrafish"), said("bob", "other")])
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM events").fetchone()
        database.write([Erased("ann"), said("bob", "more")])
        assert len(database.rows("bob", session_only=False)) == 2
        reader.rollback()
    later(database)
    assert not any(b"zebrafish" in one.read_bytes() for one in path.parent.iterdir())


def test_the_files_are_for_their_owner(database: Database, path: Path) -> None:
    """Also those that SQLite makes, and a file that others could read before."""
    path.touch(0o644)
    path.chmod(0o644)
    database.write([said("ann", "hello")])
    assert {one.stat().st_mode & 0o077 for one in path.parent.iterdir()} == {0}


def test_a_locked_database_is_told_at_once(database: Database, path: Path) -> None:
    """Whoever waits does so elsewhere; the same connection goes on afterwards."""
    database.write([said("ann", "hello")])
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Locked, match="is locked by another program"):
        database.write([said("ann", "again")])
    other.execute("ROLLBACK")
    other.close()
    database.write([said("ann", "again")])
    assert len(database.rows("ann", session_only=False)) == 2


def test_a_fault_says_nothing_of_what_was_to_be_written(database: Database, path: Path) -> None:
    """Not in its text and not in what caused it."""
    database.write([said("ann", "hello")])
    with sqlite3.connect(path) as other:
        other.execute("DROP TABLE events")
    other.close()
    with pytest.raises(StorageError, match="holds something else") as caught:
        database.write([said("ann", "narwhal")])
    assert "narwhal" not in repr(caught.value.__cause__)
    assert "narwhal" not in str(caught.value)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda path: path.write_bytes(b"no database" * 50), "is damaged"),
        (lambda path: path.mkdir(), "cannot be opened"),
        (lambda path: sqlite3.connect(path).execute("CREATE TABLE events (a)"), "holds something else"),
        (lambda path: path.parent.rmdir(), "cannot be opened"),
    ],
)
def test_the_check_says_in_a_sentence_what_is_wrong(
    database: Database, path: Path, spoil: object, message: str
) -> None:
    """And names the file."""
    spoil(path)  # type: ignore[operator]
    with pytest.raises(StorageError, match=message) as caught:
        database.check(whole=True)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_check_finds_damaged_pages(database: Database, path: Path) -> None:
    """A file whose head is sound may still be damaged."""
    database.write([said("ann", "x" * 300, moment) for moment in range(300)])
    database.close()
    with path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 3)
    with pytest.raises(StorageError, match="is damaged"):
        database.check(whole=True)


def test_a_file_that_may_only_be_read_is_read(path: Path, database: Database) -> None:
    """What is kept can be seen; what is new is refused with the reason."""
    database.write([said("ann", "hello")])
    database.close()
    path.chmod(0o400)
    program = f"""
import sys
from sqlalchemy.engine import URL
from medpath.conversations.database import Database
from medpath.conversations.records import Erased
from medpath.errors import StorageError
database = Database(URL.create("sqlite", database={str(path)!r}))
print(len(database.rows("ann", session_only=True)))
try:
    database.write([Erased("ann")])
except StorageError as error:
    print("only read" in str(error))
path = {str(path)!r}
import os
os.chmod(path, 0o600)
database.write([Erased("ann")])
print(len(database.rows("ann", session_only=True)))
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        capture_output=True,
        text=True,
        check=False,
        # root may write what it may not, unless this is taken from it
        preexec_fn=lambda: ctypes.CDLL(None).prctl(DROP_BOUNDING, MAY_OVERRIDE_RIGHTS, 0, 0, 0),
    )
    assert done.stdout.split() == ["1", "True", "0"], done.stderr


def test_changes_of_another_program_are_noticed(database: Database, path: Path) -> None:
    """Its own are not."""
    database.write([said("ann", "hello")])
    assert not database.changed_by_others()
    database.write([said("ann", "again")])
    assert not database.changed_by_others()
    with sqlite3.connect(path) as other:
        other.execute("DELETE FROM events")
    other.close()
    assert database.changed_by_others()
    assert not database.changed_by_others()
