"""The turns of a long conversation, a page at a time: reading all of one takes a while, in which others wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from medpath.conversations.records import Row
from medpath.conversations.table import ASKED, EVENTS, SAID, event_in

T = TypeVar("T")


def turn_rows(connection: Connection, conversation: str, before: int | None, most: int) -> tuple[list[Row], int]:
    """What was asked and said in the last `most` of the first `before` turns (None: of all), and the number of turns
    before these.
    """
    mine = EVENTS.c.sender_id == conversation
    asked = sa.select(EVENTS.c.id).where(mine, EVENTS.c.type_name == ASKED).order_by(EVENTS.c.id)
    count = connection.execute(sa.select(sa.func.count()).select_from(asked.subquery())).scalar_one()
    first, end = _bounds(count, before, most)
    # Where these turns begin, and the one after them if there is one.
    starts = connection.execute(asked.offset(first).limit(end - first + 1)).scalars().all()
    if first == end:
        return [], first
    words = sa.select(EVENTS.c.id, sa.type_coerce(EVENTS.c.data, sa.String)).where(
        mine, EVENTS.c.type_name.in_((ASKED, SAID)), EVENTS.c.id >= starts[0]
    )
    if end < count:
        words = words.where(EVENTS.c.id < starts[-1])
    return [Row(number, event_in(data)) for number, data in connection.execute(words.order_by(EVENTS.c.id))], first


def turn_page(events: list[T], is_asked: Callable[[T], bool], before: int | None, most: int) -> tuple[list[T], int]:
    """The same of events that are at hand."""
    starts = [place for place, event in enumerate(events) if is_asked(event)]
    first, end = _bounds(len(starts), before, most)
    if first == end:
        return [], first
    return events[starts[first] : starts[end] if end < len(starts) else None], first


def _bounds(count: int, before: int | None, most: int) -> tuple[int, int]:
    end = count if before is None else min(before, count)
    return max(0, end - most), end
