"""How often a visitor may ask while somebody sets the clock of the machine."""

from __future__ import annotations

import asyncio
import time

import pytest

from medpath.channels.web.limits import Limits
from medpath.channels.web.refusals import Refusal
from medpath.channels.web.settings import WebSettings


@pytest.fixture
def limits() -> Limits:
    return Limits(WebSettings(messages_per_minute=2))


def set_clock(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    set_to = time.time() - time.monotonic() + seconds
    monkeypatch.setattr(time, "time", lambda: time.monotonic() + set_to)


def test_a_clock_that_is_set_back_keeps_nobody_out(limits: Limits, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has asked too much is free again at once, not only when the clock has caught up; then he is counted anew."""
    for _ in range(2):
        asyncio.run(limits.count_message("conversation", "address"))
    with pytest.raises(Refusal):
        asyncio.run(limits.count_message("conversation", "address"))
    set_clock(monkeypatch, -600)
    for _ in range(2):
        asyncio.run(limits.count_message("conversation", "address"))
    with pytest.raises(Refusal) as refused:
        asyncio.run(limits.count_message("conversation", "address"))
    assert 1 <= int(refused.value.headers["Retry-After"]) <= 61


def test_a_clock_that_is_nudged_lets_nobody_ask_more(limits: Limits, monkeypatch: pytest.MonkeyPatch) -> None:
    """As machines do all day to keep the right time."""
    for _ in range(2):
        asyncio.run(limits.count_message("conversation", "address"))
    set_clock(monkeypatch, -0.5)
    with pytest.raises(Refusal):
        asyncio.run(limits.count_message("conversation", "address"))
