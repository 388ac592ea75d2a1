"""Slack's outbox where several servers answer: in the database that they share."""
