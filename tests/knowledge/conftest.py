"""A small knowledge folder for each test, and the project's own, loaded once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from small_knowledge import SmallKnowledge, write_small_knowledge

from medpath.knowledge.checking import load_knowledge
from medpath.knowledge.records import Knowledge
from medpath.project import find_project


@pytest.fixture
def small(tmp_path: Path) -> SmallKnowledge:
    """A sound small knowledge folder to put faults into."""
    return write_small_knowledge(tmp_path)


@pytest.fixture(scope="session")
def own_knowledge() -> Knowledge:
    """The project's own knowledge file as it stands today."""
    return load_knowledge(find_project().knowledge, date.today())
