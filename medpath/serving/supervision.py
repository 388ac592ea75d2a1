"""Keeps the servers at work: one that died or hangs is started again, until it fails again and again."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence

from medpath.serving.logs import cut_log
from medpath.serving.service import Service

# Seconds on an idle machine; minutes on one that is loaded, where killing a slow start would only add to the load.
START_SECONDS = 300.0
PROBE_EVERY = 3.0
PROBE_SECONDS = 4.0
LOOK_SECONDS = 0.2
# Before the first start after a failure, the second, and so on: the first comes at once, for whoever waits.
PAUSES = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0)
# A server that has answered for so long has left its earlier failures behind.
STEADY_SECONDS = 15.0

Tell = Callable[[str], None]


def watch(services: Iterable[Service], tell: Tell) -> None:
    """Keeps services at work that are ready, and tells each failure in a line.

    Returns only by KeyboardInterrupt, or by SetupError when a service has failed more often than there are pauses.
    """
    given_up: queue.SimpleQueue[BaseException] = queue.SimpleQueue()
    over = threading.Event()
    try:
        for service in services:
            threading.Thread(target=Guard(service, tell, over).work, args=(given_up.put,), daemon=True).start()
        raise given_up.get()
    finally:
        over.set()  # the services are about to be stopped


class _Over(Exception):
    """The services are being stopped, and nobody has to watch them any more."""


class Guard:
    """Watches over one service until that is over."""

    def __init__(self, service: Service, tell: Tell, over: threading.Event) -> None:
        self._service = service
        self._tell = tell
        self._over = over
        self._failures = 0

    def work(self, give_up: Callable[[BaseException], None]) -> None:
        """Keeps the service at work until it fails too often, and tells that."""
        try:
            while True:
                self._start_again(self._next_fault())
                self._wait_for_answer()
        except _Over:
            return
        except BaseException as error:  # a watch that ended in silence would be worse than none
            give_up(error)

    def _next_fault(self) -> str:
        """Waits until the service, which is ready, is dead or silent; gives what is wrong as the end of a sentence."""
        began, missed = time.monotonic(), 0
        # Counted in probes and not in seconds: to a launcher that was suspended, time has leapt.
        while missed < self._service.part.misses:
            probed = time.monotonic()
            while time.monotonic() - probed < PROBE_EVERY:
                fault = self._service.death()
                if fault:
                    return fault
                self._wait(LOOK_SECONDS)
            missed = 0 if self._service.answers(PROBE_SECONDS) else missed + 1
            if not missed and time.monotonic() - began >= STEADY_SECONDS:
                self._failures = 0
            cut_log(self._service.log)
        return self._service.death() or f"has not answered {missed} probes in a row"

    def _start_again(self, fault: str) -> None:
        self._wait(0)
        self._failures += 1
        if self._failures > len(PAUSES):
            raise self._service.failure(f"failed {self._failures} times in a row; the last time it {fault}")
        pause = PAUSES[self._failures - 1]
        self._tell(f"The {self._service.name} {fault}. It is started again{f' in {pause:.0f} s' if pause else ''}.")
        self._wait(pause)
        try:
            self._service.start_again()
        except OSError as error:  # no memory or no descriptor for it at this moment
            self._start_again(f"could not be started ({error})")

    def _wait_for_answer(self) -> None:
        """Returns when the service answers again, whatever number of starts that takes."""
        deadline = time.monotonic() + START_SECONDS
        while not self._service.answers(PROBE_SECONDS):
            fault = self._service.death()
            if not fault and time.monotonic() > deadline:
                fault = f"did not answer within {START_SECONDS:.0f} s"
            if fault:
                self._start_again(fault)
                deadline = time.monotonic() + START_SECONDS
            self._wait(LOOK_SECONDS)
        self._tell(f"The {self._service.name} answers again.")

    def _wait(self, seconds: float) -> None:
        if self._over.wait(seconds):
            raise _Over


def wait_until_ready(services: Sequence[Service]) -> None:
    """Returns when all services answer; raises SetupError if one dies first or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    waiting = list(services)
    while waiting:
        for service in services:
            fault = service.death()
            if fault:
                raise service.failure(fault)
        waiting = [service for service in waiting if not service.answers(PROBE_SECONDS)]
        if waiting and time.monotonic() > deadline:
            raise waiting[0].failure(f"did not answer within {START_SECONDS:.0f} s")
        time.sleep(0.05)
