"""Keeps what a server takes of memory level over weeks."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
from typing import Any

from sanic import Sanic

EVERY_SECONDS = 60.0


def collect_rarely() -> None:
    """Lets Python look for circular garbage every 50,000 objects instead of every 700.

    A look through everything that is loaded takes 80 ms, and a turn makes thousands of objects that need none: a
    turn takes 16 instead of 20 ms (median, two cores).
    """
    gc.set_threshold(50_000)


def leave_loaded_alone() -> None:
    """Leaves all that is loaded by now out of every later look for circular garbage.

    Python puts a whole look off until what is new is a quarter of all there is; with a model loaded that would be
    hundreds of thousands of objects, so that the garbage of conversations would lie about for an hour.
    """
    gc.collect()
    gc.freeze()


def keep_level(app: Sanic) -> None:
    """Once the server is up, what it has loaded is left alone, and each minute what it has no use for is given back.

    glibc keeps what was free for a moment, such as after a crowd, for good: 15 MB after each.
    """
    tasks: list[asyncio.Task[None]] = []

    async def begin(_app: Sanic, _loop: Any = None) -> None:
        leave_loaded_alone()
        tasks.append(asyncio.get_running_loop().create_task(_give_back()))

    async def end(_app: Sanic, _loop: Any = None) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    app.register_listener(begin, "after_server_start")
    app.register_listener(end, "before_server_stop")


async def _give_back() -> None:
    with contextlib.suppress(OSError, AttributeError):  # another C library gives back by itself, or not at all
        trim = ctypes.CDLL(None).malloc_trim
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            await asyncio.to_thread(trim, 0)
