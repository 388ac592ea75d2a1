"""Rasa's custom actions: each takes the tracker apart, asks medpath.answering and sends what comes back."""
