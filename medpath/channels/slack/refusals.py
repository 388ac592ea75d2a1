"""What it means when Slack does not do what it is asked: whether to ask again, when, and whether the token is dead."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 60.0
RATE_LIMITED, SERVER_ERROR = 429, 500

# Errors that https://docs.slack.dev/reference/methods/auth.test gives for a token that no waiting brings back ...
REVOKED = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "not_allowed_token_type",
        "not_authed",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        "user_removed_from_team",
    }
)
# ... and for what passes.
PASSING = frozenset(
    {
        "accesslimited",
        "fatal_error",
        "internal_error",
        "org_login_required",
        "rate_limited",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    }
)


class Refused(Exception):
    """An address for answers did not take one."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal


# slack-sdk has an AttributeError for an answer with status 200 that is plain text, as a proxy may give it.
FAILURES = (Refused, SlackClientError, aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError, AttributeError)


@dataclass(frozen=True)
class Refusal:
    """Why something was not done.

    `again`: it may be done later. `revoked`: the token will never be taken again. `undone`: it was certainly not done
    in part. `wait` are the seconds that Slack asks for.
    """

    reason: str
    again: bool = True
    revoked: bool = False
    undone: bool = False
    wait: float = 0.0


def read_refusal(error: Exception) -> Refusal:
    """What one of FAILURES means; whatever is not Slack's own word may pass."""
    if isinstance(error, Refused):
        return error.refusal
    if isinstance(error, SlackApiError):
        return _read_answer(error.response)
    if isinstance(error, aiohttp.ClientConnectorError):  # no connection, so nothing was sent
        return Refusal(_described(error), undone=True)
    return Refusal(_described(error))


def judged(status: int, reason: str, headers: Mapping[str, Any]) -> Refusal:
    """What an answer with a status and an error of Slack's means; the error may be missing."""
    if status == RATE_LIMITED or reason in ("ratelimited", "rate_limited"):
        return Refusal(reason or "ratelimited", undone=True, wait=_seconds(headers))
    if status >= SERVER_ERROR or not reason or reason in PASSING:
        return Refusal(reason or f"HTTP status {status}", wait=_seconds(headers))
    return Refusal(reason, again=False, revoked=reason in REVOKED, undone=True)


def waits(first: float = FIRST_WAIT_SECONDS, longest: float = LONGEST_WAIT_SECONDS) -> Iterator[float]:
    """The seconds to wait before each next try, without end."""
    wait = first
    while True:
        yield wait
        wait = min(2 * wait, longest)


def _read_answer(response: Any) -> Refusal:
    """The answer may be slack-sdk's, or aiohttp's if it was no JSON."""
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 0
    content = getattr(response, "data", response)
    reason = content.get("error") if isinstance(content, Mapping) else None
    return judged(int(status), str(reason or ""), getattr(response, "headers", None) or {})


def _seconds(headers: Mapping[str, Any]) -> float:
    named = {str(name).lower(): value for name, value in headers.items()}
    text = str(named.get("retry-after", ""))
    return float(text) if text.isdecimal() else 0.0


def _described(error: Exception) -> str:
    return f"{type(error).__name__} {error}".strip()
