"""The watch over the servers: what dies or hangs is started again, and what does so again and again is given up."""

from __future__ import annotations

import os
import queue
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from medpath.errors import SetupError
from medpath.serving import supervision
from medpath.serving.launcher import free_ports
from medpath.serving.probes import Probe
from medpath.serving.service import Part, Service
from medpath.serving.supervision import wait_until_ready, watch

Start = Callable[[str], Service]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts a server that follows a plan, and stops it in the end; the watch is in a hurry."""
    monkeypatch.setattr(supervision, "PROBE_EVERY", 0.1)
    monkeypatch.setattr(supervision, "PROBE_SECONDS", 0.5)
    monkeypatch.setattr(supervision, "PAUSES", (0.0, 0.0, 0.0))
    services = []

    def started(plan: str) -> Service:
        port = free_ports().rasa
        part = Part("fickle server", "fickle_server", port, Probe(f"http://127.0.0.1:{port}/"), misses=2)
        environment = {**os.environ, "PLAN": plan, "STARTS": str(tmp_path / "starts")}
        environment["PYTHONPATH"] = str(Path(__file__).parent)
        services.append(Service(part, tmp_path, tmp_path, environment))
        return services[-1]

    yield started
    for service in services:
        service.stop()


class Watched:
    """A watch in a thread of its own: what it tells, line by line, and how it ends."""

    def __init__(self, service: Service) -> None:
        wait_until_ready([service])
        self.ended: queue.Queue[SetupError] = queue.Queue()
        self._told: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._watch, args=(service,), daemon=True).start()

    def next_line(self) -> str:
        return self._told.get(timeout=60)

    def _watch(self, service: Service) -> None:
        try:
            watch([service], self._told.put)
        except SetupError as error:
            self.ended.put(error)


def test_a_dead_server_is_started_again(start: Start) -> None:
    """A kill is told, and so is the return of the server."""
    service = start("well")
    watched = Watched(service)
    service.process.kill()
    assert watched.next_line() == "The fickle server was killed (signal 9). It is started again."
    assert watched.next_line() == "The fickle server answers again."
    assert service.answers(10)


def test_a_server_that_hangs_is_started_again(start: Start) -> None:
    """A process that lives and answers no probe is killed and started again."""
    service = start("well")
    watched = Watched(service)
    hanging = service.process
    hanging.send_signal(signal.SIGSTOP)
    assert "has not answered 2 probes in a row" in watched.next_line()
    assert watched.next_line() == "The fickle server answers again."
    assert hanging.returncode == -signal.SIGKILL


def test_a_start_that_fails_is_tried_again(start: Start) -> None:
    """A server that needs more than one start to come back gets them."""
    service = start("well dead dead well")
    watched = Watched(service)
    service.process.kill()
    lines = [watched.next_line() for _ in range(4)]
    assert ["(exit 7)" in line for line in lines] == [False, True, True, False]
    assert lines[-1] == "The fickle server answers again."


def test_what_fails_again_and_again_is_given_up(start: Start) -> None:
    """The error says how often it failed, how, and what its log holds of the last start."""
    service = start("well dead")
    watched = Watched(service)
    service.process.kill()
    error = watched.ended.get(timeout=60)
    assert "The fickle server failed 4 times in a row; the last time it stopped (exit 7)." in str(error)
    assert str(error).endswith("ends:\nstart 4: dead")
    assert str(service.log) in str(error)


def test_what_was_stopped_is_not_started_again(start: Start, tmp_path: Path) -> None:
    """A watch that notices the end of a server that is being stopped starts nothing behind it."""
    service = start("well")
    wait_until_ready([service])
    service.stop()
    service.start_again()
    assert service.process.returncode == -signal.SIGTERM
    assert (tmp_path / "starts").read_text() == "x"


def test_a_stop_amid_the_start_of_the_watch_ends_it(start: Start) -> None:
    """Whoever stops at the very moment of the start finds no server started again behind him."""
    service = start("well")
    wait_until_ready([service])
    before = set(threading.enumerate())

    def stopped_amid() -> Iterator[Service]:
        yield service
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        watch(stopped_amid(), lambda line: None)
    for guard in set(threading.enumerate()) - before:
        guard.join(timeout=60)
        assert not guard.is_alive()


def test_a_server_that_dies_at_the_first_start_is_told(start: Start) -> None:
    """Nobody waits for a server that cannot start at all."""
    with pytest.raises(SetupError, match=r"The fickle server stopped \(exit 7\)\. Its log .* ends:\nstart 1: dead"):
        wait_until_ready([start("dead")])
