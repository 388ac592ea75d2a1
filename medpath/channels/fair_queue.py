"""Lets a few things run at once; what waits is taken one of each address by turns: nobody waits for a crowd."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from medpath.observing.stages import waiting

# A conversation may fill this part of the room that its address has left.
SHARE_OF_CONVERSATION = 1 / 50


class Full(Exception):
    """There is no more room for this conversation or its address; `by_others` if none of what waits is its own."""

    def __init__(self, by_others: bool) -> None:
        super().__init__()
        self.by_others = by_others


class FairQueue:
    """Runs `at_once` things at a time."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def turn(self, address: str) -> AsyncIterator[None]:
        """Waits for the turn of an address and holds it."""
        with waiting():
            await self._take(address)
        try:
            yield
        finally:
            self._pass_on()

    async def _take(self, address: str) -> None:
        if self._free:
            self._free -= 1
            return
        called = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(address, deque()).append(called)
        try:
            await called
        except asyncio.CancelledError:
            if called.done() and not called.cancelled():  # called and canceled in the same moment
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        while self._waiting:
            address, queue = self._waiting.popitem(last=False)
            called = queue.popleft()
            if queue:
                self._waiting[address] = queue  # behind all other addresses
            if not called.done():
                called.set_result(None)
                return
        self._free += 1


class Room:
    """How much may wait in all, so shared out that there is always room for one who has nothing waiting yet.

    An address may fill as much as is still free (the dynamic thresholds by which switches share a buffer: Choudhury and
    Hahne, IEEE/ACM Transactions on Networking 6, 1998): one alone half of it, two a third each. In the same way the
    conversations of an address share what it may fill, each up to `share` of what is left of it.
    """

    def __init__(self, size: int, share: float = SHARE_OF_CONVERSATION) -> None:
        self._size = size
        self._share = share
        self._used = 0
        self._of: Counter[str] = Counter()

    @contextmanager
    def place(self, address: str, conversation: str) -> Iterator[None]:
        """Holds a place; raises Full if there is none."""
        left = self._size - self._used - self._of[_address(address)]
        if left <= 0 or self._of[_conversation(conversation)] >= left * self._share:
            raise Full(by_others=not self.waiting_of(address))
        self._count(address, conversation, 1)
        try:
            yield
        finally:
            self._count(address, conversation, -1)

    def waiting_of(self, address: str) -> int:
        """How many places an address holds."""
        return self._of[_address(address)]

    def _count(self, address: str, conversation: str, change: int) -> None:
        self._used += change
        for key in (_address(address), _conversation(conversation)):
            self._of[key] += change
            if not self._of[key]:
                del self._of[key]


def _address(address: str) -> str:
    return f"address {address}"


def _conversation(conversation: str) -> str:
    return f"conversation {conversation}"
