"""The channel of Slack: events in, kept in an outbox until they are answered, and posts out."""
