"""Brings a database to the newest schema, from nothing or from an earlier one; several servers at once do it once."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from medpath.errors import StorageError

HEAD = "0002"
VERSIONS = sa.Table("alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32), primary_key=True))
# Any number that nothing else in the database locks.
LOCK = 0x6D65647061746820
MIGRATIONS = "medpath.sharing:migrations"


def version_of(connection: Connection) -> str | None:
    """The schema that a database has; None for one that was never migrated."""
    if not sa.inspect(connection).has_table(VERSIONS.name):
        return None
    return connection.execute(sa.select(VERSIONS)).scalar()


def upgrade(engine: Engine) -> str | None:
    """Migrates a database where it has an older schema; gives the one that it had.

    Raises StorageError for one that a newer Medpath has made, and what SQLAlchemy raises where it cannot be changed.
    """
    with engine.begin() as connection:
        if version_of(connection) == HEAD:
            return HEAD
        if engine.dialect.name == "postgresql":
            # Whoever comes second finds the work done.
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        before = version_of(connection)
        if before != HEAD:
            _migrate(connection, before)
        return before


def _migrate(connection: Connection, before: str | None) -> None:
    # Loading it takes half a second, which nearly no start needs.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", MIGRATIONS)
    config.attributes["connection"] = connection
    try:
        if before is not None:
            ScriptDirectory.from_config(config).get_revision(before)
        command.upgrade(config, HEAD)
    except CommandError as error:
        raise StorageError(
            f"The conversation database has the schema {before}, which this Medpath does not know: a newer one has "
            "been at work. Start that one, or restore a backup from before it."
        ) from error
