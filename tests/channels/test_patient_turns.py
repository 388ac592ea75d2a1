"""A message that nobody can be asked to send again is tried until it is answered, and answered once."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain

from medpath.channels import patient_turns
from medpath.channels.patient_turns import SUSPECT_TRIES, TRIES, PatientTurns
from medpath.channels.turns import Message, Turns
from medpath.errors import TurnAbandoned

AWAY = "A part of me is away."


class Rasa:
    """Says the text of each message back, after it has failed at one as often as the plan says."""

    def __init__(self, failures: int, is_suspect: bool = False) -> None:
        self._left = failures
        self._is_suspect = is_suspect
        self.tried: list[str] = []

    async def take(self, message: UserMessage) -> None:
        self.tried.append(message.text)
        if self._left:
            self._left -= 1
            raise TurnAbandoned(AWAY, self._is_suspect)
        await message.output_channel.send_response(message.sender_id, {"text": f"You said {message.text}."})


def at_once() -> Iterator[float]:
    return itertools.repeat(0.0)


def said(rasa: Rasa, *texts: str) -> list[str]:
    """What is said to messages of one conversation that come one right after the other."""

    async def ask() -> list[str]:
        turns = PatientTurns(Turns(rasa.take, seconds=5), at_once)
        store = InMemoryTrackerStore(Domain.empty())
        messages = [Message("slack", "slack-T-C-U", text, text, text) for text in texts]
        heard = await asyncio.gather(*(turns.said(message, store, resumed=False) for message in messages))
        return [said.replies[0]["text"] for said in heard]

    return asyncio.run(ask())


def test_what_passes_is_waited_for() -> None:
    """The person gets the answer and no apology."""
    rasa = Rasa(failures=TRIES - 1)
    assert said(rasa, "hello") == ["You said hello."]
    assert len(rasa.tried) == TRIES


def test_what_does_not_pass_ends_with_the_apology() -> None:
    """After a bounded number of tries."""
    rasa = Rasa(failures=1000)
    assert said(rasa, "hello") == [AWAY]
    assert len(rasa.tried) == TRIES


def test_a_message_that_may_be_what_breaks_the_server_is_tried_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would bring down all of Medpath; between its tries the server has the time to recover."""
    paused: list[float] = []

    async def sleep(seconds: float) -> None:
        paused.append(seconds)

    monkeypatch.setattr(patient_turns.asyncio, "sleep", sleep)
    rasa = Rasa(failures=1000, is_suspect=True)
    assert said(rasa, "hello") == [AWAY]
    assert len(rasa.tried) == SUSPECT_TRIES
    assert paused == [patient_turns.SUSPECT_SECONDS] * (SUSPECT_TRIES - 1)
