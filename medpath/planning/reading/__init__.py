"""Reads people: what they type about themselves and their goal becomes a Person."""

from medpath.planning.reading.missing import missing
from medpath.planning.reading.reader import PersonReader, load_person_reader, person_reader, read_person

__all__ = ["PersonReader", "load_person_reader", "missing", "person_reader", "read_person"]
