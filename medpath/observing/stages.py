"""How long the stages of a turn take, in both servers: a histogram of each, and a span of the trace."""

from __future__ import annotations

import functools
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from prometheus_client import Gauge, Histogram

from medpath.observing.registry import registry
from medpath.observing.tracing import span

WAITING, UNDERSTANDING, ACTION_CALL, STORAGE_WRITE = "waiting", "understanding", "action_call", "storage_write"
# In the action server.
ANSWERING = "answering"
STAGES = (WAITING, UNDERSTANDING, ACTION_CALL, STORAGE_WRITE, ANSWERING)
# A turn takes some 20 ms; what takes longer than 25 s is given up.
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25)

P = ParamSpec("P")
T = TypeVar("T")

_seconds = Histogram(
    "medpath_stage_seconds", "How long a stage of a turn took", ["stage"], buckets=BUCKETS, registry=registry
)
_waiting = Gauge("medpath_turns_waiting", "Messages that wait for others to be answered first", registry=registry)
_of_stage = {name: _seconds.labels(name) for name in STAGES}


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Measures what is done within as one of STAGES."""
    began = time.perf_counter()
    try:
        with span(name):
            yield
    finally:
        _of_stage[name].observe(time.perf_counter() - began)


@contextmanager
def waiting() -> Iterator[None]:
    """Measures how long a message waits for its turn; one that need not wait counts as well."""
    began = time.perf_counter()
    with _waiting.track_inprogress():
        yield
    _of_stage[WAITING].observe(time.perf_counter() - began)


def timed(name: str) -> Callable[[Callable[P, Awaitable[T]]], Callable[P, Awaitable[T]]]:
    """Measures each call of a coroutine function as a stage."""

    def measured(work: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
        @functools.wraps(work)
        async def run(*given: P.args, **options: P.kwargs) -> T:
            with stage(name):
                return await work(*given, **options)

        return run

    return measured
