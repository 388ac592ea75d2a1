"""What is counted of the language model: turns by outcome, and how long it took. No text, no ids."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

from medpath.observing.registry import registry

CHOSEN, ASKED_BACK, NOTHING = "chosen", "asked_back", "nothing"
NOT_NEEDED = "not_needed"
# Why the local replies were given though the model was to be asked.
SLOW, UNREACHABLE, REFUSED, NOT_UNDERSTOOD, UNUSABLE, SPARED, CROWDED, OVER_BUDGET = (
    "slow",
    "unreachable",
    "refused",
    "not_understood",
    "unusable",
    "spared",
    "crowded",
    "over_budget",
)
FALLBACKS = (SLOW, UNREACHABLE, REFUSED, NOT_UNDERSTOOD, UNUSABLE, SPARED, CROWDED, OVER_BUDGET)
OUTCOMES = (CHOSEN, ASKED_BACK, NOTHING, NOT_NEEDED, *FALLBACKS)
TURNS, SECONDS = "medpath_model_turns", "medpath_model_seconds"

_turns = Counter(
    TURNS, "Turns for which a language model is configured, by what became of it", ["outcome"], registry=registry
)
_seconds = Histogram(
    SECONDS,
    "How long the language model was waited for in a turn",
    buckets=(0.1, 0.25, 0.5, 1, 1.5, 2, 3, 4, 6, 10, 15),
    registry=registry,
)
_configured = Gauge("medpath_model_configured", "1 if a language model is asked", registry=registry)


def configured() -> None:
    """Tells that a language model is configured, with all outcomes at 0."""
    _configured.set(1)
    for outcome in OUTCOMES:
        _turns.labels(outcome)


def count(outcome: str, seconds: float | None = None) -> None:
    """Counts a turn, with how long the model was waited for if it was asked."""
    _turns.labels(outcome).inc()
    if seconds is not None:
        _seconds.observe(seconds)
