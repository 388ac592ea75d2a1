"""What is asked of Slack again, when, and which refusals end a token."""

from __future__ import annotations

import asyncio
from itertools import islice

import pytest
from slack_sdk.errors import SlackApiError

from medpath.channels.slack.refusals import Refusal, Refused, judged, read_refusal, waits


@pytest.mark.parametrize("reason", ["internal_error", "fatal_error", "service_unavailable", "request_timeout", ""])
@pytest.mark.parametrize("status", [200, 503])
def test_what_passes_is_asked_again(status: int, reason: str) -> None:
    """It may have been done nonetheless."""
    refusal = judged(status, reason, {})
    assert refusal.again
    assert not refusal.revoked
    assert not refusal.undone


@pytest.mark.parametrize("refusal", [judged(429, "", {"Retry-After": "7"}), judged(200, "ratelimited", {})])
def test_a_rate_limit_was_certainly_not_done(refusal: Refusal) -> None:
    """Nothing has to be looked for before it is asked again."""
    assert refusal.again
    assert refusal.undone


def test_slack_says_how_long_to_wait() -> None:
    """However the header is written."""
    assert judged(429, "ratelimited", {"retry-after": "30"}).wait == 30
    assert judged(429, "ratelimited", {"Retry-After": "soon"}).wait == 0


@pytest.mark.parametrize("reason", ["invalid_auth", "token_revoked", "account_inactive"])
def test_a_dead_token_is_told_from_a_single_refusal(reason: str) -> None:
    """A message that is refused leaves the workspace on."""
    assert judged(200, reason, {}).revoked
    assert not judged(200, reason, {}).again
    assert judged(200, "channel_not_found", {}) == Refusal("channel_not_found", again=False, undone=True)


@pytest.mark.parametrize("error", [asyncio.TimeoutError(), ConnectionResetError(), SlackApiError("HTML", {})])
def test_what_is_not_slacks_own_word_may_pass(error: Exception) -> None:
    """A proxy's page is no refusal."""
    assert read_refusal(error).again
    assert not read_refusal(error).undone


def test_a_refusal_may_be_raised() -> None:
    """By what has no answer of slack-sdk's."""
    assert read_refusal(Refused(Refusal("expired_url", again=False))).reason == "expired_url"


def test_the_waits_grow_to_a_bound() -> None:
    """Each twice as long as the one before."""
    assert list(islice(waits(1, 5), 5)) == [1, 2, 4, 5, 5]
