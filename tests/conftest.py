"""One running Medpath for all tests that talk to it, and project folders to break."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from on_loopback import Conversation, Running, make_project, started

from medpath.project import Project
from medpath.serving.launcher import free_ports
from medpath.serving.without_tensorflow import bring_back


@pytest.fixture(scope="session")
def medpath_running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running Medpath on free ports, with logs and database in a temporary folder."""
    with started(make_project(tmp_path_factory.mktemp("medpath")), free_ports()) as at_work:
        yield at_work


@pytest.fixture(scope="session")
def medpath_url(medpath_running: Running) -> str:
    """Where the running Medpath answers."""
    return medpath_running.url


@pytest.fixture(scope="module")
def real_matplotlib() -> None:
    """Pictures are drawn by matplotlib itself, also where other tests have put Rasa's stand-ins in its place."""
    bring_back("matplotlib")


@pytest.fixture
def conversation(medpath_url: str) -> Conversation:
    """A fresh conversation with the running Medpath."""
    return Conversation(medpath_url)


@pytest.fixture
def broken_project(tmp_path: Path) -> Callable[..., Project]:
    """Makes a project without some of what is built, named as in the models folder."""
    return lambda *without: make_project(tmp_path, without)
