"""What is counted of turns: by channel, how they ended, what kinds of replies were given, and how long they took.

Each turn that is run is counted once; what was said to a message that is sent again is read from what is kept.
"""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from prometheus_client import Counter, Gauge, Histogram

from medpath.observing.registry import registry
from medpath.observing.stages import BUCKETS
from medpath.observing.tracing import TURN, span

# Whose only line is one a turn, where lines are for machines (observing/logs.py).
logger = logging.getLogger("medpath.turns")

CHANNELS = ("web", "rest", "slack")
OTHER = "other"
# Nothing is said by a turn that is run again, because another server went on with the conversation meanwhile.
ANSWERED, FAILED, GIVEN_UP, RUN_AGAIN = "answered", "failed", "given_up", "run_again"
OUTCOMES = (ANSWERED, FAILED, GIVEN_UP, RUN_AGAIN)
ERROR, DECLINE, SAFETY, CRISIS = "error", "decline", "safety", "crisis"
# As channels.replies.Reply has them, but that the numbers for a person in danger count apart from other safety.
KINDS = (
    "answer",
    "comparison",
    "calculation",
    "overview",
    "clarify",
    DECLINE,
    SAFETY,
    CRISIS,
    "smalltalk",
    "plan",
    ERROR,
)
UNKNOWN = "unknown"
# Why a message is declined: the keys of `decline` in data/answering/texts.yml.
REASONS = (
    UNKNOWN,
    "off_topic",
    "weary",
    "chances",
    "medical_advice",
    "legal_case",
    "immigration_case",
    "other_countries",
)

Reply = Mapping[str, Any]


class Asked(Protocol):
    """A message of a person; of it only the channel is looked at."""

    @property
    def channel(self) -> str:
        """The name of the channel."""


class Told(Protocol):
    """What is said to it, as the REST channel sends it; of it only the kinds are looked at."""

    @property
    def replies(self) -> Sequence[Reply]:
        """The replies."""


Channel = TypeVar("Channel")
Message = TypeVar("Message", bound=Asked)
Said = TypeVar("Said", bound=Told | None)

_turns = Counter("medpath_turns", "Turns, by how they ended", ["channel", "outcome"], registry=registry)
_seconds = Histogram(
    "medpath_turn_seconds",
    "How long a turn took, from the end of its waiting to its replies",
    ["channel"],
    buckets=BUCKETS,
    registry=registry,
)
_under_way = Gauge("medpath_turns_under_way", "Turns that are run now", registry=registry)
_kinds = Counter("medpath_replies", "Replies, by kind", ["channel", "kind"], registry=registry)
_declines = Counter("medpath_declines", "Replies that decline, by the reason", ["reason"], registry=registry)
_unkept = Counter("medpath_turns_not_kept", "Turns whose conversation could not be kept in time", registry=registry)


def begin_at_zero() -> None:
    """Names all that is counted here before it happens, so that the first time shows as a rise."""
    for channel in (*CHANNELS, OTHER):
        _seconds.labels(channel)
        for outcome in OUTCOMES:
            _turns.labels(channel, outcome)
        for kind in KINDS:
            _kinds.labels(channel, kind)
    for reason in REASONS:
        _declines.labels(reason)


def count_not_kept() -> None:
    """Counts a turn whose conversation could not be kept in time."""
    _unkept.inc()


def observed(
    ask: Callable[[Channel, Message], Awaitable[Said]],
) -> Callable[[Channel, Message], Awaitable[Said]]:
    """Counts and measures what a method does that runs the turn of a message."""

    @functools.wraps(ask)
    async def run(self: Channel, message: Message) -> Said:
        channel = message.channel if message.channel in CHANNELS else OTHER
        began, outcome = time.perf_counter(), GIVEN_UP
        kinds: tuple[str, ...] = ()
        with _under_way.track_inprogress(), span(TURN, channel=channel) as trace:
            try:
                said = await ask(self, message)
                replies = _replies(said)
                kinds = tuple(map(_kind, replies))
                outcome = _outcome(said, kinds)
                if trace:
                    trace.set_attribute("medpath.kinds", kinds)
                _count_replies(channel, replies)
                return said
            finally:
                _note(channel, outcome, kinds, time.perf_counter() - began)

    return run


def _replies(said: Told | None) -> Sequence[Reply]:
    return () if said is None else said.replies


def _outcome(said: Told | None, kinds: Sequence[str]) -> str:
    if said is None:
        return RUN_AGAIN
    return FAILED if ERROR in kinds else ANSWERED


def _note(channel: str, outcome: str, kinds: Sequence[str], seconds: float) -> None:
    _turns.labels(channel, outcome).inc()
    _seconds.labels(channel).observe(seconds)
    fields = {"channel": channel, "outcome": outcome, "kinds": kinds, "seconds": round(seconds, 4)}
    logger.info("A turn is over.", extra={"fields": fields})


def _count_replies(channel: str, replies: Sequence[Reply]) -> None:
    for reply in replies:
        kind = _kind(reply)
        _kinds.labels(channel, kind).inc()
        if kind == DECLINE or (kind == SAFETY and _reason(reply)):
            _declines.labels(_reason(reply) or UNKNOWN).inc()


def _kind(reply: Reply) -> str:
    """One of KINDS, or OTHER; the numbers for a person in danger are the safety that declines nothing."""
    kind = _block(reply).get("kind", "smalltalk")
    if kind == SAFETY and not _reason(reply):
        return CRISIS
    return kind if kind in KINDS else OTHER


def _reason(reply: Reply) -> str:
    reason = _block(reply).get("reason")
    return reason if reason in REASONS else ""


def _block(reply: Reply) -> Mapping[str, Any]:
    return reply.get("custom") or {}
