"""The counts of all servers in one Redis; whoever counts waits for the network, so that it is done in a thread."""

from __future__ import annotations

import hashlib

from limits import RateLimitItem
from limits.storage import RedisStorage
from limits.strategies import FixedWindowRateLimiter
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as LostConnection
from redis.exceptions import RedisError
from redis.retry import Retry

from medpath.sharing.reach import Reach

# Redis that does not answer in this time is away.
REDIS_SECONDS = 0.5
WITHOUT = "each server counts for itself how often somebody asks."


class SharedCounts:
    """Counts by the minute for all servers that name the same Redis."""

    def __init__(self, url: str) -> None:
        self._storage = RedisStorage(
            url,
            socket_timeout=REDIS_SECONDS,
            socket_connect_timeout=REDIS_SECONDS,
            # A connection that Redis has closed by a restart is opened again.
            retry=Retry(NoBackoff(), 1),
            retry_on_error=[LostConnection],
        )
        self._limiter = FixedWindowRateLimiter(self._storage)
        self._reach = Reach("Redis", WITHOUT)

    def hit(self, limit: RateLimitItem, key: str) -> float | None:
        """Counts one; gives 0, or if it is one too many the time at which the minute ends; None if Redis is away."""
        if not self._reach.is_due:
            return None
        # The keys tell nobody whose conversation or address they are.
        hidden = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        try:
            ends = 0 if self._limiter.hit(limit, hidden) else self._limiter.get_window_stats(limit, hidden)[0] + 1
        except (RedisError, OSError) as error:
            self._reach.failed(error)
            return None
        self._reach.succeeded()
        return ends
