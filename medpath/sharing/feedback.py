"""Judgements on answers in the shared database, each with a mark by which it goes with its conversation."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from medpath.answering.feedback import Feedback, as_line
from medpath.answering.feedback_log import MARK_LENGTH, mark_by
from medpath.sharing.engine import shared_transaction
from medpath.sharing.tables import FEEDBACK, FEEDBACK_KEY


def add(conversation: str, time: str, line: Callable[[str], str]) -> None:
    """Adds a judgement, as the line that is made with the mark of its conversation; raises StorageError."""
    with shared_transaction() as connection:
        mark = mark_by(conversation, _key(connection))
        connection.execute(sa.insert(FEEDBACK).values(time=time, conversation=mark, line=line(mark)))


def lines() -> list[str]:
    """All judgements in order; raises StorageError."""
    with shared_transaction() as connection:
        return list(connection.execute(sa.select(FEEDBACK.c.line).order_by(FEEDBACK.c.number)).scalars())


def take_in(judgements: Iterable[Feedback], old_key: str, conversations: Iterable[str]) -> int:
    """Adds what one machine has kept, with marks by the common key; gives the number of those that are new.

    `conversations` are the names that the old marks may stand for. Raises StorageError.
    """
    names = {mark_by(name, old_key): name for name in conversations}
    new = 0
    with shared_transaction() as connection:
        key, known = _key(connection), set(connection.execute(sa.select(FEEDBACK.c.line)).scalars())
        for one in judgements:
            name = names.get(one.conversation)
            mark = mark_by(name, key) if name else one.conversation[:MARK_LENGTH]
            line = as_line(replace(one, conversation=mark))
            if line not in known:
                connection.execute(sa.insert(FEEDBACK).values(time=one.time, conversation=mark, line=line))
                new += 1
    return new


def erase_of(conversation: str) -> int:
    """Erases the judgements of a conversation; gives their number. Raises StorageError."""
    with shared_transaction() as connection:
        mine = FEEDBACK.c.conversation == mark_by(conversation, _key(connection))
        return int(connection.execute(sa.delete(FEEDBACK).where(mine)).rowcount)


def erase_before(time: str) -> int:
    """Erases the judgements before a moment; gives their number. Raises StorageError."""
    with shared_transaction() as connection:
        return int(connection.execute(sa.delete(FEEDBACK).where(FEEDBACK.c.time < time)).rowcount)


def _key(connection: Connection) -> str:
    """The one key of all servers; the first to ask makes it."""
    made = insert(FEEDBACK_KEY).values(number=1, key=secrets.token_hex(32)).on_conflict_do_nothing()
    connection.execute(made)
    return str(connection.execute(sa.select(FEEDBACK_KEY.c.key)).scalar_one())
