"""A part that is killed or hangs while people ask: it comes back by itself, and every question is answered once."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psutil
import pytest
from crowd import Visited, visit
from on_loopback import Conversation, Launched, launched, make_project, servers_of

from medpath.project import Project
from medpath.serving.launcher import Ports, free_ports

QUESTION = "How many years is an internal medicine residency?"
SEND_AGAIN = "send your question again"


@dataclass(frozen=True)
class Watched:
    """`medpath run` with its watch, in a process of its own."""

    run: Launched
    project: Project
    ports: Ports

    def part(self, name: str) -> psutil.Process:
        (found,) = [server for server in servers_of(self.project) if f"medpath.serving.{name}" in server.cmdline()]
        return found

    def crowd(self, number: int, name: str, after: float) -> Visited:
        """Lets a crowd in and kills a part meanwhile."""

        async def kill() -> None:
            await asyncio.sleep(after)
            self.part(name).kill()

        return asyncio.run(visit(self.ports.url, number, disturb=kill))


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    project, ports = make_project(tmp_path_factory.mktemp("watched")), free_ports()
    with launched(project, ports) as run:
        run.lines_until("ready")
        yield Watched(run, project, ports)


def test_a_killed_action_server_costs_nobody_an_answer(watched: Watched) -> None:
    """Everybody gets the answer, if late, or is asked to send again and gets it then; nothing is kept twice."""
    visited = watched.crowd(40, "action_server", after=0.5)
    _answered_once(visited)
    assert watched.run.lines_until("answers again")[0].startswith("The action server was killed (signal 9).")


def test_a_killed_rasa_server_is_back_and_nothing_is_lost(watched: Watched) -> None:
    """Questions that were cut off are sent again by their senders, and are asked once."""
    visited = watched.crowd(40, "rasa_server", after=0.5)
    _answered_once(visited)
    assert visited.cut_off
    assert watched.run.lines_until("answers again")[0].startswith("The Rasa server was killed (signal 9).")


@pytest.mark.slow
def test_an_action_server_that_hangs_is_replaced(watched: Watched) -> None:
    """Whoever asks while it hangs waits for the new one, or is asked to send again if that takes too long."""
    watched.part("action_server").send_signal(signal.SIGSTOP)
    _answered_once(asyncio.run(visit(watched.ports.url, 1)))
    assert "has not answered" in watched.run.lines_until("answers again")[0]


@pytest.mark.soak
@pytest.mark.parametrize("name", ["action_server", "rasa_server"])
def test_five_hundred_people_and_a_killed_part(watched: Watched, name: str) -> None:
    """As above, with as many people as ask at the same time in the worst case, and the part killed three times."""
    for after in (0.5, 3.0, 8.0):
        _answered_once(watched.crowd(500, name, after))
        watched.run.lines_until("answers again")


@pytest.mark.soak
def test_a_rasa_server_that_hangs_is_replaced(watched: Watched) -> None:
    """It is given more time than the action server, since everybody's requests may keep it busy."""
    watched.part("rasa_server").send_signal(signal.SIGSTOP)
    assert "has not answered" in watched.run.lines_until("answers again")[0]
    assert Conversation(watched.ports.url).ask(QUESTION).kind == "answer"


@pytest.mark.soak
def test_a_part_that_cannot_come_back_is_given_up(broken_project: Callable[..., Project]) -> None:
    """After some starts that failed the run ends with the reason, and takes the other server along."""
    project = broken_project()
    with launched(project, free_ports()) as run:
        run.lines_until("ready")
        index = project.index.rename(project.index.with_name("gone"))
        (actions,) = [server for server in servers_of(project) if "medpath.serving.action_server" in server.cmdline()]
        actions.kill()
        ended = run.end()
    assert not index.parent.joinpath("index").exists()
    assert ended.code == 1
    assert ended.out.count("It is started again") > 3
    assert ended.err.startswith("medpath: The action server failed 8 times in a row; the last time it stopped (exit 1)")
    assert "models/index" in ended.err
    assert "Traceback" not in ended.err
    assert not ended.left


def _answered_once(visited: Visited) -> None:
    assert not visited.faults, visited.faults[:3]
    assert all(SEND_AGAIN in text for text in visited.told_to_send_again)
