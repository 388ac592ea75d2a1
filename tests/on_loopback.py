"""Medpath as people meet it: project folders, processes and conversations of the tests' own, all on loopback."""

from __future__ import annotations

import functools
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from medpath.channels.replies import Reply, read_reply
from medpath.project import Project
from medpath.serving.launcher import ACTIONS_PORT, PORT, Ports, Service, running

REPOSITORY = Path(__file__).resolve().parent.parent
BUILT = ("encoder", "door_encoder", "index", "medpath.tar.gz")
NOT_LINKED = frozenset({"models", "var"})
DATABASE = "MEDPATH_DATABASE"


@dataclass(frozen=True)
class Running:
    """A Medpath that the tests have started: its servers, their project and where it answers."""

    project: Project
    ports: Ports
    services: list[Service]

    @property
    def url(self) -> str:
        return self.ports.url

    @property
    def database(self) -> Path:
        return database_of(self.project)

    def service(self, name: str) -> Service:
        return next(service for service in self.services if service.name == name)


@dataclass(frozen=True)
class Conversation:
    """One person's conversation over REST, apart from all others."""

    url: str
    sender: str = field(default_factory=lambda: f"test-{uuid.uuid4().hex}")

    def say(self, text: Any) -> list[dict[str, Any]]:
        """Sends a message and gives the replies as JSON; every message gets at least one that says something."""
        status, messages = post(self.url, json.dumps({"sender": self.sender, "message": text}).encode())
        assert status == 200
        assert messages
        assert all(message["text"].strip() for message in messages)
        return messages

    def ask(self, text: Any) -> Reply:
        """Sends a message and gives the one reply to it."""
        (message,) = self.say(text)
        return read_reply(message)


@dataclass(frozen=True)
class Ended:
    """How a process ended, what it had printed, and the servers of its project that still run."""

    code: int
    out: str
    err: str
    left: list[psutil.Process]


def post(url: str, body: bytes) -> tuple[int, Any]:
    """Posts a body to the REST channel of the Medpath at a URL; gives the status and the JSON that comes back."""
    request = urllib.request.Request(f"{url}/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def make_project(folder: Path, without: Collection[str] = ()) -> Project:
    """A project whose files are links to those of the repository, apart from the built ones named in `without`."""
    for path in REPOSITORY.iterdir():
        if not path.name.startswith(".") and path.name not in NOT_LINKED:
            (folder / path.name).symlink_to(path)
    project = Project(folder)
    project.models.mkdir()
    for name in BUILT:
        if name not in without:
            (project.models / name).symlink_to(REPOSITORY / "models" / name)
    return project


def database_of(project: Project) -> Path:
    return project.root / "conversations-of-the-tests.db"


def environment(project: Project, ports: Ports) -> dict[str, str]:
    """The environment of a person who works on this project; nothing that the test run has set gets in."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONWARNINGS"}
    return {
        **kept,
        "MEDPATH_HOME": str(project.root),
        DATABASE: str(database_of(project)),
        PORT: str(ports.rasa),
        ACTIONS_PORT: str(ports.actions),
    }


@contextmanager
def started(project: Project, ports: Ports) -> Iterator[Running]:
    """A Medpath started by the launcher itself, with a database in the project's folder."""
    before = os.environ.get(DATABASE)
    os.environ[DATABASE] = str(database_of(project))
    try:
        with running(project, ports) as services:
            yield Running(project, ports, services)
    finally:
        os.environ.pop(DATABASE)
        if before is not None:
            os.environ[DATABASE] = before


class Launched:
    """`medpath run` in a process of its own, as a person starts it."""

    def __init__(self, project: Project, ports: Ports) -> None:
        self._project = project
        self.process = subprocess.Popen(
            [sys.executable, "-m", "medpath.cli", "run"],
            cwd=REPOSITORY,
            env=environment(project, ports),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # A test run in the background of a script ignores Ctrl-C, and would hand that on.
            preexec_fn=functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )

    def lines_until(self, word: str) -> list[str]:
        """What it prints up to a line with a word; all of it if there is no such line."""
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if word in line:
                break
        return lines

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to the foreground process group, as a terminal does for Ctrl-C."""
        os.killpg(self.process.pid, number)

    def end(self) -> Ended:
        """Waits for the end."""
        out, err = self.process.communicate()
        return Ended(self.process.returncode, out, err, servers_of(self._project))


@contextmanager
def launched(project: Project, ports: Ports) -> Iterator[Launched]:
    """`medpath run`; whatever a test does not end is ended here."""
    run = Launched(project, ports)
    try:
        yield run
    finally:
        if run.process.poll() is None:
            run.process.kill()
        run.process.communicate()
        for server in servers_of(project):
            server.kill()


def medpath(project: Project, ports: Ports, *arguments: str, stdin: str | bytes = "", **extra: str) -> Ended:
    """Runs a medpath command to its end; `extra` adds to the environment."""
    done = subprocess.run(
        [sys.executable, "-m", "medpath.cli", *arguments],
        cwd=REPOSITORY,
        env={**environment(project, ports), **extra},
        input=stdin if isinstance(stdin, bytes) else stdin.encode(),
        capture_output=True,
        check=False,
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode(), servers_of(project))


def servers_of(project: Project) -> list[psutil.Process]:
    """The servers that run for a project."""
    return [process for process in psutil.process_iter() if _serves(process, project)]


def _serves(process: psutil.Process, project: Project) -> bool:
    try:
        serves = any(word.startswith("medpath.serving.") for word in process.cmdline())
        return serves and process.environ().get("MEDPATH_HOME") == str(project.root)
    except psutil.Error:
        return False


def is_listening(port: int) -> bool:
    """Whether something answers on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
