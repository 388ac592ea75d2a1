"""What several servers need in common: each message once, feedback, what is done once a day, and Slack's outbox.

A file of one machine (SQLite) needs none of it: there it is in memory, or in files beside the database.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds the tables, and to the messages that are there the ids that they came with."""
    if op.get_bind().dialect.name == "sqlite":
        return
    op.add_column("events", sa.Column("message_id", sa.String(255)))
    _note_ids()
    op.create_index("each_message_once", "events", ["sender_id", "message_id"], unique=True)
    # Finds the last event of a conversation, and conversations by the beginnings of their names.
    op.create_index(
        "events_in_order", "events", ["sender_id", "id"], postgresql_ops={"sender_id": "varchar_pattern_ops"}
    )
    op.create_table("chores", sa.Column("name", sa.Text, primary_key=True), sa.Column("at", sa.Float, nullable=False))
    _make_feedback()
    _make_slack()


def _make_feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("number", sa.BigInteger, primary_key=True),
        sa.Column("time", sa.String(32), nullable=False),
        sa.Column("conversation", sa.String(64), nullable=False, index=True),
        sa.Column("line", sa.Text, nullable=False),
    )
    op.create_table(
        "feedback_key", sa.Column("number", sa.Integer, primary_key=True), sa.Column("key", sa.Text, nullable=False)
    )


def _make_slack() -> None:
    op.create_table(
        "slack_events",
        sa.Column("number", sa.BigInteger, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("body", sa.Text),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("answered", sa.Boolean, nullable=False),
        sa.Column("conversation", sa.Text),
        sa.Column("thread", sa.Text, index=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("held_until", sa.Float, nullable=False),
    )
    op.create_index("slack_waiting", "slack_events", ["number"], postgresql_where=sa.text("body IS NOT NULL"))
    op.create_index("slack_keys", "slack_events", ["key"], postgresql_ops={"key": "text_pattern_ops"})
    op.create_table(
        "slack_letters",
        sa.Column("number", sa.BigInteger, primary_key=True),
        sa.Column(
            "event", sa.BigInteger, sa.ForeignKey("slack_events.number", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("place", sa.Text, nullable=False, index=True),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("mark", sa.Text, nullable=False),
        sa.Column("begun", sa.Boolean, nullable=False),
    )
    op.create_table(
        "slack_posts",
        sa.Column("thread", sa.Text, primary_key=True),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )


def _note_ids() -> None:
    """Takes the ids from the stored events; of two with the same one the first has it."""
    connection, known = op.get_bind(), set()
    asked = sa.text("SELECT id, sender_id, data FROM events WHERE type_name = 'user' ORDER BY id")
    for number, conversation, data in connection.execute(asked).all():
        message_id = _id_in(data)
        if message_id is not None and (conversation, message_id) not in known:
            known.add((conversation, message_id))
            connection.execute(
                sa.text("UPDATE events SET message_id = :message_id WHERE id = :number"),
                {"message_id": message_id, "number": number},
            )


def _id_in(data: str | None) -> str | None:
    try:
        found = json.loads(data or "").get("message_id")
    except (ValueError, AttributeError, RecursionError):
        return None
    return found if isinstance(found, str) and len(found) <= 255 else None


def downgrade() -> None:
    """Takes away what is shared alone; conversations stay."""
    if op.get_bind().dialect.name == "sqlite":
        return
    for table in ("slack_posts", "slack_letters", "slack_events", "feedback_key", "feedback", "chores"):
        op.drop_table(table)
    op.drop_index("events_in_order", "events")
    op.drop_index("each_message_once", "events")
    op.drop_column("events", "message_id")
