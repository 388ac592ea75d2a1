"""Decides what answers a question, in rooms; `service.py` puts them together. Pure: it knows no Rasa and no channel."""
