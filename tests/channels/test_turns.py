"""Whose messages wait where too much is asked, and who is told what."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from rasa.core.channels.channel import UserMessage

from medpath.channels.turns import Message, TooBusy, TooFast, Turns


def message(address: str, conversation: str, text: str = "hello") -> Message:
    return Message("web", conversation, uuid.uuid4().hex, text, text, address)


async def answer(said: UserMessage) -> None:
    await said.output_channel.send_response(said.sender_id, {"text": "Hello!"})


def test_an_address_that_asks_for_too_much_is_too_fast_and_nobody_else_is() -> None:
    """130 conversations send twenty messages each at once: what finds room is answered, the rest told to be slower."""

    async def meet() -> tuple[list[object], list[object]]:
        turns = Turns(answer, seconds=60)
        crowd = [turns.replies(message("crowd", f"conversation {n}"), None) for n in range(130) for _ in range(20)]
        elsewhere = [turns.replies(message("elsewhere", f"another {n}"), None) for n in range(20)]
        heard = await asyncio.gather(*crowd, *elsewhere, return_exceptions=True)
        return heard[: len(crowd)], heard[len(crowd) :]

    crowd, elsewhere = asyncio.run(meet())
    assert all(isinstance(one, list) for one in elsewhere)
    assert sum(isinstance(one, list) for one in crowd) >= 130
    assert {type(one) for one in crowd} == {list, TooFast}


def test_whoever_waits_behind_his_own_messages_is_too_fast_and_others_are_not() -> None:
    """When a message has waited for as long as a proxy does; it is answered later all the same."""

    async def wait() -> None:
        free = asyncio.Event()

        async def hold(said: UserMessage) -> None:
            await free.wait()
            await answer(said)

        turns = Turns(hold, seconds=60, at_once=1, wait_seconds=0)
        asked = [message("crowd", f"conversation {n}") for n in range(3)]
        other = message("elsewhere", "another")
        for one in asked[:1]:
            with pytest.raises(TooBusy):
                await turns.replies(one, None)
        for one in asked[1:]:
            with pytest.raises(TooFast):
                await turns.replies(one, None)
        with pytest.raises(TooBusy) as busy:
            await turns.replies(other, None)
        assert not isinstance(busy.value, TooFast)
        free.set()
        turns._wait_seconds = 60
        for one in (*asked, other):
            assert (await turns.replies(one, None))[0]["text"] == "Hello!"

    asyncio.run(wait())


def test_long_messages_hold_no_place_of_short_ones() -> None:
    """Twenty long ones run one at a time, and a short one is answered meanwhile."""

    async def meet() -> tuple[int, list[str]]:
        free, running, most = asyncio.Event(), 0, 0

        async def hold(said: UserMessage) -> None:
            nonlocal running, most
            if said.text == "hello":
                return await answer(said)
            running += 1
            most = max(most, running)
            await free.wait()
            running -= 1
            return await answer(said)

        turns = Turns(hold, seconds=60)
        crowd = [turns.replies(message("crowd", f"long {n}", "a," * 3000), None) for n in range(20)]
        long = asyncio.gather(*crowd)
        await asyncio.sleep(0)
        short = await turns.replies(message("crowd", "short"), None)
        free.set()
        return most, [replies[0]["text"] for replies in (short, *await long)]

    assert asyncio.run(meet()) == (1, ["Hello!"] * 21)
