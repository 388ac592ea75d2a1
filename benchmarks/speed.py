"""How fast Medpath is, side by side with a fresh `rasa init` project in the same run.

    uv run --no-sync python benchmarks/speed.py [--turns 200] [--starts 3]

Each is started alone and weighed: seconds until ready, resident megabytes of all its processes after the turns. Then
both are asked over their REST channels, message by message in turn, each message in a conversation of its own: median
milliseconds of a whole turn. Medpath is asked a follow-up in each conversation too, for the cost of context. The
baseline has Rasa's default pipeline, policies and small data. Training is timed once each.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import requests

from medpath.project import Project, find_project
from medpath.serving.environment import QUIET
from medpath.serving.launcher import free_ports, running

QUESTIONS = (
    "how long is cardiology fellowship after IM",
    "do i need step 3 before residency",
    "when is match day",
    "how much do residents make",
    "can a DO match into dermatology",
    "what is a J-1 waiver",
    "how do I ask a doctor to be my mentor",
    "what does it cost to apply to 20 programs",
)
FOLLOW_UPS = (
    "and GI?",
    "what about for a TY year",
    "what time",
    "more for surgery?",
    "ok and peds?",
    "how long does it last",
    "n if they dont reply",
    "and 40?",
)
SMALL_TALK = ("hello", "I am sad", "goodbye", "are you a bot", "yes", "no", "I am great", "hi there")
WARMING_UP = 24
RASA = Path(sys.executable).parent / "rasa"


@dataclass
class Candidate:
    """What is measured: how it is started, what it is asked, and the seconds, milliseconds and megabytes found."""

    start: Callable[[], contextlib.AbstractContextManager[str]]
    texts: tuple[str, ...]
    ready: list[float] = field(default_factory=list)
    turns: list[float] = field(default_factory=list)
    memory: float = 0.0

    def ask(self, url: str, number: int) -> float:
        """The milliseconds of one turn."""
        return _turn(url, self.texts[number % len(self.texts)], number)

    def measure_alone(self, turns: int) -> None:
        """Notes how long a start takes, and what the processes weigh after some turns."""
        began = time.perf_counter()
        with self.start() as url:
            self.ready.append(time.perf_counter() - began)
            for number in range(turns):
                self.ask(url, number)
            processes = psutil.Process().children(recursive=True)
            self.memory = sum(process.memory_info().rss for process in processes) / 2**20


def measure_turns(one: Candidate, other: Candidate, turns: int) -> list[float]:
    """Asks both in turn, so that a machine that slows down in the meantime does so for both alike.

    Gives the milliseconds of the follow-ups that the first one is asked in between.
    """
    in_context = []
    with one.start() as url, other.start() as other_url:
        for number in range(turns + WARMING_UP):
            milliseconds = one.ask(url, number), other.ask(other_url, number)
            follow_up = _turn(url, FOLLOW_UPS[number % len(FOLLOW_UPS)], number)
            if number >= WARMING_UP:
                one.turns.append(milliseconds[0])
                other.turns.append(milliseconds[1])
                in_context.append(follow_up)
    return in_context


def _turn(url: str, text: str, conversation: int) -> float:
    began = time.perf_counter()
    answer = requests.post(url, json={"sender": f"bench-{conversation}", "message": text}, timeout=30)
    answer.raise_for_status()
    return (time.perf_counter() - began) * 1000


@contextlib.contextmanager
def medpath_started(project: Project) -> Iterator[str]:
    """Medpath with a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MEDPATH_DATABASE"] = str(Path(folder) / "conversations.db")
        with running(project, ports := free_ports()):
            yield ports.url + "/webhooks/rest/webhook"


@contextlib.contextmanager
def baseline_started(folder: Path) -> Iterator[str]:
    """A `rasa init` project served as its own documentation says."""
    port = free_ports().rasa
    command = [str(RASA), "run", "--port", str(port), "-i", "127.0.0.1"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}/webhooks/rest/webhook"
    try:
        _wait_for_reply(url, process)
        yield url
    finally:
        process.terminate()
        process.wait()


def _wait_for_reply(url: str, process: subprocess.Popen[bytes]) -> None:
    """Rasa listens before its agent can answer, so that only a reply says that it is ready."""
    while process.poll() is None:
        with contextlib.suppress(requests.RequestException, ValueError):
            if requests.post(url, json={"sender": "ready", "message": "hello"}, timeout=30).json():
                return
        time.sleep(0.05)
    raise RuntimeError("the baseline did not start")


def make_baseline(folder: Path) -> float:
    """Makes and trains a `rasa init` project; gives the seconds that the training took."""
    subprocess.run(
        [str(RASA), "init", "--no-prompt", "--init-dir", str(folder)],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    shutil.rmtree(folder / ".rasa", ignore_errors=True)
    began = time.perf_counter()
    subprocess.run([str(RASA), "train"], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def train_medpath(project: Project) -> float:
    """Trains a copy of the project from nothing but the encoders; gives the seconds."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for part in ("data", "medpath", "config.yml", "domain.yml"):
            (copy / part).symlink_to(project.root / part)
        (copy / "models").mkdir()
        for encoder in (project.encoder, project.door_encoder):
            (copy / "models" / encoder.name).symlink_to(encoder)
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "medpath.cli", "train"],
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "MEDPATH_HOME": name},
        )
        return time.perf_counter() - began


def main() -> None:
    """Measures both and prints the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=200)
    parser.add_argument("--starts", type=int, default=3)
    parser.add_argument("--no-training", action="store_true", help="do not time Medpath's training")
    given = parser.parse_args()
    os.environ.update(QUIET)
    project = find_project()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        baseline_training = make_baseline(folder)
        ours = Candidate(lambda: medpath_started(project), QUESTIONS)
        theirs = Candidate(lambda: baseline_started(folder), SMALL_TALK)
        for _ in range(given.starts):
            ours.measure_alone(given.turns)
            theirs.measure_alone(given.turns)
        in_context = measure_turns(ours, theirs, given.turns)
    print(f"{'':24}{'Medpath':>10}{'rasa init':>12}{'ratio':>8}")
    for label, own, other in (
        ("ready, s (median)", statistics.median(ours.ready), statistics.median(theirs.ready)),
        ("turn, ms (median)", statistics.median(ours.turns), statistics.median(theirs.turns)),
        ("resident, MB", ours.memory, theirs.memory),
    ):
        print(f"{label:24}{own:10.1f}{other:12.1f}{other / own:8.2f}")
    alone, follow_up = statistics.median(ours.turns), statistics.median(in_context)
    print(f"Medpath's turn with context, ms (median) {follow_up:.1f}, {follow_up / alone:.2f} times one without")
    if not given.no_training:
        print(f"{'training, s':24}{train_medpath(project):10.1f}{baseline_training:12.1f}")


if __name__ == "__main__":
    main()
