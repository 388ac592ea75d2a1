"""The connection to the shared database."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine

from medpath.sharing.schema import upgrade

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
    """A connected engine whose database has the newest schema; raises what SQLAlchemy raises."""
    engine = sa.create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=CONNECTING)
    try:
        upgrade(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine
