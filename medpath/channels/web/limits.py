"""How often a visitor of the web channel may ask, counted in memory."""

from __future__ import annotations

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from medpath.channels.web.refusals import too_fast
from medpath.channels.web.settings import WebSettings

SET_BACK_SECONDS = 2.0


class Limits:
    """Counts by the minute, which begins with the first request: a key that is quiet takes no memory."""

    def __init__(self, settings: WebSettings) -> None:
        self._begin()
        self._messages = RateLimitItemPerMinute(settings.messages_per_minute, namespace="messages")
        self._histories = RateLimitItemPerMinute(settings.histories_per_minute, namespace="histories")
        self._sessions = RateLimitItemPerMinute(settings.sessions_per_minute, namespace="sessions")
        self._requests = RateLimitItemPerMinute(settings.address_requests_per_minute, namespace="requests")

    def count_message(self, conversation: str, address: str) -> None:
        """Counts one message of a conversation; raises the Refusal `too_fast` if it is one too many."""
        self._count(self._requests, address)
        self._count(self._messages, conversation)

    def count_history(self, conversation: str, address: str) -> None:
        """The same for one look at what was said."""
        self._count(self._requests, address)
        self._count(self._histories, conversation)

    def count_session(self, address: str) -> None:
        """The same for one new session of an address."""
        self._count(self._sessions, address)

    def _begin(self) -> None:
        # The limiter holds its storage weakly.
        self._storage = MemoryStorage()
        self._limiter = FixedWindowRateLimiter(self._storage)
        self._clock = _clock()

    def _count(self, limit: RateLimitItemPerMinute, key: str) -> None:
        # The library goes by the time of day: a minute that had begun would last as long as the clock was set back.
        before, self._clock = self._clock, _clock()
        if before - self._clock > SET_BACK_SECONDS:
            self._begin()
        if not self._limiter.hit(limit, key):
            # The library gives the end of the minute in whole seconds, rounded down.
            ends = self._limiter.get_window_stats(limit, key)[0] + 1
            raise too_fast(max(1, math.ceil(ends - time.time())))


def _clock() -> float:
    """The time of day against a clock that nobody sets, in seconds."""
    return time.time() - time.monotonic()
