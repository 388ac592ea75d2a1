"""The image's entry point and its health check, as a container would run them."""

from __future__ import annotations

import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from checked import DEPLOY

# Stands in for medpath and tells what it was given, and whether it has taken the shell's place.
TELLING = '#!/bin/sh\necho "$PPID $MEDPATH_WEB_SECRET|$SLACK_BOT_TOKEN|$PATH_OF_OTHERS|$*"\n'


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "medpath").write_text(TELLING)
    (folder / "medpath").chmod(0o755)
    return folder


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    folder = tmp_path / "secrets"
    folder.mkdir()
    return folder


def enter(programs: Path, secrets: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the entry point in an environment of its own."""
    return subprocess.run(
        [DEPLOY / "entrypoint.sh", *arguments],
        env={"PATH": f"{programs}:/usr/bin:/bin", "MEDPATH_SECRETS": str(secrets)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_secrets_become_variables_and_medpath_takes_over(programs: Path, secrets: Path) -> None:
    """What is mounted reaches Medpath, as it is but for the newline that editors put; other files do not."""
    (secrets / "MEDPATH_WEB_SECRET").write_text("a b$c'\n")
    (secrets / "SLACK_BOT_TOKEN").write_text("xoxb-1")
    (secrets / "PATH_OF_OTHERS").write_text("not ours")
    (secrets / "tls.key").write_text("not ours")
    done = enter(programs, secrets, "serve", "rasa", "--host", "0.0.0.0")
    parent, told = done.stdout.strip().split(" ", 1)
    assert told == "a b$c'|xoxb-1||serve rasa --host 0.0.0.0"
    assert int(parent) == os.getpid()


def test_without_secrets_medpath_is_run(programs: Path, tmp_path: Path) -> None:
    """Kubernetes gives variables and no files."""
    assert enter(programs, tmp_path / "none", "doctor").stdout.endswith("|||doctor\n")


def test_an_empty_secret_is_told_in_a_sentence(programs: Path, secrets: Path) -> None:
    """A secret that was not filled in ends the start, with the file's name."""
    (secrets / "MEDPATH_WEB_SECRET").touch()
    done = enter(programs, secrets, "serve", "rasa")
    assert done.returncode == 1
    assert done.stderr == (
        f"medpath: the secret {secrets}/MEDPATH_WEB_SECRET is empty. Write its value into it, or take it away.\n"
    )


class Answering(http.server.BaseHTTPRequestHandler):
    """Answers every look at its health with the status that its server holds."""

    def do_GET(self) -> None:
        self.send_response(self.server.status if self.path == "/health" else 404)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *given: object) -> None:
        pass


@pytest.fixture
def worker() -> Iterator[http.server.HTTPServer]:
    server = http.server.HTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("status", "code"), [(200, 0), (500, 1)])
def test_the_health_check_tells_a_sick_worker(worker: http.server.HTTPServer, status: int, code: int) -> None:
    """Docker goes by the exit code."""
    worker.status = status  # type: ignore[attr-defined]
    assert look(worker.server_port).returncode == code


def test_the_health_check_tells_a_dead_worker(worker: http.server.HTTPServer) -> None:
    """A worker that is gone is told in a line."""
    port = worker.server_port
    worker.server_close()
    done = look(port)
    assert done.returncode == 1
    assert done.stderr.startswith("The worker does not answer: ")
    assert len(done.stderr.splitlines()) == 1


def look(port: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-IS", DEPLOY / "health.py", str(port)]
    return subprocess.run(command, capture_output=True, text=True, check=False)
