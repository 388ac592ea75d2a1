"""`medpath train`: when it trains."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable

import pytest
from on_loopback import REPOSITORY, environment

from medpath.project import Project
from medpath.serving.launcher import free_ports
from medpath.training import TRAINED_FROM


@pytest.mark.parametrize("missing", ["index", "medpath.tar.gz"])
def test_what_is_missing_is_built(broken_project: Callable[..., Project], missing: str) -> None:
    """Whoever is told to train because a part is missing gets it by training, though no data changed."""
    project = broken_project(missing)
    shutil.copy(REPOSITORY / "models" / TRAINED_FROM, project.models)
    with subprocess.Popen(
        [sys.executable, "-m", "medpath.cli", "train"],
        env=environment(project, free_ports()),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        process.kill()
    assert first.startswith("[1/3]")
