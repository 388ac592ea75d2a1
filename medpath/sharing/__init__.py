"""What several servers have in common: a PostgreSQL database with its schema, Redis, and the settings of both."""
