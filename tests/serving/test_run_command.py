"""`medpath run` from the start to the end: what it prints, how it is stopped, and what it says when a part fails."""

from __future__ import annotations

import os
import shutil
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from on_loopback import REPOSITORY, Ended, Launched, is_listening, launched, make_project, medpath, servers_of

from medpath.project import Project, find_project
from medpath.serving.launcher import Ports, free_ports

Broken = Callable[..., Project]
GONE_SECONDS = 30


@dataclass(frozen=True)
class Stopped:
    """A `medpath run` that was stopped after it was ready, and what it had printed by then."""

    printed: list[str]
    ports: Ports
    ended: Ended


@pytest.fixture(scope="module", params=[signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def stopped(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Stopped:
    ports = free_ports()
    with launched(make_project(tmp_path_factory.mktemp("stopped")), ports) as run:
        printed = run.lines_until("ready")
        run.signal(request.param)
        return Stopped(printed, ports, run.end())


def test_one_line_says_that_it_is_ready_and_where(stopped: Stopped) -> None:
    """Between starting and stopping two lines are printed, the second with the address; no log, no warning."""
    assert len(stopped.printed) == 3
    assert stopped.printed[1].startswith("Slack is ")
    assert stopped.printed[0].startswith("Starting")
    assert f"ready: {stopped.ports.url}/ " in stopped.printed[2]
    assert stopped.ended.out.split() == ["Stopping", "Medpath", "…"]
    assert stopped.ended.err == ""


def test_both_servers_stop_with_it(stopped: Stopped) -> None:
    """After Ctrl-C or a request to end it ends well, and no process stays on the ports."""
    assert stopped.ended.code == 0
    assert not stopped.ended.left
    assert not is_listening(stopped.ports.rasa)
    assert not is_listening(stopped.ports.actions)


def test_giving_up_while_it_starts_leaves_nothing_behind(broken_project: Broken) -> None:
    """Ctrl-C before it is ready also stops what was already started, without a traceback."""
    project = broken_project()
    with launched(project, free_ports()) as run:
        run.lines_until("Starting")
        _wait_for_servers(run, 2)
        run.signal(signal.SIGINT)
        ended = run.end()
        _, alive = psutil.wait_procs(ended.left, timeout=GONE_SECONDS)
    assert ended.code == 130
    assert ended.err.strip() == ""
    assert not alive


def test_servers_end_when_their_launcher_is_killed(broken_project: Broken) -> None:
    """Even a launcher that cannot clean up leaves no server running."""
    project = broken_project()
    with launched(project, free_ports()) as run:
        run.lines_until("ready")
        servers = servers_of(project)
        run.process.kill()
        _, alive = psutil.wait_procs(servers, timeout=GONE_SECONDS)
    assert len(servers) == 2
    assert not alive


def test_a_damaged_model_is_told_without_a_traceback(broken_project: Broken) -> None:
    """A model archive that was cut off keeps Medpath from starting, and the message says to train anew."""
    project = broken_project("medpath.tar.gz")
    whole = (REPOSITORY / "models" / "medpath.tar.gz").read_bytes()
    project.rasa_model.write_bytes(whole[: len(whole) // 2])
    _refuses_to_start(project, "medpath.tar.gz", "train")


def test_a_missing_index_is_told_without_a_traceback(broken_project: Broken) -> None:
    """Without the search index the message names its folder and says to train."""
    _refuses_to_start(broken_project("index"), "models/index", "train")


def test_a_damaged_index_is_told_without_a_traceback(broken_project: Broken) -> None:
    """A file of the search index that was cut off is told like a missing one."""
    project = broken_project("index")
    shutil.copytree(REPOSITORY / "models" / "index", project.index)
    os.truncate(project.index / "questions.npy", 1000)
    _refuses_to_start(project, "models/index", "train")


def test_a_missing_encoder_is_told_without_a_traceback(broken_project: Broken) -> None:
    """Without the sentence encoder the message names its folder and says to set up."""
    _refuses_to_start(broken_project("encoder"), "models/encoder", "make setup")


def test_a_port_in_use_is_told_on_the_terminal(broken_project: Broken) -> None:
    """A person whose port is taken reads one line that says what to change."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = medpath(broken_project(), Ports(taken.getsockname()[1], free_ports().actions), "run")
    assert ended.code == 1
    assert "MEDPATH_PORT=NUMBER" in ended.err
    assert len(ended.err.splitlines()) == 1


def test_a_terminal_without_unicode_is_no_hindrance(broken_project: Broken) -> None:
    """Letters that a terminal cannot show are replaced; what matters is printed all the same."""
    ended = medpath(broken_project("medpath.tar.gz"), free_ports(), "run", PYTHONIOENCODING="ascii")
    assert ended.out.startswith("Starting Medpath")
    assert "make train" in ended.err
    assert "Traceback" not in ended.err


def test_a_relative_home_is_found_from_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MEDPATH_HOME may be relative, though the servers work in a folder of their own."""
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MEDPATH_HOME", "home")
    assert find_project().root == tmp_path / "home"


def _refuses_to_start(project: Project, *named: str) -> None:
    with launched(project, free_ports()) as run:
        printed = run.lines_until("ready")
        assert len(printed) == 1, "it says that it is ready"
        ended = run.end()
    assert ended.code == 1
    assert all(word in ended.err for word in named)
    assert "Traceback" not in ended.err
    assert 'File "' not in ended.err
    assert not ended.left


def _wait_for_servers(run: Launched, number: int) -> None:
    launcher = psutil.Process(run.process.pid)
    while run.process.poll() is None and len(launcher.children()) < number:
        pass
