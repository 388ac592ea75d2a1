"""The launcher: two servers that start, listen on this machine alone, and say what is wrong when they cannot."""

from __future__ import annotations

import socket
import urllib.request
from collections.abc import Callable

import psutil
import pytest
from on_loopback import Conversation, Running, is_listening, servers_of

from medpath.errors import SetupError
from medpath.project import Project
from medpath.serving.launcher import ACTIONS_PORT, PORT, Ports, configured_ports, free_ports, running

Broken = Callable[..., Project]


def test_both_servers_answer_once_it_is_running(medpath_running: Running) -> None:
    """Whoever waits for the launcher can talk to both servers at once."""
    for service in medpath_running.services:
        assert service.answers(10)


def test_both_servers_listen_on_loopback_alone(medpath_running: Running) -> None:
    """Nobody else in the network reaches the servers."""
    servers = [psutil.Process(service.process.pid) for service in medpath_running.services]
    sockets = [found for server in servers for found in server.net_connections() if found.status == "LISTEN"]
    assert {found.laddr.port for found in sockets} == {medpath_running.ports.rasa, medpath_running.ports.actions}
    assert {found.laddr.ip for found in sockets} == {"127.0.0.1"}


def test_the_rasa_server_does_not_load_tensorflow(medpath_running: Running) -> None:
    """The 460 MB of TensorFlow stay out of the memory of the server."""
    server = psutil.Process(medpath_running.service("Rasa server").process.pid)
    assert not [found.path for found in server.memory_maps() if "tensorflow" in found.path]


@pytest.mark.parametrize("path", ["/conversations/somebody/tracker", "/model/parse", "/domain", "/status"])
def test_rasas_own_interface_is_off(medpath_running: Running, path: str) -> None:
    """Nobody reads other people's conversations or the model over HTTP."""
    with pytest.raises(urllib.request.HTTPError) as refused:
        urllib.request.urlopen(medpath_running.url + path)
    refused.value.close()
    assert refused.value.code == 404


def test_logs_and_conversations_stay_in_the_project(medpath_running: Running) -> None:
    """What a running Medpath writes lies where the project says; the database is made when something is said."""
    Conversation(medpath_running.url).ask("When is Match Day?")
    assert {path.name for path in medpath_running.project.state.iterdir()} >= {"rasa-server.log", "action-server.log"}
    assert medpath_running.database.exists()


def test_free_ports_are_two_that_nobody_uses() -> None:
    """Two programs that ask for ports at the same time do not get a port that somebody listens on."""
    ports = free_ports()
    assert ports.rasa != ports.actions
    assert not is_listening(ports.rasa)
    assert not is_listening(ports.actions)


@pytest.mark.parametrize("name", [PORT, ACTIONS_PORT])
@pytest.mark.parametrize("text", ["abc", "0", "65536", "-1", "5005.0", " "])
def test_a_bad_port_number_is_told_with_its_variable(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    """A port that is no port number is refused with the name of the variable that holds it."""
    monkeypatch.setenv(name, text)
    with pytest.raises(SetupError, match=rf"{name} is .*port number from 1 to 65535"):
        configured_ports()


def test_the_same_port_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both variables are named when they hold the same port."""
    monkeypatch.setenv(PORT, "6001")
    monkeypatch.setenv(ACTIONS_PORT, "6001")
    with pytest.raises(SetupError, match=rf"{PORT} and {ACTIONS_PORT} are both 6001"):
        configured_ports()


@pytest.mark.parametrize("name", [PORT, ACTIONS_PORT])
def test_a_port_in_use_is_told_with_its_variable(broken_project: Broken, name: str) -> None:
    """A taken port is named with the variable that changes it, and no server is started."""
    project = broken_project()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port, other = taken.getsockname()[1], free_ports().rasa
        ports = Ports(port, other) if name == PORT else Ports(other, port)
        with pytest.raises(SetupError, match=rf"Port {port} is in use.*{name}=NUMBER"), running(project, ports):
            pass
    assert not servers_of(project)


def test_a_missing_model_is_told_before_anything_starts(broken_project: Broken) -> None:
    """Without a trained model the launcher names the file and the command that makes it."""
    project = broken_project("medpath.tar.gz")
    with (
        pytest.raises(SetupError, match=r"no trained model at .*medpath\.tar\.gz.*make train"),
        running(project, free_ports()),
    ):
        pass
    assert not servers_of(project)
