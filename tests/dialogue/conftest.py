"""What the tests of the policies share: Rasa without TensorFlow, and the project's domain."""

from __future__ import annotations

import warnings

import pytest

from medpath.project import find_project
from medpath.serving.environment import be_quiet
from medpath.serving.without_tensorflow import forgo_tensorflow

# be_quiet and Sanic set warning filters; the tests keep their own. spaCy comes first, before Sanic lets it warn.
with warnings.catch_warnings():
    be_quiet()
    forgo_tensorflow()
    import spacy  # noqa: F401
    from rasa.shared.core.domain import Domain


@pytest.fixture(scope="session")
def domain() -> Domain:
    """The domain of the dialogue."""
    with warnings.catch_warnings():
        # Rasa tells everybody who loads a domain that slots are no longer filled by themselves.
        warnings.simplefilter("ignore", UserWarning)
        return Domain.load(str(find_project().root / "domain.yml"))
