"""Starts the Rasa server and the action server together, waits until they answer, and stops them together."""

from __future__ import annotations

import os
import socket
import tarfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from medpath.errors import SetupError
from medpath.language_model.settings import KEY
from medpath.project import HOME, STATE, Project
from medpath.serving.environment import LAUNCHER, QUIET
from medpath.serving.private_files import keep_private
from medpath.serving.probes import probe_of_actions, probe_of_rasa
from medpath.serving.service import Part, Service
from medpath.serving.shared_secret import headers, secret_for_children
from medpath.serving.supervision import wait_until_ready

PORT, ACTIONS_PORT = "MEDPATH_PORT", "MEDPATH_ACTIONS_PORT"
DEFAULT_PORTS = {PORT: 5005, ACTIONS_PORT: 5055}


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


@contextmanager
def running(project: Project, ports: Ports, without: Collection[str] = ()) -> Iterator[list[Service]]:
    """Both servers, ready to be talked to; they are stopped at the end, whatever happens.

    They get the environment but for the variables in `without`. `supervision.watch` keeps them at work.
    Raises SetupError if the model is missing, a port is taken, or a server does not start.
    """
    check_model(project)
    for name, port in ((PORT, ports.rasa), (ACTIONS_PORT, ports.actions)):
        if not _is_free(port):
            raise SetupError(f"Port {port} is in use. Stop what uses it, or choose another with {name}=NUMBER.")
    keep_private(project.state)
    environment = child_environment(project, ports, without)
    services: list[Service] = []
    try:
        for part in parts(ports):
            own = {name: value for name, value in environment.items() if name not in part.withheld}
            services.append(Service(part, project.root, project.state, own))
        wait_until_ready(services)
        yield services
    finally:
        # One after the other: the Rasa server finishes what was asked in Slack, for which it needs the action server.
        for service in reversed(services):
            service.stop()


def parts(ports: Ports) -> list[Part]:
    """The servers in the order in which they start.

    All visitors reach the Rasa server, so that it may be slow for a while without hanging.
    """
    actions = probe_of_actions(ports.actions, headers(secret_for_children()))
    return [
        Part("action server", "medpath.serving.action_server", ports.actions, actions, misses=3),
        Part("Rasa server", "medpath.serving.rasa_server", ports.rasa, probe_of_rasa(ports.rasa), 6, frozenset({KEY})),
    ]


def child_environment(project: Project, ports: Ports, without: Collection[str] = ()) -> dict[str, str]:
    """The environment of both servers, the same at every start: ours but for the variables in `without`."""
    inherited = {variable: value for variable, value in os.environ.items() if variable not in without}
    return {
        **inherited,
        **QUIET,
        **secret_for_children(),
        HOME: str(project.root),
        STATE: str(project.state),
        ACTIONS_PORT: str(ports.actions),
        LAUNCHER: str(os.getpid()),
    }


def check_model(project: Project) -> None:
    """Raises SetupError without a sound model: Rasa would start without one that it cannot read, and answer nothing."""
    model = project.rasa_model
    if not model.exists():
        raise SetupError(f"There is no trained model at {model}. Run `make train`.")
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
