"""What one of all servers does now and then: whoever comes first when it is due."""

from __future__ import annotations

import time

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from medpath.sharing.engine import shared_transaction
from medpath.sharing.tables import CHORES


def take_chore(name: str, every: float) -> bool:
    """Whether this process is to do something that was not begun by any for so many seconds; raises StorageError."""
    now = time.time()
    taken = insert(CHORES).values(name=name, at=now)
    taken = taken.on_conflict_do_update(
        index_elements=[CHORES.c.name], set_={"at": now}, where=CHORES.c.at <= now - every
    )
    with shared_transaction() as connection:
        return bool(connection.execute(taken.returning(CHORES.c.name)).first())


def give_back_chore(name: str) -> None:
    """Leaves something to be done by the next who asks, because it failed here; raises StorageError."""
    with shared_transaction() as connection:
        connection.execute(sa.delete(CHORES).where(CHORES.c.name == name))
