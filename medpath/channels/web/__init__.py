"""The channel of the widget: sessions, limits, what was said before, and refusals that a page can read."""
