"""`make audit` with stand-ins for uv and npm: what it asks, and what it makes of the answers."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from on_loopback import REPOSITORY

STAND_IN = """#!/bin/sh
if [ "$1" = --version ]; then echo "uv 99.0.0"; exit; fi
echo "{name} $*" >>"$CALLS"
case "$*" in
  *pip-audit*) exit ${{FOUND:-0}} ;;
  *audit*) exit ${{FOUND_IN_THE_WIDGET:-0}} ;;
esac
"""
PAGE = """Rasa has CVE-2024-49375 and GHSA-cpv4-ggrr-7j9v; another library CVE-2024-3772, PYSEC-2024-277.
CVE-2024-49375 is fixed."""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the scripts, a page that judges some advisories, and the stand-ins."""
    for folder in ("scripts", "docs", "bin", "web"):
        (tmp_path / folder).mkdir()
    for name in ("audit.sh", "bootstrap.sh"):
        shutil.copy(REPOSITORY / "scripts" / name, tmp_path / "scripts" / name)
    shutil.copy(REPOSITORY / ".python-version", tmp_path)
    (tmp_path / "docs" / "security.md").write_text(PAGE, encoding="utf-8")
    for name in ("uv", "npm"):
        program = tmp_path / "bin" / name
        program.write_text(STAND_IN.format(name=name), encoding="utf-8")
        program.chmod(0o755)
    return tmp_path


def audit(checkout: Path, **environment: str) -> tuple[int, str]:
    """Runs it; gives the exit code and how uv and npm were called."""
    calls = checkout / "calls"
    own = {"PATH": f"{checkout / 'bin'}:{os.environ['PATH']}", "CALLS": str(calls), "HOME": str(checkout)}
    done = subprocess.run(
        ["bash", str(checkout / "scripts" / "audit.sh")], env={**own, **environment}, capture_output=True, check=False
    )
    return done.returncode, calls.read_text(encoding="utf-8")


def test_what_is_judged_is_left_out(checkout: Path) -> None:
    """Each id once, of whichever database; everything else that is locked is asked about, in the widget too.

    A library that nobody could be asked about is no clean one: that is what --strict is for.
    """
    code, calls = audit(checkout)
    assert code == 0
    assert "pip-audit" in calls
    assert "--strict" in calls
    assert "uv export --frozen" in calls
    for known in ("CVE-2024-49375", "GHSA-cpv4-ggrr-7j9v", "CVE-2024-3772", "PYSEC-2024-277"):
        assert calls.count(f"--ignore-vuln {known}") == 1
    assert "npm --prefix web audit" in calls


@pytest.mark.parametrize("found", ["FOUND", "FOUND_IN_THE_WIDGET"])
def test_what_is_not_judged_makes_it_fail(checkout: Path, found: str) -> None:
    """After everything was asked, so that one look shows all."""
    code, calls = audit(checkout, **{found: "1"})
    assert code == 1
    assert "npm --prefix web audit" in calls
