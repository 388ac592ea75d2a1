"""A start with a conversation database that cannot be used."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest
import requests
from on_loopback import Conversation, database_of, launched

from medpath.conversations.checking import storage_fault
from medpath.project import Project
from medpath.serving.launcher import free_ports

pytestmark = pytest.mark.slow


def test_a_damaged_database_is_told_and_people_are_answered(broken_project: Callable[..., Project]) -> None:
    """One sentence that names the file, no traceback, and no conversation without a warning."""
    project, ports = broken_project(), free_ports()
    database = database_of(project)
    database.write_bytes(b"no database" * 100)
    with launched(project, ports) as run:
        run.lines_until("ready")
        reply = Conversation(ports.url).ask("How many years is an internal medicine residency?")
        health = requests.get(f"{ports.url}/health", timeout=60).json()
        run.signal(signal.SIGINT)
        ended = run.end()
    assert reply.kind == "answer"
    assert any("cannot be kept at present" in warning for warning in reply.warnings)
    assert health == {"status": "ok", "conversations": "not kept"}
    (told,) = ended.err.strip().splitlines()
    assert str(database) in told
    assert "is damaged" in told
    assert database.read_bytes() == b"no database" * 100


def test_a_first_start_finds_no_fault(broken_project: Callable[..., Project]) -> None:
    """Neither folder nor file is there yet."""
    project = broken_project()
    (project.root / "endpoints.yml").unlink()
    (project.root / "endpoints.yml").write_text(f"tracker_store: {{db: '{project.state / 'a.db'}'}}", encoding="utf-8")
    assert storage_fault(project) is None
