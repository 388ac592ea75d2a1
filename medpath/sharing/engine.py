"""The connection to the shared database."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from medpath.conversations.faults import fault, is_about_storage
from medpath.errors import SetupError
from medpath.sharing.schema import upgrade
from medpath.sharing.settings import DATABASE_URL, database_url

# A host that is gone is noticed in seconds, and what another server holds is not waited for without end. A server that
# is stopped in the middle of a change gives up what it holds.
CONNECTING = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 5000,
    "application_name": "medpath",
    "options": "-c lock_timeout=10s -c idle_in_transaction_session_timeout=20s",
}


def shared_engine(url: URL) -> Engine:
    """A connected engine whose database has the newest schema; raises StorageError, and what SQLAlchemy raises."""
    engine = sa.create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=CONNECTING)
    try:
        upgrade(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def shared_transaction() -> Iterator[Connection]:
    """A transaction in the database that the environment names; raises StorageError where that is at fault."""
    url = database_url()
    if url is None:
        raise SetupError(f"{DATABASE_URL} is not set.")
    try:
        with _engine(url).begin() as connection:
            yield connection
    except (SQLAlchemyError, OSError) as error:
        if not is_about_storage(error):
            raise
        raise fault(url.render_as_string(hide_password=True), error) from None


@functools.lru_cache(maxsize=1)
def _engine(url: URL) -> Engine:
    return shared_engine(url)
