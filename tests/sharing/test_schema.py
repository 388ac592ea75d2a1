"""The schema of the database: made once, migrated from any earlier one, and nothing of what was kept is lost."""

from __future__ import annotations

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from past_turns import remember_turns
from sqlalchemy.engine import URL, make_url

from medpath import cli
from medpath.conversations.database import Database
from medpath.conversations.moving import move_conversations
from medpath.conversations.shared_database import SharedDatabase
from medpath.conversations.table import EVENTS
from medpath.errors import StorageError
from medpath.sharing.engine import shared_engine
from medpath.sharing.schema import HEAD, VERSIONS, upgrade
from medpath.sharing.tables import METADATA


def test_servers_that_start_at_the_same_moment_make_the_schema_once(empty_url: str) -> None:
    """All of them find it whole, and it is what the program takes it for."""
    with ThreadPoolExecutor(6) as threads:
        engines = list(threads.map(shared_engine, [make_url(empty_url)] * 6))
    with engines[0].connect() as connection:
        assert connection.execute(sa.select(VERSIONS)).scalars().all() == [HEAD]
        found = compare_metadata(MigrationContext.configure(connection), METADATA)
    for engine in engines:
        engine.dispose()
    assert [one for one in found if one[0] != "remove_table"] == []


def test_a_database_of_an_earlier_medpath_loses_nothing(empty_url: str) -> None:
    """Its messages are known by their ids afterwards; what cannot be read stays as it is."""
    engine = sa.create_engine(empty_url)
    EVENTS.metadata.create_all(engine)
    asked = [json.dumps({"event": "user", "text": text, "message_id": "m1"}) for text in ("one", "two")]
    with engine.begin() as connection:
        for data in (*asked, "no json", None):
            connection.execute(sa.insert(EVENTS).values(sender_id="ann", type_name="user", data=data))
    assert upgrade(engine) is None
    assert upgrade(engine) == HEAD
    engine.dispose()
    database = SharedDatabase(make_url(empty_url))
    assert [row.event and row.event["text"] for row in database.rows("ann", False)] == ["one", "two", None, None]
    assert database.has_message("ann", "m1")
    database.close()


def test_a_schema_of_a_newer_medpath_is_left_alone(empty_url: str) -> None:
    """The sentence says what to do."""
    engine = sa.create_engine(empty_url)
    with engine.begin() as connection:
        VERSIONS.create(connection)
        connection.execute(sa.insert(VERSIONS).values(version_num="9999"))
    with pytest.raises(StorageError, match="a newer one has been at work"):
        upgrade(engine)
    engine.dispose()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of today: two conversations, of one of which an event is damaged."""
    file = tmp_path / "conversations.db"
    remember_turns(file, "ann", 3)
    remember_turns(file, "bob", 2)
    with sqlite3.connect(file) as connection:
        connection.execute(
            "INSERT INTO events (sender_id, type_name, timestamp, data) VALUES ('bob', 'user', 'x', 'no')"
        )
    connection.close()
    return file


def _rows(file: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(file) as connection:
        rows = connection.execute("SELECT * FROM events ORDER BY id").fetchall()
    connection.close()
    return rows


def test_a_file_is_migrated_as_it_is(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every row stays, and Medpath goes on with it; the second time there is nothing to do."""
    (tmp_path / "endpoints.yml").write_text("tracker_store: {dialect: sqlite, db: conversations.db}", encoding="utf-8")
    monkeypatch.setenv("MEDPATH_HOME", str(tmp_path))
    monkeypatch.setenv("MEDPATH_DATABASE", str(file))
    before = _rows(file)
    assert cli.main(["database", "upgrade"]) == 0
    assert "it was without a number" in capsys.readouterr().out
    assert cli.main(["database", "upgrade"]) == 0
    assert f"it was {HEAD}" in capsys.readouterr().out
    assert _rows(file) == before
    remember_turns(file, "ann", 4, first=4)
    database = Database(URL.create("sqlite", database=str(file)))
    assert database.turns("ann", None, 9)[1] == 0
    assert len(database.rows("ann", session_only=False)) == 14
    database.close()


def test_a_file_is_brought_into_the_shared_database(file: Path, database_url: str) -> None:
    """Whole, with the damaged event and the ids of messages, and a second time nothing twice; the file is only read."""
    before, content = _rows(file), file.read_bytes()
    database = SharedDatabase(make_url(database_url))
    assert move_conversations(file, database) == (2, len(before), 0)
    assert move_conversations(file, database) == (0, 0, 2)
    assert len(database.rows("bob", session_only=False)) == 9
    assert database.rows("bob", session_only=False)[-1].event is None
    assert database.has_message("ann", "past-2")
    assert file.read_bytes() == content
    database.close()


def test_the_import_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a sentence."""
    monkeypatch.delenv("MEDPATH_DATABASE_URL", raising=False)
    assert cli.main(["database", "import", str(tmp_path / "none.db")]) == 1
    assert "Set MEDPATH_DATABASE_URL" in capsys.readouterr().err
