"""Which project the commands work on."""

from __future__ import annotations

from pathlib import Path

import pytest

from medpath.project import find_project


def test_home_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """MEDPATH_HOME chooses the project, all of whose files lie beneath it."""
    monkeypatch.setenv("MEDPATH_HOME", str(tmp_path))
    project = find_project()
    assert tmp_path in project.knowledge.parents
    assert tmp_path in project.rasa_model.parents


@pytest.mark.parametrize("home", [None, ""])
def test_checkout_by_default(monkeypatch: pytest.MonkeyPatch, home: str | None) -> None:
    """Without MEDPATH_HOME, or with an empty one, the checkout that the package lies in is the project."""
    if home is None:
        monkeypatch.delenv("MEDPATH_HOME", raising=False)
    else:
        monkeypatch.setenv("MEDPATH_HOME", home)
    assert (find_project().root / "pyproject.toml").is_file()
    assert (find_project().knowledge / "sources.yml").is_file()
