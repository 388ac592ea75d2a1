"""Alembic's entry: migrates over the connection that medpath.sharing.schema hands over."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
