"""Slack's outbox from outside: takes out of it what is to be erased, also while a Medpath uses it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from medpath.channels.slack.outbox_file import DAY, erase, give_up, wipe
from medpath.errors import StorageError

BUSY_SECONDS = 10.0


def erase_from_outbox(path: Path, conversation: str) -> int:
    """Erases what waits in a conversation; gives the number of events. Raises StorageError."""
    return _change(path, lambda database: erase(database, conversation))


def purge_outbox(path: Path, age: timedelta | None) -> int:
    """Erases what waits for longer than an age or a day; gives the number of events. Raises StorageError."""
    before = time.time() - (DAY if age is None else min(DAY, age.total_seconds()))
    return _change(path, lambda database: give_up(database, before))


def _change(path: Path, work: Callable[[sqlite3.Connection], int]) -> int:
    if not path.exists():
        return 0
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as database:
            database.execute("PRAGMA secure_delete = ON")
            with database:
                gone = work(database)
            wipe(database)
    except sqlite3.Error as error:
        raise StorageError(f"The outbox of Slack, {path}, cannot be changed ({error}).") from error
    return gone
