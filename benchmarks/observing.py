"""What metrics, request ids, JSON logs and traces cost a turn.

    uv run --no-sync python -m benchmarks.observing [--against CHECKOUT] [--turns 400]

Two or three Medpaths run side by side and are asked in turn: another trained checkout, such as the one before a change,
if it is named; this one as it comes; and this one with JSON logs and traces that go to a collector. Prints the medians
of whole turns in milliseconds and their ratios to the first.
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
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import requests

from benchmarks.speed import QUESTIONS, WARMING_UP
from medpath.observing.logs import FORMAT, JSON
from medpath.observing.tracing import ENDPOINT
from medpath.project import Project, find_project
from medpath.serving.environment import QUIET
from medpath.serving.launcher import free_ports, running


@contextlib.contextmanager
def started(project: Project, folder: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """A Medpath of a checkout with files of its own; gives its REST address."""
    folder.mkdir()
    own = {**environment, "MEDPATH_DATABASE": str(folder / "conversations.db")}
    os.environ.update(own)
    try:
        with running(Project(project.root, folder), ports := free_ports()):
            for name in own:
                os.environ.pop(name)
            yield ports.url + "/webhooks/rest/webhook"
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
        urls = {
            name: stack.enter_context(started(project, folder / name, environment))
            for name, (project, environment) in asked.items()
        }
        took: dict[str, list[float]] = {name: [] for name in urls}
        for number in range(given.turns + WARMING_UP):
            for name, url in urls.items():
                milliseconds = turn(url, number)
                if number >= WARMING_UP:
                    took[name].append(milliseconds)
    first = statistics.median(next(iter(took.values())))
    for name, each in took.items():
        median = statistics.median(each)
        print(f"{name:24}{median:8.2f} ms{median / first:8.3f}")


if __name__ == "__main__":
    main()
