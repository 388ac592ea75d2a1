"""How turns that go wrong are counted."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage

from medpath.channels.keeping import NOT_KEPT, current_turn
from medpath.channels.turns import Message, Turns
from medpath.errors import TurnAbandoned
from medpath.observing.registry import registry
from medpath.observing.turns import observed

SECONDS = 0.05


async def _breaks(said: UserMessage) -> None:
    raise ValueError("my narwhal")


async def _hangs(said: UserMessage) -> None:
    await asyncio.sleep(60)


async def _is_abandoned(said: UserMessage) -> None:
    raise TurnAbandoned("Please send your question again.")


async def _is_not_kept(said: UserMessage) -> None:
    current_turn().kept = False
    await said.output_channel.send_response(said.sender_id, {"text": "Hello!"})


def count(name: str, **labels: str) -> float:
    return registry.get_sample_value(name, labels) or 0.0


def ask(answer: Callable[[UserMessage], Awaitable[Any]], channel: str = "web") -> list[dict[str, Any]]:
    message = Message(channel, uuid.uuid4().hex, uuid.uuid4().hex, "hello", "hello")
    return asyncio.run(Turns(answer, SECONDS).replies(message, None))


@pytest.mark.parametrize(
    ("answer", "outcome"), [(_breaks, "failed"), (_hangs, "given_up"), (_is_abandoned, "given_up")]
)
def test_a_turn_that_is_not_answered_counts_once(answer: Callable[[UserMessage], Awaitable[Any]], outcome: str) -> None:
    """Operators see apologies, which no status of HTTP tells."""
    labels = {"channel": "web", "outcome": outcome}
    before = count("medpath_turns_total", **labels), count("medpath_turn_seconds_count", channel="web")
    assert ask(answer)
    after = count("medpath_turns_total", **labels), count("medpath_turn_seconds_count", channel="web")
    assert after == (before[0] + 1, before[1] + 1)
    assert count("medpath_turns_under_way") == 0


def test_a_turn_that_is_not_kept_counts() -> None:
    """The person is warned, and whoever runs Medpath is too."""
    before = count("medpath_turns_not_kept_total")
    (reply,) = ask(_is_not_kept)
    assert NOT_KEPT in reply["text"]
    assert count("medpath_turns_not_kept_total") == before + 1


def test_what_comes_from_elsewhere_makes_no_new_labels() -> None:
    """A channel of somebody's own, and a kind of reply that there is not."""

    async def answer(said: UserMessage) -> None:
        await said.output_channel.send_response(said.sender_id, {"text": "Hello!", "custom": {"kind": "narwhal"}})

    before = count("medpath_replies_total", channel="other", kind="other")
    ask(answer, "narwhal")
    assert count("medpath_replies_total", channel="other", kind="other") == before + 1


def test_a_turn_that_is_run_again_says_nothing_yet() -> None:
    """Where several servers run, another one may have been ahead in the conversation."""

    @dataclass
    class Asked:
        channel: str = "web"

    @observed
    async def run(_self: object, _message: Asked) -> None:
        return None

    before = count("medpath_turns_total", channel="web", outcome="run_again")
    assert asyncio.run(run(None, Asked())) is None
    assert count("medpath_turns_total", channel="web", outcome="run_again") == before + 1
