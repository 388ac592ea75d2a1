"""What is counted in the action server: the actions that ran, how they ended, and replies that rest on old facts."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from prometheus_client import Counter

from medpath.observing.registry import registry
from medpath.observing.stages import ANSWERING, stage

# Whose only line is one an action, where lines are for machines (observing/logs.py).
logger = logging.getLogger("medpath.actions")

DONE, FAILED = "done", "failed"
OTHER = "other"

_names: set[str] = set()
_actions = Counter("medpath_actions", "Actions, by how they ended", ["action", "outcome"], registry=registry)
_stale = Counter(
    "medpath_stale_replies", "Replies with a warning that a fact in them may be out of date", registry=registry
)


def begin_at_zero(actions: Iterable[str]) -> None:
    """Names the actions that there are, so that the first of each shows as a rise; all others are one."""
    _names.update(actions)
    for name in (*_names, OTHER):
        for outcome in (DONE, FAILED):
            _actions.labels(name, outcome)


class ObservedAction:
    """An action that runs; what it says is looked at for warnings alone."""

    outcome = FAILED
    stale = 0

    def said(self, replies: Iterable[Mapping[str, Any]]) -> None:
        """Notes that the action is done, and how many of its replies warn of the age of a fact."""
        self.outcome = DONE
        self.stale = sum(bool((reply.get("custom") or {}).get("warnings")) for reply in replies)


@contextmanager
def observed_action(name: str | None) -> Iterator[ObservedAction]:
    """Counts and measures an action that is run within; without a name, which a probe has not, it does not count."""
    observed = ObservedAction()
    if name is None:
        yield observed
        return
    began = time.perf_counter()
    with stage(ANSWERING):
        try:
            yield observed
        finally:
            _note(name if name in _names else OTHER, observed, time.perf_counter() - began)


def _note(name: str, observed: ObservedAction, seconds: float) -> None:
    _actions.labels(name, observed.outcome).inc()
    _stale.inc(observed.stale)
    fields = {"action": name, "outcome": observed.outcome, "seconds": round(seconds, 4)}
    logger.info("An action is over.", extra={"fields": fields})
