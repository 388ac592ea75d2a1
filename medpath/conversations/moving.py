"""Brings the conversations of one machine's file into the database that servers share; what is there stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection

from medpath.conversations.faults import fault
from medpath.conversations.records import Added, Fate
from medpath.conversations.shared_database import SharedDatabase
from medpath.conversations.table import EVENTS

COLUMNS = ("sender_id", "type_name", "timestamp", "intent_name", "action_name", "data")


def move_conversations(file: Path, database: SharedDatabase) -> tuple[int, int, int]:
    """Copies each conversation of a file that the database has nothing of, in one piece.

    Gives the numbers of conversations and events that were copied, and of conversations that were there before: so it
    may be begun again after it was broken off. The file is only read. Raises StorageError.
    """
    copied = events = known = 0
    for conversation, rows in _conversations(file):
        (written,) = database.write([Added(conversation, rows, after=0)])
        if written.fate is Fate.KEPT:
            copied, events = copied + 1, events + len(rows)
        else:
            known += 1
    return copied, events, known


def names_in(file: Path) -> list[str]:
    """The conversations of a file, which is only read; raises StorageError."""
    with _reading(file) as connection:
        return [_text(name) for name in connection.execute(sa.select(EVENTS.c.sender_id).distinct()).scalars()]


def _conversations(file: Path) -> Iterator[tuple[str, tuple[dict[str, Any], ...]]]:
    query = sa.select(*(sa.type_coerce(EVENTS.c[name], sa.String).label(name) for name in COLUMNS))
    with _reading(file) as connection:
        found = connection.execute(query.order_by(EVENTS.c.sender_id, EVENTS.c.id))
        for conversation, rows in groupby(found, lambda row: row.sender_id):
            yield _text(conversation), tuple(_row(row) for row in rows)


@contextmanager
def _reading(file: Path) -> Iterator[Connection]:
    engine = sa.create_engine(URL.create("sqlite", database=f"file:{file}", query={"mode": "ro", "uri": "true"}))
    sa.event.listen(engine, "connect", _read_bytes_too)
    try:
        with engine.connect() as connection:
            yield connection.execution_options(stream_results=True)
    except sa.exc.SQLAlchemyError as error:
        raise fault(str(file), error) from None
    finally:
        engine.dispose()


def _read_bytes_too(connection: Any, _record: Any) -> None:
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")


def _row(row: Any) -> dict[str, Any]:
    """A row as PostgreSQL takes it, whatever SQLite may have let in."""
    given = {name: _text(getattr(row, name)) for name in COLUMNS}
    return {**given, "timestamp": _moment(row.timestamp), "data": given["data"] or ""}


def _text(value: Any) -> Any:
    return None if value is None else str(value).replace("\x00", "\ufffd")


def _moment(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None
