"""What one of all servers does now and then: whoever comes first when it is due."""

from __future__ import annotations

import time

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from medpath.errors import StorageError
from medpath.sharing.engine import shared_transaction
from medpath.sharing.tables import CHORES, NOW

MOST_WRONG_SECONDS = 3600.0


def take_chore(name: str, every: float) -> bool:
    """Whether this process is to do something that was not begun by any for so many seconds; raises StorageError."""
    taken = insert(CHORES).values(name=name, at=NOW)
    taken = taken.on_conflict_do_update(
        index_elements=[CHORES.c.name], set_={"at": NOW}, where=CHORES.c.at <= NOW - every
    )
    with shared_transaction() as connection:
        return bool(connection.execute(taken.returning(CHORES.c.name)).first())


def give_back_chore(name: str) -> None:
    """Leaves something to be done by the next who asks, because it failed here; raises StorageError."""
    with shared_transaction() as connection:
        connection.execute(sa.delete(CHORES).where(CHORES.c.name == name))


def check_clock() -> None:
    """Raises StorageError if the clock here is far from the database's: what is erased by its age would be another."""
    with shared_transaction() as connection:
        ahead = time.time() - float(connection.scalar(sa.select(NOW)))
    if abs(ahead) > MOST_WRONG_SECONDS:
        wrong = f"{abs(ahead) / 3600:.1f} hours {'ahead of' if ahead > 0 else 'behind'}"
        raise StorageError(
            f"The clock of this machine is {wrong} that of the database, so that nothing is erased by its age. "
            "Set it right, then try again."
        )
