"""What the tests of the language model share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from medpath.answering.conversation.adviser import Adviser
from medpath.answering.service import adviser
from medpath.language_model.service import language_model


@pytest.fixture(scope="session")
def ours() -> Adviser:
    """The adviser over the trained project."""
    return adviser()


@pytest.fixture
def fresh_model() -> Iterator[None]:
    """The process' language model is made anew, by the environment of the test, and forgotten afterwards."""
    language_model.cache_clear()
    yield
    language_model.cache_clear()
