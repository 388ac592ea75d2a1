"""A plan as text, as plain objects, as a picture and as a calendar file."""
