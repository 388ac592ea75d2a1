"""What the action tests share."""

from __future__ import annotations

import warnings

import pytest

# Sanic, which the SDK imports, lets every library warn of its deprecations again, among them spaCy.
with warnings.catch_warnings():
    import spacy  # noqa: F401
    from rasa_sdk import Action  # noqa: F401

from medpath.answering.service import KNOWLEDGE
from medpath.knowledge.compiled import load_compiled
from medpath.knowledge.records import Knowledge
from medpath.project import find_project


@pytest.fixture(scope="session")
def compiled() -> Knowledge:
    """The knowledge that the actions answer from."""
    return load_compiled(find_project().index / KNOWLEDGE)
