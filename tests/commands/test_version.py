"""medpath --version."""

from __future__ import annotations

import re

import pytest
from on_loopback import REPOSITORY

from medpath import cli


def test_the_version_is_the_projects(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever reports a fault can tell which Medpath he has, without a command, a model or an environment."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    declared = re.search(r'^version = "(.+)"$', (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"), re.M)
    assert declared
    assert (ended.value.code, capsys.readouterr().out) == (0, f"Medpath {declared[1]}\n")
