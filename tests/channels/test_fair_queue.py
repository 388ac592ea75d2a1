"""Who goes next, and who may wait, where more is asked than can be done at once."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, suppress

import pytest

from medpath.channels.fair_queue import FairQueue, Full, Room


def _order(asked: list[str], at_once: int = 1) -> list[str]:
    """In which order addresses have their turns that ask in this order, all at the same time."""
    served: list[str] = []

    async def serve(queue: FairQueue, address: str) -> None:
        async with queue.turn(address):
            await asyncio.sleep(0)
            served.append(address)

    async def all_of_them() -> None:
        queue = FairQueue(at_once)
        await asyncio.gather(*(serve(queue, address) for address in asked))

    asyncio.run(all_of_them())
    return served


def test_one_visitor_does_not_wait_for_a_crowd() -> None:
    """Behind a hundred of another address he is the second to be served."""
    assert _order(["crowd"] * 100 + ["one"]).index("one") <= 2


def test_addresses_take_turns() -> None:
    """Each has one turn, then all have the next."""
    assert _order(["a"] * 3 + ["b"] * 3 + ["c"]) == ["a", "a", "b", "c", "a", "b", "b"]


def test_within_an_address_the_first_goes_first() -> None:
    """Nobody of a school is overtaken by another of the same school."""
    assert _order(["a"] * 5) == ["a"] * 5


def test_no_more_run_at_once_than_are_let() -> None:
    """However many wait and however they end."""

    async def count() -> int:
        queue, running, most = FairQueue(3), 0, 0

        async def work(number: int) -> None:
            nonlocal running, most
            async with queue.turn(f"address {number % 4}"):
                running += 1
                most = max(most, running)
                await asyncio.sleep(0)
                running -= 1
                if number % 3 == 0:
                    raise ValueError

        await asyncio.gather(*map(work, range(50)), return_exceptions=True)
        return most

    assert asyncio.run(count()) == 3


def test_whoever_gives_up_waiting_leaves_no_gap() -> None:
    """Turns of those who have gone, also in the moment in which they are called, go to the next."""

    async def give_up() -> str:
        queue = FairQueue(1)

        async def take(name: str) -> str:
            async with queue.turn(name):
                return name

        async with queue.turn("first"):
            gone, called, last = (asyncio.create_task(take(name)) for name in ("gone", "called", "last"))
            await asyncio.sleep(0)
            gone.cancel()
        called.cancel()  # its turn has just come
        for task in (gone, called):
            with suppress(asyncio.CancelledError):
                await task
        return await asyncio.wait_for(last, 5)

    assert asyncio.run(give_up()) == "last"


def _filled(room: Room, stack: ExitStack, address: str, conversations: int, each: int) -> int:
    """How many places an address gets that asks for some for each of its conversations."""
    got = 0
    for number in range(conversations * each):
        with suppress(Full):
            stack.enter_context(room.place(address, f"{address} {number % conversations}"))
            got += 1
    return got


def test_130_sessions_of_one_address_leave_room_for_others() -> None:
    """Twenty messages of each do not all fit; a newcomer has a place, of that address and of another one."""
    room = Room(2000)
    with ExitStack() as stack:
        assert 130 <= _filled(room, stack, "crowd", 130, 20) < 1000
        for address in ("crowd", "elsewhere"):
            stack.enter_context(room.place(address, f"newcomer of {address}"))


def test_whoever_fills_the_room_himself_is_told_so() -> None:
    """He was too fast; another one for whom there is no room was not."""
    room = Room(4, share=1.0)
    with room.place("a", "b"), room.place("a", "b"), pytest.raises(Full) as full, room.place("a", "b"):
        pass
    assert not full.value.by_others
    with room.place("a", "a"), room.place("b", "b"), room.place("c", "c"), room.place("d", "d"):
        with pytest.raises(Full) as full, room.place("e", "e"):
            pass
        assert full.value.by_others


def test_many_addresses_leave_room_for_one_more() -> None:
    """Each that comes gets less, none gets nothing."""
    room = Room(2000, share=1.0)
    with ExitStack() as stack:
        shares = [_filled(room, stack, f"address {number}", 100, 20) for number in range(8)]
        assert shares == sorted(shares, reverse=True)
        assert shares[-1] > 0


def test_places_are_given_back() -> None:
    """What has been answered makes room."""
    room = Room(4, share=1.0)
    for _ in range(100):
        with room.place("a", "b"):
            pass
    with room.place("a", "b"), room.place("a", "c"), pytest.raises(Full), room.place("a", "b"):
        pass
