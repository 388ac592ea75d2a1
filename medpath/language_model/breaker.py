"""Spares a server that fails again and again: it is left alone for a while, then tried with one request."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

# So many failures in a row open it; a slip, such as a single answer that makes no sense, is worth less.
FAILURES = 3.0
FAILURE, SLIP = 1.0, 0.3
FIRST_PAUSE, LONGEST_PAUSE = 20.0, 300.0
MINUTE = 60.0


class Breaker:
    """Counts failures in a row.

    By the monotonic clock; by the time of day a pause would last longer when the clock is set back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._weight = 0.0
        self._pause = FIRST_PAUSE
        self._open_until: float | None = None
        self._trying = False

    @property
    def open(self) -> bool:
        """Whether the server is being left alone, or tried by another request at this moment."""
        return self._open_until is not None and (self._trying or self._clock() < self._open_until)

    def may_ask(self) -> bool:
        """Whether a request may be made; of those that come at the end of a pause only the first one may."""
        if self.open:
            return False
        self._trying = self._open_until is not None
        return True

    def succeeded(self) -> None:
        """A request was answered."""
        self._weight, self._pause, self._open_until, self._trying = 0.0, FIRST_PAUSE, None, False

    def failed(self, weight: float = FAILURE) -> None:
        """A request was not answered, or not with what was asked for; a failed try makes the next pause longer."""
        if self._trying:
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
            self._open_until, self._trying = self._clock() + self._pause, False
            return
        self._weight += weight
        # Requests that were under way when it opened say nothing new.
        if self._weight >= FAILURES and self._open_until is None:
            self._open_until = self._clock() + self._pause

    def let_go(self) -> None:
        """A request came to nothing that says anything of the server."""
        self._trying = False


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
