"""Pages of turns, read from the database and cut from events at hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from past_turns import remember_turns
from sqlalchemy.engine import URL

from medpath.conversations.database import Database
from medpath.conversations.records import Row
from medpath.conversations.turn_pages import turn_page

PAGES = [
    (None, 2, [4, 5], 3),
    (3, 2, [2, 3], 1),
    (1, 2, [1], 0),
    (0, 2, [], 0),
    (None, 5, [1, 2, 3, 4, 5], 0),
    (None, 99, [1, 2, 3, 4, 5], 0),
    (99, 1, [5], 4),
]


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """Ann has asked five questions, Bob two."""
    path = tmp_path / "conversations.db"
    remember_turns(path, "ann", 3)
    remember_turns(path, "bob", 2)
    remember_turns(path, "ann", 5, first=4)
    return Database(URL.create("sqlite", database=str(path)))


def _texts(rows: list[Row]) -> list[str]:
    return [row.event["text"] for row in rows if row.event and row.event.get("text")]


def _said(numbers: list[int]) -> list[str]:
    return [text for number in numbers for text in (f"question {number}", f"answer {number}")]


@pytest.mark.parametrize(("before", "most", "numbers", "earlier"), PAGES)
def test_both_ways_give_the_same_page(
    database: Database, before: int | None, most: int, numbers: list[int], earlier: int
) -> None:
    """From the database and from all events, and nothing of another conversation."""
    rows, count = database.turns("ann", before, most)
    assert (_texts(rows), count) == (_said(numbers), earlier)
    whole = database.rows("ann", session_only=False)
    cut, count = turn_page(whole, lambda row: bool(row.event and row.event["event"] == "user"), before, most)
    assert (_texts(cut), count) == (_said(numbers), earlier)


def test_nobody_has_no_turns(database: Database) -> None:
    """A name that never asked anything gives an empty page."""
    assert database.turns("cleo", None, 2) == ([], 0)
