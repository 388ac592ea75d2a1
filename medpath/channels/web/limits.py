"""How often a visitor of the web channel may ask, counted in memory, or in the Redis that servers share."""

from __future__ import annotations

import asyncio
import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from medpath.channels.web.refusals import too_fast
from medpath.channels.web.settings import WebSettings
from medpath.channels.web.shared_limits import SharedCounts

SET_BACK_SECONDS = 2.0


class Limits:
    """Counts by the minute, which begins with the first request: a key that is quiet takes no memory.

    With the address of a Redis all servers count together, and each for itself as long as that is away.
    """

    def __init__(self, settings: WebSettings, redis: str | None = None) -> None:
        self._begin()
        self._shared = SharedCounts(redis) if redis else None
        self._messages = RateLimitItemPerMinute(settings.messages_per_minute, namespace="messages")
        self._histories = RateLimitItemPerMinute(settings.histories_per_minute, namespace="histories")
        self._sessions = RateLimitItemPerMinute(settings.sessions_per_minute, namespace="sessions")
        self._requests = RateLimitItemPerMinute(settings.address_requests_per_minute, namespace="requests")

    async def count_message(self, conversation: str, address: str) -> None:
        """Counts one message of a conversation; raises the Refusal `too_fast` if it is one too many."""
        await self._count(self._requests, address)
        await self._count(self._messages, conversation)

    async def count_history(self, conversation: str, address: str) -> None:
        """The same for one look at what was said."""
        await self._count(self._requests, address)
        await self._count(self._histories, conversation)

    async def count_session(self, address: str) -> None:
        """The same for one new session of an address."""
        await self._count(self._sessions, address)

    def _begin(self) -> None:
        # The limiter holds its storage weakly.
        self._storage = MemoryStorage()
        self._limiter = FixedWindowRateLimiter(self._storage)
        self._clock = _clock()

    async def _count(self, limit: RateLimitItemPerMinute, key: str) -> None:
        ends = await asyncio.to_thread(self._shared.hit, limit, key) if self._shared else None
        if ends is None:
            ends = self._hit(limit, key)
        if ends:
            raise too_fast(max(1, math.ceil(ends - time.time())))

    def _hit(self, limit: RateLimitItemPerMinute, key: str) -> float:
        """Counts in memory; gives 0, or if it is one too many the time at which the minute ends."""
        # The library goes by the time of day: a minute that had begun would last as long as the clock was set back.
        before, self._clock = self._clock, _clock()
        if before - self._clock > SET_BACK_SECONDS:
            self._begin()
        # The library gives the end of the minute in whole seconds, rounded down.
        return 0 if self._limiter.hit(limit, key) else self._limiter.get_window_stats(limit, key)[0] + 1


def _clock() -> float:
    """The time of day against a clock that nobody sets, in seconds."""
    return time.time() - time.monotonic()
