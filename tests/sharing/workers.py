"""Servers that `medpath serve` starts, as whoever runs several of them does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from on_loopback import REPOSITORY, make_project
from shared_services import Postgres, RedisServer, free_port

SECRET = "0123456789abcdef" * 4
START_SECONDS = 240.0
NOTHING: Mapping[str, str] = {}


class Worker:
    """One server in the foreground of a process of its own, on loopback."""

    def __init__(self, server: str, home: Path, environment: Mapping[str, str], *options: str) -> None:
        self.port = free_port()
        self.log = home / f"{server}-{self.port}.log"
        self._command = [sys.executable, "-m", "medpath.cli", "serve", server, "--port", str(self.port), *options]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MEDPATH_", "SLACK_"))}
        self._environment = {**kept, "MEDPATH_HOME": str(home), **environment}
        self.process = self._begin()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait(self) -> None:
        """Returns when it works."""
        ends = time.monotonic() + START_SECONDS
        while not self._is_healthy():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < ends, self.log.read_text()
            time.sleep(0.2)

    def start_again(self) -> None:
        self.process = self._begin()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Ends it in order; gives its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def remove(self) -> None:
        if self.process.poll() is None:
            self.kill()

    def _begin(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self._command, cwd=REPOSITORY, env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def _is_healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=5) as response:
                return bool(response.status == 200)
        except (OSError, urllib.error.URLError):
            return False


@dataclass(frozen=True)
class Deployment:
    """Two Rasa servers and two action servers on one PostgreSQL and one Redis."""

    postgres: Postgres
    redis: RedisServer
    actions: list[Worker]
    rasa: list[Worker]

    @property
    def urls(self) -> list[str]:
        return [worker.url for worker in self.rasa]


@contextmanager
def deployed(
    folder: Path, postgres: Postgres, redis: RedisServer, name: str, of_first: Mapping[str, str] = NOTHING, **more: Any
) -> Iterator[Deployment]:
    """All of them at work; none may write into the folder of the project but the log of the test.

    `of_first` is added to the environment of the first of each kind, `more` to that of all.
    """
    home = make_project(folder).root
    postgres.run(f"CREATE DATABASE {name}")
    shared = {
        "MEDPATH_DATABASE_URL": postgres.url(name),
        "MEDPATH_REDIS_URL": redis.url,
        "MEDPATH_WEB_SECRET": SECRET,
        "MEDPATH_ACTIONS_SECRET": SECRET,
        **more,
    }
    with ExitStack() as ending:
        actions, rasa = [], []
        for own in ({**shared, **of_first}, shared):
            actions.append(Worker("actions", home, own))
            ending.callback(actions[-1].remove)
            rasa.append(Worker("rasa", home, own, "--actions", actions[-1].url))
            ending.callback(rasa[-1].remove)
        for worker in (*actions, *rasa):
            worker.wait()
        yield Deployment(postgres, redis, actions, rasa)
