"""Spares a server that has failed several times in a row: it is left alone for a while, then tried with one request."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

FAILURES = 3
FIRST_PAUSE, LONGEST_PAUSE = 20.0, 300.0
MINUTE = 60.0


class Breaker:
    """Counts failures in a row.

    By the monotonic clock; by the time of day a pause would last longer when the clock is set back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._pause = FIRST_PAUSE
        self._open_until = 0.0

    @property
    def open(self) -> bool:
        """Whether the server is being left alone."""
        return self._failures >= FAILURES and self._clock() < self._open_until

    def may_ask(self) -> bool:
        """Whether a request may be made; of those that come at the end of a pause only the first one may."""
        if self.open:
            return False
        if self._failures >= FAILURES:
            self._open_until = self._clock() + self._pause
        return True

    def succeeded(self) -> None:
        """A request was answered."""
        self._failures, self._pause = 0, FIRST_PAUSE

    def failed(self) -> None:
        """A request was not answered; each failure after a pause doubles the next one."""
        self._failures += 1
        if self._failures > FAILURES:
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
        if self._failures >= FAILURES:
            self._open_until = self._clock() + self._pause


class Budget:
    """Lets so many requests through in any minute."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._most = clock, a_minute
        self._made: deque[float] = deque()

    def spend(self) -> bool:
        """Counts a request; False if it is one too many."""
        now = self._clock()
        while self._made and self._made[0] <= now - MINUTE:
            self._made.popleft()
        if len(self._made) >= self._most:
            return False
        self._made.append(now)
        return True
