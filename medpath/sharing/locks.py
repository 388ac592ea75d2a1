"""One turn of a conversation at a time, whichever server runs it: a lock in Redis, in the place of Rasa's.

Rasa's own RedisLockStore reads a conversation's tickets, changes and writes them in three steps, so that two servers
may draw the same number; it looks once a second whether it is its turn; the ticket of a killed server is waited for a
minute; and without Redis nobody is answered. This lock is taken in one step, ends seconds after its server has died,
and is done without as long as Redis is away: then the shared database alone sees to it that of two turns from the same
beginning one is kept, and the other is run again.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LockStore
from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as LostConnection
from redis.exceptions import LockError, RedisError

from medpath.sharing.reach import Reach
from medpath.sharing.settings import redis_url

logger = logging.getLogger(__name__)

# A lock is renewed every third of this as long as its turn goes on.
LIFETIME_SECONDS = 9.0
LOOK_SECONDS = 0.05
# The longest turn (45 seconds) and a killed server's lock are over by then.
PATIENCE_SECONDS = 60.0
# Redis that does not answer in this time is away.
REDIS_SECONDS = 1.0
WITHOUT = "turns go on without their locks, and of two that meet one is run again."

_held: ContextVar[frozenset[str]] = ContextVar("held", default=frozenset())


class ConversationLocks(LockStore):
    """The lock store that Rasa asks before each turn, and our channels before they look what was asked already."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._redis: Redis[bytes] = Redis.from_url(
            url,
            socket_timeout=REDIS_SECONDS,
            socket_connect_timeout=REDIS_SECONDS,
            # A connection that Redis has closed by a restart is opened again.
            retry=Retry(NoBackoff(), 1),
            retry_on_error=[LostConnection],
        )
        self._reach = Reach("Redis", WITHOUT)

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = LIFETIME_SECONDS, wait_time_in_seconds: float = LOOK_SECONDS
    ) -> AsyncIterator[TicketLock]:
        """Holds a conversation; who holds it already in the same turn passes."""
        if conversation_id in _held.get():
            yield TicketLock(conversation_id)
            return
        mine = await self._taken(conversation_id)
        before = _held.set(_held.get() | {conversation_id})
        renewing = asyncio.create_task(self._renew(mine)) if mine else None
        try:
            yield TicketLock(conversation_id)
        finally:
            _held.reset(before)
            if mine and renewing:
                renewing.cancel()
                await self._give_back(mine)

    async def close(self) -> None:
        """Closes the connections: those of a loop that ends would keep it from ending."""
        await self._redis.close(close_connection_pool=True)

    async def _taken(self, conversation: str) -> Lock | None:
        """The lock, held; None where Redis is away or somebody else holds it beyond all patience."""
        if not self._reach.is_due:
            return None
        lock = self._redis.lock(_key(conversation), timeout=LIFETIME_SECONDS, sleep=LOOK_SECONDS)
        try:
            is_mine = await lock.acquire(blocking_timeout=PATIENCE_SECONDS)
        except (RedisError, OSError, asyncio.TimeoutError) as error:
            self._reach.failed(error)
            return None
        self._reach.succeeded()
        if not is_mine:
            logger.error("A conversation was held by another turn for %.0f seconds.", PATIENCE_SECONDS)
        return lock if is_mine else None

    async def _renew(self, lock: Lock) -> None:
        while True:
            await asyncio.sleep(LIFETIME_SECONDS / 3)
            try:
                await lock.extend(LIFETIME_SECONDS, replace_ttl=True)
            except LockError:  # Redis has forgotten it
                return
            except (RedisError, OSError, asyncio.TimeoutError) as error:
                self._reach.failed(error)

    async def _give_back(self, lock: Lock) -> None:
        """What cannot be given back ends by itself."""
        with suppress(RedisError, OSError, asyncio.TimeoutError):
            await lock.release()


@functools.lru_cache(maxsize=1)
def conversation_locks() -> ConversationLocks | None:
    """The locks of this process; None where no Redis is shared. Raises SetupError."""
    url = redis_url()
    return ConversationLocks(url) if url else None


def _key(conversation: str) -> str:
    """The name of a lock: it tells nobody whose conversation it is."""
    return f"medpath:turn:{hashlib.sha256(conversation.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"
