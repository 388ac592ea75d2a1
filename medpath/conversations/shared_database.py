"""The database of conversations where several servers write: each message once, each turn on what it began with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine

from medpath.conversations.database import BUSY_SECONDS, Database
from medpath.conversations.records import KEPT, Added, Change, Erased, Fate, Written
from medpath.conversations.table import ASKED, event_in
from medpath.sharing.engine import shared_engine
from medpath.sharing.tables import EVENTS

# Channels let no longer ones in.
LONGEST_ID = 255
INSERT = sa.insert(EVENTS)
# In the order of the names, so that two servers do not wait for each other.
HOLD = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(CAST(:names AS text[])) AS name")


class SharedDatabase(Database):
    """A PostgreSQL database, which other servers read and write at the same time.

    The version of a conversation is the number of its last event, 0 where it has none.
    """

    def write(self, changes: Sequence[Change]) -> list[Written]:
        """Makes the changes that nobody was ahead of, all of these or none, and says of each what became of it."""
        with self._using() as engine, engine.begin() as connection:
            connection.execute(HOLD, {"names": sorted({change.conversation for change in changes})})
            made: dict[str, Written] = {}
            return [_made_after(made, connection, change) for change in changes]

    def version(self, conversation: str) -> int:
        """The present version of a conversation."""
        with self._looking() as connection:
            return _version(connection, conversation)

    def has_message(self, conversation: str, message_id: str) -> bool:
        """Whether a message with this id was answered in a conversation."""
        query = sa.select(EVENTS.c.id).where(EVENTS.c.sender_id == conversation, EVENTS.c.message_id == message_id)
        with self._looking() as connection:
            return connection.execute(query).first() is not None

    def has(self, prefix: str) -> bool:
        """Whether there is a conversation whose name begins so, whatever order the database gives to letters."""
        query = sa.select(EVENTS.c.id).where(EVENTS.c.sender_id.startswith(prefix, autoescape=True)).limit(1)
        with self._using() as engine, engine.connect() as connection:
            return connection.execute(query).first() is not None

    def changed_by_others(self) -> bool:
        """Never: who reads a conversation compares its version."""
        return False

    def wipe(self) -> None:
        """Nothing: PostgreSQL itself uses the places again of what was erased."""

    def wipe_remains(self) -> None:
        """Nothing, as `wipe`."""

    @contextmanager
    def _looking(self) -> Iterator[Connection]:
        """A connection for one question, which needs no transaction: that would be two round trips more."""
        with self._using() as engine, engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    def _connected(self) -> Engine:
        return shared_engine(self._url)


def database_at(url: URL, make: bool = True, busy_seconds: float = BUSY_SECONDS) -> Database:
    """The database at an address: one that servers share, or a file of this machine."""
    if url.get_backend_name() == "postgresql":
        return SharedDatabase(url, make, busy_seconds)
    return Database(url, make, busy_seconds)


def _made_after(made: dict[str, Written], connection: Connection, change: Change) -> Written:
    """Makes one change; what follows on a turn that was overtaken is overtaken with it."""
    before = made.get(change.conversation)
    if isinstance(change, Added) and before is not None and before.fate is Fate.OVERTAKEN:
        return before
    made[change.conversation] = _made(connection, change)
    return made[change.conversation]


def _made(connection: Connection, change: Change) -> Written:
    """Makes one change, while nobody else changes its conversation."""
    if isinstance(change, Erased):
        connection.execute(sa.delete(EVENTS).where(EVENTS.c.sender_id == change.conversation))
        return KEPT
    version = _version(connection, change.conversation)
    fate = _fate(connection, change, version)
    if fate is not Fate.KEPT or not change.rows:
        return Written(fate, version)
    connection.execute(INSERT, _with_ids(change.rows))
    return Written(Fate.KEPT, _version(connection, change.conversation))


def _with_ids(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows with the ids of messages; of two with the same one, as old files may have them, the first has it."""
    known: set[str | None] = {None}
    whole = []
    for row in rows:
        message_id = _message_id(row)
        whole.append({**row, "message_id": None if message_id in known else message_id})
        known.add(message_id)
    return whole


def _fate(connection: Connection, change: Added, version: int) -> Fate:
    """What is to become of events that are to be added."""
    own = {message_id: row["data"] for row in change.rows if (message_id := _message_id(row))}
    known = sa.select(EVENTS.c.data).where(
        EVENTS.c.sender_id == change.conversation, EVENTS.c.message_id.in_(list(own))
    )
    found = connection.execute(known).scalar() if own else None
    if found is not None:
        # The very same: it was written, but the connection broke before that was heard.
        return Fate.ALREADY if found in own.values() else Fate.ANSWERED
    return Fate.KEPT if change.after in (None, version) else Fate.OVERTAKEN


def _version(connection: Connection, conversation: str) -> int:
    last = sa.select(sa.func.coalesce(sa.func.max(EVENTS.c.id), 0)).where(EVENTS.c.sender_id == conversation)
    return int(connection.execute(last).scalar_one())


def _message_id(row: Mapping[str, Any]) -> str | None:
    """The id that a person's message was sent with; None for any other event."""
    if row["type_name"] != ASKED:
        return None
    message_id = (event_in(row["data"]) or {}).get("message_id")
    return str(message_id)[:LONGEST_ID] if message_id else None
