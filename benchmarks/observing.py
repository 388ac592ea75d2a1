"""What metrics, request ids, JSON logs and traces cost a turn.

    uv run --no-sync python -m benchmarks.observing [--against CHECKOUT] [--turns 400]

Two or three Medpaths run side by side and are asked in turn: another trained checkout, such as the one before a change,
if it is named; this one as it comes; and this one with JSON logs and traces that go to a collector. Prints the medians
of whole turns and the processor time of both servers a turn, in milliseconds, with their ratios to the first.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import requests

from benchmarks.speed import QUESTIONS, WARMING_UP
from medpath.observing.logs import FORMAT, JSON
from medpath.observing.tracing import ENDPOINT
from medpath.project import Project, find_project
from medpath.serving.environment import QUIET
from medpath.serving.launcher import free_ports, running


@dataclass
class Asked:
    """A Medpath that is measured: its REST address, its servers, and the milliseconds of its turns."""

    url: str
    servers: list[psutil.Process]
    took: list[float] = field(default_factory=list)
    before: float = 0.0

    def processor_seconds(self) -> float:
        """What both servers have used since they began."""
        return sum(times.user + times.system for times in (server.cpu_times() for server in self.servers))


@contextlib.contextmanager
def started(project: Project, folder: Path, environment: Mapping[str, str]) -> Iterator[Asked]:
    """A Medpath of a checkout with files of its own."""
    folder.mkdir()
    own = {**environment, "MEDPATH_DATABASE": str(folder / "conversations.db")}
    os.environ.update(own)
    try:
        with running(Project(project.root, folder), ports := free_ports()) as services:
            for name in own:
                os.environ.pop(name)
            servers = [psutil.Process(service.process.pid) for service in services]
            yield Asked(ports.url + "/webhooks/rest/webhook", servers)
    finally:
        for name in own:
            os.environ.pop(name, None)


@contextlib.contextmanager
def collecting() -> Iterator[str]:
    """A collector that forgets what it gets; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *given: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def turn(url: str, number: int) -> float:
    """The milliseconds of one turn in a conversation of its own."""
    message = {"sender": f"bench-{number}", "message": QUESTIONS[number % len(QUESTIONS)]}
    began = time.perf_counter()
    requests.post(url, json=message, timeout=30).raise_for_status()
    return (time.perf_counter() - began) * 1000


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--turns", type=int, default=400)
    given = parser.parse_args()
    os.environ.update(QUIET)
    own = find_project()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        everything = {FORMAT: JSON, ENDPOINT: stack.enter_context(collecting())}
        asked = {"before": (Project(given.against.resolve()), {})} if given.against else {}
        asked |= {"as it comes": (own, {}), "JSON logs and traces": (own, everything)}
        found = {
            name: stack.enter_context(started(project, folder / name, environment))
            for name, (project, environment) in asked.items()
        }
        for number in range(WARMING_UP):
            for one in found.values():
                turn(one.url, number)
        for one in found.values():
            one.before = one.processor_seconds()
        for number in range(WARMING_UP, WARMING_UP + given.turns):
            for one in found.values():
                one.took.append(turn(one.url, number))
        used = {name: (one.processor_seconds() - one.before) / given.turns * 1000 for name, one in found.items()}
    medians = {name: statistics.median(one.took) for name, one in found.items()}
    first = next(iter(found))
    for name in found:
        print(
            f"{name:24}turn {medians[name]:7.2f} ms {medians[name] / medians[first]:.3f}"
            f"   processor {used[name]:7.2f} ms {used[name] / used[first]:.3f}"
        )


if __name__ == "__main__":
    main()
