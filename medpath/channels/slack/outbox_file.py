"""The tables of Slack's outbox and what is done in them, each within one transaction."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from medpath.channels.slack.blocks import Post
from medpath.channels.slack.events import is_of
from medpath.channels.slack.pictures import Picture
from medpath.channels.slack.plan_files import PlanFile

logger = logging.getLogger(__name__)

DAY = 86_400.0
# Slack sends an event again for at most a day.
NAMES_KEPT_SECONDS = 3 * DAY
# Slack waits three seconds for an acknowledgement.
LOCKED_SECONDS = 1.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT UNIQUE NOT NULL,
    kind TEXT NOT NULL, team TEXT NOT NULL, body TEXT, at REAL NOT NULL, answered INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS waiting ON events (number) WHERE body IS NOT NULL;
CREATE TABLE IF NOT EXISTS letters (number INTEGER PRIMARY KEY AUTOINCREMENT, event INTEGER NOT NULL,
    content TEXT NOT NULL, mark TEXT NOT NULL, begun INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS letters_of ON letters (event);
"""


Content = Post | Picture | PlanFile


@dataclass(frozen=True)
class Letter:
    """One message to Slack: `mark` tells it from all others, `begun` is whether it may have been sent already."""

    number: int
    event: int
    content: Content
    mark: str
    begun: bool


@dataclass(frozen=True)
class Taken:
    """Something of Slack's that was accepted: `letters` are what is left of its answer, None if there is none yet."""

    number: int
    key: str
    kind: str
    team: str
    body: dict[str, Any]
    at: float
    letters: tuple[Letter, ...] | None = None


def opened(path: Path) -> sqlite3.Connection:
    """The outbox at a path, which is made if there is none; a damaged one is set aside."""
    try:
        return _connected(path)
    except sqlite3.OperationalError:  # locked, full, not to be read: it may pass
        raise
    except sqlite3.DatabaseError as error:
        aside = path.with_name(f"{path.name}.damaged-{int(time.time())}")
        logger.error("The outbox of Slack is damaged (%s). It is set aside as %s, and a new one begun.", error, aside)
        path.rename(aside)
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        return _connected(path)


def _connected(path: Path) -> sqlite3.Connection:
    """Every commit waits for the disk: a power cut loses nothing either. The file is its owner's only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)
    database = sqlite3.connect(path, timeout=LOCKED_SECONDS)
    try:
        for setting in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
            database.execute(f"PRAGMA {setting}")
        (health,) = database.execute("PRAGMA quick_check(1)").fetchone()
        if health != "ok":
            raise sqlite3.DatabaseError(health)
        database.executescript(_SCHEMA)
        with database:
            tidy(database)
    except sqlite3.Error:
        database.close()
        raise
    return database


def tidy(database: sqlite3.Connection) -> None:
    """Forgets the names of events that Slack does not send again."""
    before = time.time() - NAMES_KEPT_SECONDS
    database.execute("DELETE FROM events WHERE body IS NULL AND at < ?", (before,))


def left(database: sqlite3.Connection, number: int | None = None) -> list[Taken]:
    """What is not done yet, or one event of it; without a number what is too old is given up."""
    if number is None and (old := give_up(database, time.time() - DAY)):
        logger.error("%s events of Slack's are older than a day and are not answered any more.", old)
    rows = database.execute(
        "SELECT number, key, kind, team, body, at, answered FROM events "
        "WHERE body IS NOT NULL AND number = coalesce(?, number) ORDER BY number",
        (number,),
    ).fetchall()
    return list(_read(database, rows))


def _read(database: sqlite3.Connection, rows: Iterable[tuple[Any, ...]]) -> Iterator[Taken]:
    for number, key, kind, team, body, at, is_answered in rows:
        try:
            letters = _letters(database, number) if is_answered else None
            yield Taken(number, key, kind, team, json.loads(body), at, letters)
        except (ValueError, TypeError, KeyError):
            logger.error("Event %s in the outbox of Slack cannot be read and is given up.", number)
            _finish(database, number)


def give_up(database: sqlite3.Connection, before: float) -> int:
    """Forgets what was taken before a moment and is not done; gives the number of events."""
    old = [own for (own,) in database.execute("SELECT number FROM events WHERE body IS NOT NULL AND at < ?", (before,))]
    for number in old:
        _finish(database, number)
    return len(old)


def erase(database: sqlite3.Connection, conversation: str, before: int | None = None) -> int:
    """Forgets what is not done in a conversation, or of it what came before an event; gives the number of events."""
    rows = database.execute(
        "SELECT number, kind, team, body FROM events WHERE body IS NOT NULL AND number < coalesce(?, number + 1)",
        (before,),
    ).fetchall()
    mine = [number for number, kind, team, body in rows if is_kept_of(conversation, kind, team, body)]
    for number in mine:
        _finish(database, number)
    return len(mine)


def is_kept_of(conversation: str, kind: str, team: str, body: str) -> bool:
    """Whether something that is kept belongs to a conversation, as far as it can be read."""
    try:
        return is_of(conversation, kind, team, json.loads(body))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return False


def wipe(database: sqlite3.Connection) -> None:
    """Takes what is gone off the file, in whose gaps SQLite leaves copies, and off the one that it writes before it."""
    database.execute("VACUUM")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def has_waiting(database: sqlite3.Connection) -> bool:
    """Whether anything is not done yet."""
    return database.execute("SELECT 1 FROM events WHERE body IS NOT NULL LIMIT 1").fetchone() is not None


def _letters(database: sqlite3.Connection, event: int) -> tuple[Letter, ...]:
    rows = database.execute(
        "SELECT number, content, mark, begun FROM letters WHERE event = ? ORDER BY number", (event,)
    ).fetchall()
    return tuple(Letter(own, event, content_of(json.loads(text)), mark, bool(begun)) for own, text, mark, begun in rows)


def content_of(kept: dict[str, Any]) -> Content:
    """What is to be posted, from how it is kept; raises KeyError or TypeError for anything else."""
    if "form" in kept:
        return PlanFile(**kept)
    return Picture(**kept) if "url" in kept else Post(kept["text"], tuple(kept["blocks"]))


def claim(database: sqlite3.Connection, number: int, key: str) -> bool:
    """Whether an event may have a key; if it is taken, the event is a repetition and goes."""
    if database.execute("UPDATE OR IGNORE events SET key = ? WHERE number = ?", (key, number)).rowcount:
        return True
    database.execute("DELETE FROM events WHERE number = ?", (number,))
    return False


def answered(database: sqlite3.Connection, event: int, contents: Iterable[Content]) -> tuple[Letter, ...]:
    """Keeps the answer to an event; gives its letters, with none of which the event is done or was erased."""
    change = "UPDATE events SET answered = 1 WHERE number = ? AND body IS NOT NULL"
    if not database.execute(change, (event,)).rowcount:
        return ()
    for content in contents:
        row = (event, json.dumps(asdict(content)), uuid.uuid4().hex)
        database.execute("INSERT INTO letters (event, content, mark) VALUES (?, ?, ?)", row)
    letters = _letters(database, event)
    if not letters:
        _finish(database, event)
    return letters


def sent(database: sqlite3.Connection, letter: Letter) -> None:
    """Forgets a letter, and with the last one what was asked."""
    database.execute("DELETE FROM letters WHERE number = ?", (letter.number,))
    if not _letters(database, letter.event):
        _finish(database, letter.event)


def _finish(database: sqlite3.Connection, event: int) -> None:
    database.execute("DELETE FROM letters WHERE event = ?", (event,))
    database.execute("UPDATE events SET body = NULL WHERE number = ?", (event,))
