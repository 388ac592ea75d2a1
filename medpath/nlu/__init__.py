"""Rasa's graph components, thin around medpath.language, and the importer of training data."""
