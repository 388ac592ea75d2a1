"""One of the servers that make up a running Medpath, as a process that can be started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from medpath.errors import SetupError
from medpath.serving.logs import last_words, open_log
from medpath.serving.probes import Probe

STOP_SECONDS = 10.0


@dataclass(frozen=True)
class Part:
    """What a server is: its name for people, module, port and probe, and after how many missed probes it hangs.

    `withheld` are the variables of the environment that it is not to see.
    """

    name: str
    module: str
    port: int
    probe: Probe
    misses: int
    withheld: frozenset[str] = frozenset()


class Service:
    """A server at work: its process, which may be another one after a while, and its log."""

    def __init__(self, part: Part, root: Path, state: Path, environment: Mapping[str, str]) -> None:
        self.part = part
        self.log = state / f"{part.name.lower().replace(' ', '-')}.log"
        self._root = root
        self._environment = dict(environment)
        # The thread that watches must not start again what is being stopped.
        self._lock = threading.Lock()
        self._stopped = False
        self.process = self._begin()

    @property
    def name(self) -> str:
        """As people read it."""
        return self.part.name

    def start_again(self) -> None:
        """Kills what is left of the process and starts another one, unless the service was stopped for good."""
        with self._lock:
            if not self._stopped:
                self._kill()
                self.process = self._begin()

    def stop(self) -> None:
        """Ends it for good: politely, and after some seconds by force."""
        with self._lock:
            self._stopped = True
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._kill()

    def answers(self, seconds: float) -> bool:
        """Whether it answers its probe within some seconds."""
        return self.part.probe.succeeds(seconds)

    def death(self) -> str | None:
        """How it ended, as the end of a sentence; None while it runs."""
        code = self.process.poll()
        if code is None:
            return None
        return f"stopped (exit {code})" if code >= 0 else f"was killed (signal {-code})"

    def failure(self, what: str) -> SetupError:
        """The error that tells a person what is wrong with it, with the end of its log."""
        return SetupError(f"The {self.name} {what}. Its log {self.log} ends:\n{last_words(self.log)}")

    def _begin(self) -> subprocess.Popen[bytes]:
        log = open_log(self.log, self.name)
        try:
            return subprocess.Popen(
                [sys.executable, "-m", self.part.module, str(self.part.port)],
                cwd=self._root,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        finally:
            os.close(log)

    def _kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
