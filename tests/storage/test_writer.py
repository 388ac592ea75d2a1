"""Changes that wait to be written."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import URL
from test_database import said

from medpath.conversations import writer as writing
from medpath.conversations.database import Database
from medpath.conversations.records import KEPT, Added, Change, Fate, Written
from medpath.conversations.writer import Writer


def _writer(path: Path) -> Writer:
    return Writer(Database(URL.create("sqlite", database=str(path))))


async def _written(writer: Writer) -> None:
    while writer.fault is not None:
        await asyncio.sleep(0.05)


def test_a_write_that_fails_is_told_and_made_later(tmp_path: Path) -> None:
    """Whoever waits is told; those who come after do not even wait; in the end all is there, in order."""
    path = tmp_path / "conversations.db"

    async def main() -> list[str]:
        writer = _writer(path)
        assert await writer.put(said("ann", "one"))
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        assert not await writer.put(said("ann", "two"))
        assert writer.put(said("ann", "three")).done()
        rows, waiting = await writer.read("ann", lambda database: database.rows("ann", False))
        assert (len(rows), len(waiting)) == (1, 2)
        other.execute("ROLLBACK")
        other.close()
        await _written(writer)
        assert await writer.put(said("ann", "four"))
        rows, waiting = await writer.read("ann", lambda database: database.rows("ann", False))
        assert waiting == []
        await writer.close(5)
        return [row.event["text"] for row in rows if row.event]

    assert asyncio.run(main()) == ["one", "two", "three", "four"]


def test_memory_is_bounded(tmp_path: Path, monkeypatch: object) -> None:
    """What is more than memory may hold is refused at once."""
    path = tmp_path / "conversations.db"

    async def main() -> list[bool]:
        writer = _writer(path)
        results = [writer.put(said("ann", "x" * 1000)) for _ in range(5)]
        kept = [await one for one in results]
        await writer.close(5)
        return kept

    monkeypatch.setattr(writing, "MOST_CHARACTERS", 2500)  # type: ignore[attr-defined]
    assert asyncio.run(main()) == [True, True, False, False, False]


def test_a_change_that_no_database_takes_holds_nobody_up(tmp_path: Path) -> None:
    """It alone is refused."""
    path = tmp_path / "conversations.db"

    async def main() -> list[bool]:
        writer = _writer(path)
        results = [writer.put(said(name, "hello")) for name in ("ann", "half \ud800", "bob")]
        kept = [await one for one in results]
        await writer.close(5)
        return kept

    assert asyncio.run(main()) == [True, False, True]


def test_what_waits_is_written_at_the_end(tmp_path: Path) -> None:
    """A server that is stopped writes first."""
    path = tmp_path / "conversations.db"

    async def main() -> None:
        writer = _writer(path)
        for number in range(50):
            writer.put(said("ann", str(number)))
        await writer.close(5)

    asyncio.run(main())
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT count(*) FROM events").fetchone() == (50,)
    other.close()


class Contested(Database):
    """A database in which another server was ahead of whatever follows on an older state."""

    def __init__(self, path: Path) -> None:
        super().__init__(URL.create("sqlite", database=str(path)))
        self.slow = 0.0

    def write(self, changes: Sequence[Change]) -> list[Written]:
        time.sleep(self.slow)
        late = [isinstance(change, Added) and change.after is not None for change in changes]
        super().write([change for change, is_late in zip(changes, late, strict=True) if not is_late])
        return [Written(Fate.OVERTAKEN) if is_late else KEPT for is_late in late]


def test_a_turn_that_was_overtaken_is_not_written_while_somebody_waits(tmp_path: Path) -> None:
    """Whoever asked has it run again; what else was to be written is."""

    async def main() -> list[int]:
        writer = Writer(Contested(tmp_path / "conversations.db"))
        late, other = writer.queue(replace(said("ann", "one"), after=3)), writer.queue(said("bob", "two"))
        assert (await late.kept, await other.kept) == (False, True)
        assert late.outcome
        assert late.outcome.fate is Fate.OVERTAKEN
        kept = [await writer.run(lambda name=name: len(writer.database.rows(name, False))) for name in ("ann", "bob")]
        await writer.close(5)
        return kept

    assert asyncio.run(main()) == [0, 1]


def test_a_turn_that_nobody_waits_for_is_written_whatever_was_ahead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person has his answer; it is added to what the conversation has become."""
    monkeypatch.setattr(writing, "HUNG_SECONDS", 0.1)
    monkeypatch.setattr(writing, "PATIENCE_SECONDS", 0.05)

    async def main() -> list[str]:
        database = Contested(tmp_path / "conversations.db")
        writer = Writer(database)
        database.slow = 0.5
        turn = writer.queue(replace(said("ann", "one"), after=3))
        next_turn = writer.queue(replace(said("ann", "two"), after=3))
        assert not await turn.kept
        database.slow = 0.0
        await _written(writer)
        await writer.close(5)
        assert not await next_turn.kept
        return [row.event["text"] for row in database.rows("ann", False) if row.event]

    assert asyncio.run(main()) == ["one", "two"]
