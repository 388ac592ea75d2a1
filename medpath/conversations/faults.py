"""Says in one sentence what is wrong with the conversation database; never what was to be written into it."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from medpath.errors import StorageError

# What SQLite says, and what that means to the person who runs Medpath.
SQLITE_FAULTS = {
    "database is locked": "is locked by another program",
    "database table is locked": "is locked by another program",
    "database or disk is full": "cannot be written because the disk is full",
    "attempt to write a readonly database": "cannot be written: whoever runs Medpath may only read it",
    "unable to open database file": "cannot be opened: see that its folder is there, is writable and has space left",
    "disk i/o error": "cannot be read or written: the disk reports an error or is full",
    "file is not a database": "is damaged (its head is not SQLite's)",
    "malformed": "is damaged (pages of it cannot be read)",
    "no such table": "holds something else than conversations",
    "no such column": "holds something else than conversations",
    "has no column named": "holds something else than conversations",
}
# The same for PostgreSQL; what it says in other cases may quote what was to be written.
POSTGRESQL_FAULTS = {
    "password authentication failed": "does not let Medpath in: see the user and the password in MEDPATH_DATABASE_URL",
    "no password supplied": "does not let Medpath in: see the user and the password in MEDPATH_DATABASE_URL",
    "no pg_hba.conf entry": "does not let Medpath in from this machine: see its pg_hba.conf",
    "does not exist": "is not there: make it, or see the name and the user in MEDPATH_DATABASE_URL",
    "could not translate host name": "cannot be reached: there is no host of this name",
    "connection refused": "cannot be reached at present",
    "timeout expired": "cannot be reached at present",
    "connection timed out": "cannot be reached at present",
    "no route to host": "cannot be reached at present",
    "starting up": "cannot be reached at present",
    "shutting down": "cannot be reached at present",
    "terminating connection": "cannot be reached at present",
    "server closed the connection": "cannot be reached at present",
    "connection already closed": "cannot be reached at present",
    "too many clients": "takes no more connections at present: see its max_connections",
    "remaining connection slots": "takes no more connections at present: see its max_connections",
    "no space left": "cannot be written because the disk is full",
    "read-only transaction": "cannot be written: it is a standby, or set to be read alone",
    "permission denied": "does not let its user make or change tables: see docs/scaling.md",
    "lock timeout": "is held by another program",
}
REMEDY = {
    "is damaged": "Stop Medpath, restore the file from a backup or move it away, and start again.",
    "holds something else": "Name another file.",
}
# As SQLAlchemy calls it when a connection is gone; and by PostgreSQL's codes: no such table, no right to it, a standby.
LOST = ("OperationalError", "InterfaceError")
REFUSALS = ("42P01", "42501", "25006")
# These pass by themselves, and the connection stays good.
PASSING = ("is locked", "because the disk is full")


class Locked(StorageError):
    """Another program holds the database; it is worth waiting a moment."""


def fault(database: str, error: Exception) -> StorageError:
    """The sentence for an error that came up while a database was used."""
    meaning = _meaning(error)
    remedy = next((text for start, text in REMEDY.items() if meaning.startswith(start)), "")
    kind = Locked if "is locked" in meaning else StorageError
    return kind(f"The conversation database {database} {meaning}. {remedy}".rstrip())


def keeps_connection(error: StorageError) -> bool:
    """Whether the connection on which this came up can be used again."""
    return any(words in str(error) for words in PASSING)


def is_about_storage(error: Exception) -> bool:
    """Whether the storage is at fault, and not the one thing that was to be written."""
    if isinstance(error, OSError):
        return True
    if isinstance(error, DBAPIError):
        return (
            isinstance(error.orig, (sqlite3.DatabaseError, OSError)) or type(error).__name__ in LOST or _refuses(error)
        )
    return isinstance(error, SQLAlchemyError)


def _refuses(error: DBAPIError) -> bool:
    """Whether PostgreSQL misses a table or does not let its user change one, or a standby refuses to write."""
    return getattr(error.orig, "pgcode", None) in REFUSALS


def _meaning(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"cannot be opened ({error.strerror or type(error).__name__})"
    original = getattr(error, "orig", error)
    said = str(original).lower()
    for words, meaning in (SQLITE_FAULTS if isinstance(original, sqlite3.Error) else POSTGRESQL_FAULTS).items():
        if words in said:
            return meaning
    # The text of another database's error may hold what was to be written.
    return f"cannot be used ({type(original).__name__})"
