"""Starts the Rasa server and the action server together, waits until they answer, and stops them together."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import tarfile
import time
import urllib.request
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from medpath.conversations.settings import DATABASE, default_database
from medpath.errors import SetupError
from medpath.project import Project
from medpath.serving.environment import LAUNCHER, QUIET
from medpath.serving.private_files import for_owner, keep_private

PORT, ACTIONS_PORT = "MEDPATH_PORT", "MEDPATH_ACTIONS_PORT"
DEFAULT_PORTS = {PORT: 5005, ACTIONS_PORT: 5055}
START_SECONDS = 120.0
STOP_SECONDS = 10.0


@dataclass(frozen=True)
class Ports:
    """The ports of the two servers."""

    rasa: int
    actions: int

    @property
    def url(self) -> str:
        """Where the channels answer."""
        return f"http://127.0.0.1:{self.rasa}"


def configured_ports() -> Ports:
    """The ports that the environment names; raises SetupError for anything but two different port numbers."""
    ports = Ports(_port(PORT), _port(ACTIONS_PORT))
    if ports.rasa == ports.actions:
        raise SetupError(f"{PORT} and {ACTIONS_PORT} are both {ports.rasa}. Give them different numbers.")
    return ports


def free_ports() -> Ports:
    """Two ports that nobody uses now."""
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return Ports(first.getsockname()[1], second.getsockname()[1])


def _port(name: str) -> int:
    text = os.environ.get(name) or str(DEFAULT_PORTS[name])
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise SetupError(f"{name} is {text!r}. It must be a port number from 1 to 65535.")
    return int(text)


@dataclass
class Service:
    """One of the servers: its name, process and log."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    ready_url: str
    ready: bool = field(default=False)

    def check(self) -> None:
        """Notes whether the service answers; raises SetupError with the end of its log if it died."""
        code = self.process.poll()
        if code is not None:
            raise SetupError(f"The {self.name} stopped (exit {code}). Its log {self.log} ends:\n{_tail(self.log)}")
        self.ready = self.ready or _answers(self.ready_url)


@contextmanager
def running(project: Project, ports: Ports, without: Collection[str] = ()) -> Iterator[list[Service]]:
    """Both servers, ready to be talked to; they are stopped at the end, whatever happens.

    They get the environment but for the variables in `without`.
    Raises SetupError if the model is missing, a port is taken, or a server does not start.
    """
    if not project.rasa_model.exists():
        raise SetupError(f"There is no trained model at {project.rasa_model}. Run `make train`.")
    _check_archive(project.rasa_model)
    for name, port in ((PORT, ports.rasa), (ACTIONS_PORT, ports.actions)):
        if not _is_free(port):
            raise SetupError(f"Port {port} is in use. Stop what uses it, or choose another with {name}=NUMBER.")
    services: list[Service] = []
    try:
        services.append(_start(project, "action server", ports, ports.actions, "/health", without))
        services.append(_start(project, "Rasa server", ports, ports.rasa, "/webhooks/rest/", without))
        _wait_until_ready(services)
        yield services
    finally:
        _stop(services)


def watch(services: list[Service]) -> None:
    """Returns only by KeyboardInterrupt or by SetupError when a server dies."""
    while True:
        for service in services:
            service.check()
        time.sleep(0.5)


def _start(project: Project, name: str, ports: Ports, port: int, path: str, without: Collection[str]) -> Service:
    module = "medpath.serving." + name.lower().replace(" ", "_")
    keep_private(project.state)
    log = project.state / f"{name.lower().replace(' ', '-')}.log"
    environment = {
        DATABASE: default_database(project),
        **{variable: value for variable, value in os.environ.items() if variable not in without},
        **QUIET,
        "MEDPATH_HOME": str(project.root),
        ACTIONS_PORT: str(ports.actions),
        LAUNCHER: str(os.getpid()),
    }
    with open(log, "wb", opener=for_owner) as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module, str(port)],
            cwd=project.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Service(name, process, log, f"http://127.0.0.1:{port}{path}")


def _wait_until_ready(services: list[Service]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not all(service.ready for service in services):
        for service in services:
            service.check()
        if time.monotonic() > deadline:
            late = next(service for service in services if not service.ready)
            raise SetupError(f"The {late.name} did not answer within {START_SECONDS:.0f} s. See {late.log}.")
        time.sleep(0.05)


def _stop(services: list[Service]) -> None:
    # One after the other: the Rasa server finishes what was asked in Slack, for which it needs the action server.
    for service in reversed(services):
        if service.process.poll() is None:
            os.killpg(service.process.pid, signal.SIGTERM)
        try:
            service.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(service.process.pid, signal.SIGKILL)
            service.process.wait()


def _check_archive(model: Path) -> None:
    """Rasa would start without a model that it cannot read, and answer nothing."""
    try:
        with tarfile.open(model) as archive:
            archive.getmembers()
    except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
        raise SetupError(f"The model {model} is damaged ({error}). Run `medpath train --force`.") from error


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as response:  # noqa: S310 (an address on this machine)
            return bool(response.status == 200)
    except (OSError, http.client.HTTPException):
        return False


def _tail(log: Path, lines: int = 12) -> str:
    text = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return "\n".join(text[-lines:]) or "(empty)"
