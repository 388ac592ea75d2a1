"""The tables of the shared database, as the newest migration leaves them."""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()

# Seconds since 1970 by the clock of the database, the only one that all servers have in common: their own may jump.
NOW = sa.cast(sa.func.extract("epoch", sa.func.clock_timestamp()), sa.Float)

EVENTS = sa.Table(
    "events",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("sender_id", sa.String(255), nullable=False, index=True),
    sa.Column("type_name", sa.String(255), nullable=False),
    sa.Column("timestamp", sa.Float),
    sa.Column("intent_name", sa.String(255)),
    sa.Column("action_name", sa.String(255)),
    sa.Column("data", sa.Text),
    # Rasa's table but for this: what a person's message was sent with.
    sa.Column("message_id", sa.String(255)),
    sa.Index("each_message_once", "sender_id", "message_id", unique=True),
    sa.Index("events_in_order", "sender_id", "id", postgresql_ops={"sender_id": "varchar_pattern_ops"}),
)

# What one of all servers does now and then, and when it was done last.
CHORES = sa.Table(
    "chores", METADATA, sa.Column("name", sa.Text, primary_key=True), sa.Column("at", sa.Float, nullable=False)
)

FEEDBACK = sa.Table(
    "feedback",
    METADATA,
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column("time", sa.String(32), nullable=False),
    sa.Column("conversation", sa.String(64), nullable=False, index=True),
    sa.Column("line", sa.Text, nullable=False),
)
FEEDBACK_KEY = sa.Table(
    "feedback_key",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("key", sa.Text, nullable=False),
)

# `owner` is the server that answers, until `held_until` unless it says that it still does.
SLACK_EVENTS = sa.Table(
    "slack_events",
    METADATA,
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
    sa.Index("slack_waiting", "number", postgresql_where=sa.text("body IS NOT NULL")),
    sa.Index("slack_keys", "key", postgresql_ops={"key": "text_pattern_ops"}),
)
SLACK_LETTERS = sa.Table(
    "slack_letters",
    METADATA,
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column(
        "event", sa.BigInteger, sa.ForeignKey("slack_events.number", ondelete="CASCADE"), nullable=False, index=True
    ),
    sa.Column("place", sa.Text, nullable=False, index=True),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("mark", sa.Text, nullable=False),
    sa.Column("begun", sa.Boolean, nullable=False),
)
SLACK_POSTS = sa.Table(
    "slack_posts",
    METADATA,
    sa.Column("thread", sa.Text, primary_key=True),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)
