"""The database of conversations: read and written by one thread at a time."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

from medpath.conversations.faults import fault, is_about_storage, keeps_connection
from medpath.conversations.file import DatabaseFile, keep_from_others
from medpath.conversations.records import KEPT, Change, Erased, Row, Summary, Written
from medpath.conversations.table import EVENTS, SESSION_STARTED, event_in
from medpath.conversations.turn_pages import turn_rows
from medpath.errors import StorageError

# Whoever waits for a locked database does so without keeping a thread busy.
BUSY_SECONDS = 0.05
# A file of this size is written anew in about half a second, during which other turns wait.
WIPED_AT_ONCE_BYTES = 100_000_000

# Made once: each statement is 13 objects in circles, which would wait for the garbage collection after every turn.
INSERT = sa.insert(EVENTS)


class Database:
    """Opens the database when it is first used, and again when something was wrong with it.

    All methods raise StorageError where the storage is at fault, and whatever else SQLAlchemy raises where it is what
    was to be written. With `make` false, a file that is not there is not made.
    """

    def __init__(self, url: URL, make: bool = True, busy_seconds: float = BUSY_SECONDS) -> None:
        self._url, self._make, self._busy_seconds = url, make, busy_seconds
        self._engine: Engine | None = None
        self._file: DatabaseFile | None = None
        self._version: int | None = None
        # Of what was erased: in the gaps of the file, and in the one that SQLite writes before it. What an earlier
        # process has left in the latter is not known.
        self._holds_remains, self._log_holds_remains = False, True

    @property
    def path(self) -> Path | None:
        """The file of an SQLite database; None for any other."""
        is_file = self._url.get_backend_name() == "sqlite" and self._url.database not in (None, "", ":memory:")
        return Path(str(self._url.database)) if is_file else None

    @property
    def name(self) -> str:
        """What to call the database where people read of it."""
        return str(self.path or self._url.render_as_string(hide_password=True))

    def write(self, changes: Sequence[Change]) -> list[Written]:
        """Makes all changes or none of them, and says so of each.

        What was erased is wiped off the file as well, unless another program holds the database: then by a later
        write or `wipe_remains`; and unless the file is very large: then by `wipe`.
        """
        with self._using() as engine:
            with engine.begin() as connection:
                for change in changes:
                    if isinstance(change, Erased):
                        connection.execute(sa.delete(EVENTS).where(EVENTS.c.sender_id == change.conversation))
                        self._holds_remains = True
                    elif change.rows:
                        connection.execute(INSERT, list(change.rows))
            self._wipe_soon(engine)
        return [KEPT] * len(changes)

    def rows(self, conversation: str, session_only: bool) -> list[Row]:
        """The events of a conversation in order, or those since its last session began.

        Order and beginning are told by the numbers of the rows: a clock may be set back.
        """
        mine = EVENTS.c.sender_id == conversation
        query = sa.select(EVENTS.c.id, sa.type_coerce(EVENTS.c.data, sa.String)).where(mine).order_by(EVENTS.c.id)
        if session_only:
            begin = sa.select(sa.func.max(EVENTS.c.id)).where(mine, EVENTS.c.type_name == SESSION_STARTED)
            query = query.where(EVENTS.c.id >= sa.func.coalesce(begin.scalar_subquery(), 0))
        with self._using() as engine, engine.connect() as connection:
            return [Row(number, event_in(data)) for number, data in connection.execute(query)]

    def turns(self, conversation: str, before: int | None, most: int) -> tuple[list[Row], int]:
        """What was asked and said in up to `most` turns, in order, and how many turns there are before them.

        They are the last ones of the first `before` turns, or of all.
        """
        with self._using() as engine, engine.connect() as connection:
            return turn_rows(connection, conversation, before, most)

    def has(self, prefix: str) -> bool:
        """Whether there is a conversation whose name begins so."""
        name = EVENTS.c.sender_id
        query = sa.select(name).where(name >= prefix, name < prefix + "\uffff").limit(1)
        with self._using() as engine, engine.connect() as connection:
            return connection.execute(query).first() is not None

    def summaries(self) -> list[Summary]:
        """All conversations, those that rested longest first."""
        moment = sa.cast(EVENTS.c.timestamp, sa.Float)
        last = sa.func.max(moment)
        query = sa.select(EVENTS.c.sender_id, sa.func.min(moment), last, sa.func.count()).group_by(EVENTS.c.sender_id)
        with self._using() as engine, engine.connect() as connection:
            found = connection.execute(query.order_by(last)).all()
        return [Summary(str(name), began or 0.0, last or 0.0, count) for name, began, last, count in found]

    def erase(self, conversation: str, before: float | None = None) -> int:
        """Erases a conversation, or of it the events before a moment that its present session does not need.

        Gives the number of events that were erased.
        """
        mine = EVENTS.c.sender_id == conversation
        query = sa.delete(EVENTS).where(mine)
        if before is not None:
            begin = sa.select(sa.func.max(EVENTS.c.id)).where(mine, EVENTS.c.type_name == SESSION_STARTED)
            old = sa.func.coalesce(sa.cast(EVENTS.c.timestamp, sa.Float), 0.0) < before
            query = query.where(old, EVENTS.c.id < sa.func.coalesce(begin.scalar_subquery(), 0))
        with self._using() as engine, engine.begin() as connection:
            return int(connection.execute(query).rowcount)

    def wipe(self) -> None:
        """Takes what was erased off the file, and off the one that SQLite writes before it."""
        with self._using() as engine:
            self._wipe(engine)

    def wipe_remains(self) -> None:
        """Tries again to wipe what was erased, as far as another program that held the database kept it there."""
        with self._using() as engine:
            self._wipe_soon(engine)

    def changed_by_others(self) -> bool:
        """Whether another program has changed the database since this was last asked, or the file is another one."""
        with self._using() as engine:
            if self.path is None:
                return False
            with engine.connect() as connection:
                version = connection.exec_driver_sql("PRAGMA data_version").scalar()
        changed = self._version is not None and version != self._version
        self._version = version
        return changed

    def check(self, whole: bool) -> None:
        """Raises StorageError unless the database can be read and written; `whole` looks at every page of the file."""
        with self._using() as engine, engine.connect() as connection:
            connection.execute(sa.select(EVENTS).limit(1)).all()
            if self.path is None:
                return
            if whole and connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
                raise fault(self.name, sqlite3.DatabaseError("malformed"))
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            connection.exec_driver_sql("ROLLBACK")

    def close(self) -> None:
        """Closes the connection; the next use opens another."""
        engine, self._engine = self._engine, None
        file, self._file = self._file, None
        if engine is not None:
            with contextlib.suppress(SQLAlchemyError):
                engine.dispose()
        if file is not None:
            file.close()
            self._version = -1  # those of two connections cannot be compared: count it as changed

    @contextlib.contextmanager
    def _using(self) -> Iterator[Engine]:
        try:
            yield self._opened()
        except StorageError:
            raise
        except (SQLAlchemyError, OSError) as error:
            if not is_about_storage(error):
                raise
            told = fault(self.name, error)
            if not keeps_connection(told):
                self.close()
            raise told from None

    def _opened(self) -> Engine:
        if self._file is not None and not self._file.is_in_place():
            self.close()
        if self._file is None and self.path is not None:
            if not self._make and not self.path.exists():
                raise StorageError(f"There is no conversation database {self.name} yet.")
            self._file = DatabaseFile(self.path)
        if self._file is not None and not self._file.is_sound():
            # SQLite would not notice before it reads the head again, and what it wrote till then would be lost.
            raise fault(self.name, sqlite3.DatabaseError("file is not a database"))
        if self._engine is None:
            self._engine = self._connected()
        return self._engine

    def _connected(self) -> Engine:
        if self.path is None:
            engine = sa.create_engine(self._url, hide_parameters=True, pool_pre_ping=True)
        else:
            engine = sa.create_engine(
                self._url,
                hide_parameters=True,
                poolclass=StaticPool,  # SQLAlchemy would open and close the file with every access
                connect_args={"check_same_thread": False, "timeout": self._busy_seconds},
            )
            sa.event.listen(engine, "connect", _prepare)
        try:
            EVENTS.metadata.create_all(engine)
        except SQLAlchemyError:
            # One that can only be read may still be read; anything else comes up again with the first query.
            if not sa.inspect(engine).has_table(EVENTS.name):
                engine.dispose()
                raise
        if self.path is not None:
            keep_from_others(self.path.resolve())
        return engine

    def _wipe_soon(self, engine: Engine) -> None:
        """Wipes what is due, as far as a write can wait for it; raises nothing: the changes are made all the same."""
        with contextlib.suppress(SQLAlchemyError, OSError):
            if self._holds_remains and (self.path is None or self.path.stat().st_size <= WIPED_AT_ONCE_BYTES):
                self._wipe(engine)
            elif self._log_holds_remains:
                self._wipe_log(engine)

    def _wipe(self, engine: Engine) -> None:
        """Writes the file anew: SQLite overwrites what is deleted, but not the copies in the gaps of its pages.

        It leaves some there whenever it shares out rows among pages: of 1,800 erased conversations 27 left words.
        """
        if self.path is not None:
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM")
        self._holds_remains, self._log_holds_remains = False, True
        self._wipe_log(engine)

    def _wipe_log(self, engine: Engine) -> None:
        """Empties the file that SQLite writes before: whoever reads an older state keeps it there."""
        is_read = False
        if self.path is not None:
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                is_read = bool(connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar())
        self._log_holds_remains = is_read


def _prepare(connection: Any, _record: Any) -> None:
    """Sets up an SQLite connection.

    Commits do not wait for the disk: a power cut may lose the last turns, a crash of Medpath loses none. What is
    erased is overwritten. Bytes that are no text are read all the same, or one of them would hide its neighbors.
    """
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA secure_delete=ON")
