"""The programs that check the files of deploy/, and those files as the tests read them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from on_loopback import REPOSITORY

DEPLOY = REPOSITORY / "deploy"
PROGRAMS = REPOSITORY / ".tools" / "deploy" / "bin"


def found(program: str | Path, package: str) -> str:
    """Where a program is; without it a test is skipped, but fails in CI."""
    path = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if path is None:
        reason = f"{program} is missing: {package}"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return path


def check(program: str, *arguments: str | Path) -> str:
    """Runs one of the programs in .tools/deploy and gives what it prints; its findings fail the test."""
    path = found(PROGRAMS / program, "run scripts/bootstrap.sh checks")
    done = subprocess.run([path, *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def read_yaml(path: Path) -> dict[str, Any]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content
