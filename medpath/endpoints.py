"""Reads endpoints.yml, in which an operator says where Medpath finds its parts."""

from __future__ import annotations

from typing import Any

import yaml

from medpath.errors import SetupError
from medpath.project import Project

FILE = "endpoints.yml"


def read_part(project: Project, name: str) -> dict[str, Any]:
    """A part of endpoints.yml, empty where it has none; raises SetupError if the file or the part cannot be read."""
    file = project.root / FILE
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise SetupError(f"{file} cannot be read ({type(error).__name__}).") from error
    part = content.get(name) if isinstance(content, dict) else None
    if not isinstance(part or {}, dict):
        raise SetupError(f"{file}: {name} must hold settings, each as NAME: VALUE.")
    return part or {}
