"""Clients that connect and do not finish what they ask: they are let go, and others are answered all the while."""

from __future__ import annotations

import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path

import psutil
import pytest
from on_loopback import Running, make_project, started
from raw_requests import Raw, Way, descriptors, read_to_the_end, sources, wait_until

from medpath.errors import SetupError
from medpath.serving.http.connections import IN_ALL
from medpath.serving.http.protocol import BODY_SECONDS, HEAD_SECONDS
from medpath.serving.launcher import free_ports, running

pytestmark = pytest.mark.slow

# More than the descriptors that most systems give to a process.
MANY = 1100
USUAL_DESCRIPTORS = 1024
SLACK_SECONDS = 5.0


@pytest.fixture(scope="module")
def with_few_descriptors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A Medpath whose servers may have 1,024 descriptors each and no more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("medpath.serving.service.subprocess.Popen", _popen_with(USUAL_DESCRIPTORS))
        with started(make_project(tmp_path_factory.mktemp("few")), free_ports()) as medpath:
            assert (soft, hard) == resource.getrlimit(resource.RLIMIT_NOFILE)
            yield medpath


def _popen_with(descriptors: int) -> object:
    """Popen for a child with a limit of descriptors."""
    import functools
    import subprocess

    limits = descriptors, descriptors
    return functools.partial(
        subprocess.Popen, preexec_fn=functools.partial(resource.setrlimit, resource.RLIMIT_NOFILE, limits)
    )


@pytest.fixture(params=["rest", "action"])
def way(request: pytest.FixtureRequest, with_few_descriptors: Running) -> Way:
    return Way(request.param, with_few_descriptors)


@contextmanager
def half_open(way: Way, number: int, addresses: int = 1) -> Iterator[list[socket.socket]]:
    """Connections on which nothing or half a head was sent, from one address or from several in turn."""
    known = list(islice(sources(), addresses)) if addresses > 1 else ["127.0.0.1"]
    with ExitStack() as stack:
        yield [
            stack.enter_context(_begun(way, known[count % len(known)], BEGINNINGS[count % 2]))
            for count in range(number)
        ]


def _begun(way: Way, source: str, begun: bytes) -> socket.socket:
    connection = way.connect(source)
    if begun:
        connection.sendall(begun)
    return connection


BEGINNINGS = (b"", b"POST /webhook HTTP/1.1\r\nHost: 127")
MANY_ADDRESSES = pytest.param(1100, marks=pytest.mark.soak, id="many addresses")


@pytest.mark.parametrize("addresses", [pytest.param(1, id="one address"), MANY_ADDRESSES])
def test_more_half_open_connections_than_descriptors_keep_nobody_out(way: Way, addresses: int) -> None:
    """1,100 connections without a request: the next person is answered, and all of them are gone soon after."""
    server = "action server" if way.name == "action" else "Rasa server"
    before = descriptors(way.medpath, server)
    with half_open(way, MANY, addresses) as connections:
        way.ask()
        assert wait_until(lambda: not any(map(is_silent, connections)), HEAD_SECONDS + SLACK_SECONDS)
        way.ask()
    assert descriptors(way.medpath, server) <= before + 10


def is_silent(connection: socket.socket) -> bool:
    """Whether the other side still waits: it has neither answered nor ended the connection."""
    connection.setblocking(False)
    try:
        connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    except ConnectionError:
        return False
    return False


def test_a_head_that_drips_is_given_up(way: Way) -> None:
    """A byte now and then does not keep a connection: the time is for the whole head."""
    with way.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")

        def drip() -> bool:
            if is_silent(connection):
                connection.sendall(b"X-A: b\r\n")
            return not is_silent(connection)

        assert wait_until(drip, HEAD_SECONDS + SLACK_SECONDS)
        connection.setblocking(True)
        assert Raw(read_to_the_end(connection)).status == 408


def test_a_server_that_was_late_itself_reads_what_has_come(way: Way) -> None:
    """It stood still for longer than a head may take; the head had come in time."""
    server = psutil.Process(way.medpath.service("action server" if way.name == "action" else "Rasa server").process.pid)
    head = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    with way.connect() as connection:
        connection.sendall(head[:20])
        way.ask()  # by now the connection has been taken
        server.suspend()
        try:
            connection.sendall(head[20:])
            time.sleep(HEAD_SECONDS + 1)
        finally:
            server.resume()
        assert Raw(read_to_the_end(connection)).status == 200


def test_a_body_that_does_not_come_is_given_up(way: Way) -> None:
    """Whoever promises a body and does not send it is told so and let go; others are answered meanwhile."""
    with way.connect() as measured, way.connect() as chunked:
        measured.sendall(way.head("Content-Length: 1000", *way.credentials()) + b"3")
        chunked.sendall(way.head("Transfer-Encoding: chunked", *way.credentials()) + b"3")
        way.ask()
        for connection in (measured, chunked):
            connection.settimeout(BODY_SECONDS + SLACK_SECONDS)
            assert Raw(read_to_the_end(connection)).status == 408


def test_a_body_that_nobody_reads_gets_no_more_time(way: Way) -> None:
    """A byte now and then after the refusal does not keep a connection either."""
    with way.connect() as connection:
        connection.sendall(b"POST /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3000\r\n\r\n{")
        assert b" 404 " in connection.recv(1000)

        def drip() -> bool:
            try:
                connection.sendall(b"a")
            except ConnectionError:
                return True
            return not is_silent(connection)

        assert wait_until(drip, BODY_SECONDS + SLACK_SECONDS)


def test_connections_that_are_at_work_are_not_given_up_for_new_ones(way: Way) -> None:
    """While one address fills its share with half-open connections, a question under way is answered."""
    whole = way.head("Content-Length: 2", "Connection: close", *way.credentials())
    with way.connect() as asking:
        asking.sendall(whole + b"{")
        with half_open(way, MANY):
            asking.sendall(b"}")
            assert Raw(read_to_the_end(asking)).status == 400


def test_a_cap_that_is_none_is_told_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sets a cap wrongly reads which one and what it takes."""
    monkeypatch.setenv(IN_ALL, "9")
    with pytest.raises(SetupError, match=rf"{IN_ALL} is '9'.*10"), running(make_project(tmp_path), free_ports()):
        pass
