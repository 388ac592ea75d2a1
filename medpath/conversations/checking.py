"""Looks at the conversation database before Medpath starts."""

from __future__ import annotations

from medpath.conversations.database import Database
from medpath.conversations.settings import read_settings
from medpath.conversations.shared_database import database_at
from medpath.errors import StorageError
from medpath.project import Project
from medpath.sharing.settings import is_shared

# Above this, looking at every page would keep the start waiting for seconds.
LARGEST_WHOLE = 200_000_000
BUSY_SECONDS = 2.0


def storage_fault(project: Project) -> str | None:
    """What is wrong with the database, in one sentence or two; None if conversations can be kept.

    Raises SetupError if endpoints.yml does not say where they are kept.
    """
    if not is_shared():
        project.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = database_at(read_settings(project).url, busy_seconds=BUSY_SECONDS)
    try:
        database.check(whole=_size(database) <= LARGEST_WHOLE)
    except StorageError as error:
        return str(error)
    finally:
        database.close()
    return None


def _size(database: Database) -> int:
    try:
        return database.path.stat().st_size if database.path else 0
    except OSError:
        return 0
