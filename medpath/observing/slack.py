"""What is counted of Slack: what it sends again, what waits for an answer, and how it takes the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from prometheus_client import Counter, Gauge

from medpath.observing.registry import registry

RETRY_REASON = "x-slack-retry-reason"
OTHER = "other"
# https://docs.slack.dev/apis/events-api#retries
RETRY_REASONS = ("http_timeout", "too_many_redirects", "connection_failed", "ssl_error", "http_error", "unknown_error")
SENT, LATER, REFUSED, REVOKED = "sent", "later", "refused", "revoked"

_retries = Counter(
    "medpath_slack_retries", "Signed requests that Slack sent again, by its reason", ["reason"], registry=registry
)
_deliveries = Counter(
    "medpath_slack_deliveries",
    "Tries to bring Slack something: it took it, was to be asked again later, refused it or the token",
    ["outcome"],
    registry=registry,
)
_unanswered = Gauge(
    "medpath_slack_outbox", "Events of Slack's in the outbox that this process is answering", registry=registry
)


def begin_at_zero(unanswered: Callable[[], int]) -> None:
    """Names all that is counted here, where Slack is on; asks how many events wait whenever somebody looks."""
    for reason in (*RETRY_REASONS, OTHER):
        _retries.labels(reason)
    for outcome in (SENT, LATER, REFUSED, REVOKED):
        _deliveries.labels(outcome)
    _unanswered.set_function(unanswered)


def count_retry(headers: Mapping[str, str]) -> None:
    """Counts a request with these headers if Slack sends it again."""
    reason = headers.get(RETRY_REASON)
    if reason is not None:
        _retries.labels(reason if reason in RETRY_REASONS else OTHER).inc()


def count_delivery(outcome: str) -> None:
    """Counts a try to bring Slack something."""
    _deliveries.labels(outcome).inc()
