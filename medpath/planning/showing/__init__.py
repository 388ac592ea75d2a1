"""A plan as text, as plain objects and as a calendar file."""
