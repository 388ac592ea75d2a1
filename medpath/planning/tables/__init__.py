"""The planning tables: their records, read from data/planning and checked."""
