"""The clock of the machine is set while Medpath runs: nothing is taken for dead, old or out of order."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from on_loopback import REPOSITORY, launched, make_project, servers_of
from web_visitor import arrive

from medpath.serving.launcher import free_ports

pytestmark = pytest.mark.slow

QUESTION = "How many years is an internal medicine residency?"


def test_a_clock_that_is_set_back_by_minutes_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages keep their order and their ids, and a server that is killed then comes back as ever."""
    clock = tmp_path / "clock"
    clock.write_text("0")
    monkeypatch.setenv("CLOCK", str(clock))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path(__file__).parent / "clock"), str(REPOSITORY)]))
    (tmp_path / "project").mkdir()
    project, ports = make_project(tmp_path / "project"), free_ports()
    with launched(project, ports) as run:
        run.lines_until("ready")
        visitor = arrive(ports.url)
        first = visitor.say(QUESTION, "first")
        clock.write_text("-600")
        assert visitor.say(QUESTION, "first") == first
        assert visitor.ask("where is that from")["facts"] == first[0]["facts"][:1]
        for name in ("action_server", "rasa_server"):
            (server,) = [one for one in servers_of(project) if f"medpath.serving.{name}" in one.cmdline()]
            server.kill()
            assert "was killed" in run.lines_until("answers again")[0]
        assert visitor.say(QUESTION, "first") == first
        assert visitor.ask("tell me more")["kind"] == "answer"
        assert visitor.questions() == [QUESTION, "where is that from", "tell me more"]
