"""Slack's outbox where several servers answer, each with an outbox of its own on one database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from shared_services import Postgres

from medpath.channels.slack.blocks import Post
from medpath.channels.slack.events import Question, Thread
from medpath.channels.slack.outbox import OutboxError
from medpath.channels.slack.outbox_file import Taken
from medpath.channels.slack.shared import outbox as shared
from medpath.channels.slack.shared.outbox import SharedOutbox, erase_shared, purge_shared

SAID = [Post("one", ()), Post("two", ())]


def _body(text: str, user: str = "U1") -> dict[str, Any]:
    event = {"type": "message", "channel_type": "im", "user": user, "channel": "D1", "ts": "1.5", "text": text}
    return {"event": event}


def _question(ts: str | None = None, user: str = "U1") -> Question:
    return Question(Thread("T1", "C1", ts), user, "1.5-abc", "hello", "hello")


async def _take(outbox: SharedOutbox, key: str, text: str = "hello") -> Taken:
    taken = await outbox.take(key, "event", "T1", _body(text))
    assert taken
    return taken


@asynccontextmanager
async def outboxes(number: int = 2) -> AsyncIterator[list[SharedOutbox]]:
    made = [SharedOutbox() for _ in range(number)]
    try:
        yield made
    finally:
        for one in made:
            await one.close()


def _let_die(postgres: Postgres, url: str) -> None:
    """As if the servers had not been heard of for a while."""
    postgres.run("UPDATE slack_events SET held_until = 1", url.rpartition("/")[2])


@pytest.fixture
def url(database_url: str) -> str:
    return database_url


def test_an_event_that_comes_to_all_servers_is_taken_once(url: str) -> None:
    """Also when it comes at the same moment."""

    async def main() -> int:
        async with outboxes(4) as servers:
            taken = await asyncio.gather(*(one.take("a", "event", "T1", _body("hello")) for one in servers))
            return sum(one is not None for one in taken)

    assert asyncio.run(main()) == 1


def test_what_is_answered_is_posted_and_done(url: str) -> None:
    """Its name stays, so that it is not taken again."""

    async def main() -> None:
        async with outboxes() as (first, second):
            taken = await _take(first, "a")
            letters = await first.answered(taken.number, SAID, "C1")
            assert [letter.content for letter in letters] == SAID
            for letter in letters:
                assert await first.begun(letter)
                await first.sent(letter)
            assert await first.look(taken.number) is None
            assert await second.take("a", "event", "T1", _body("hello")) is None
            assert await second.has("a")

    asyncio.run(main())


def test_what_a_dead_server_has_left_is_taken_over_by_one(postgres: Postgres, url: str) -> None:
    """With what is left of its answer; the dead one, should it live after all, posts nothing more."""

    async def main() -> None:
        async with outboxes(3) as (dead, second, third):
            taken = await _take(dead, "a")
            one, _ = await dead.answered(taken.number, SAID, "C1")
            await dead.begun(one)
            assert await second.left() == []
            _let_die(postgres, url)
            both = await asyncio.gather(second.left(), third.left())
            (heir,) = [found for found in both if found]
            assert [letter.begun for letter in heir[0].letters or ()] == [True, False]
            assert not await dead.begun(one)
            assert await dead.look(taken.number) is None
            assert await dead.answered(taken.number, SAID, "C1") == ()

    asyncio.run(main())


def test_a_server_that_says_so_keeps_what_it_owns(
    postgres: Postgres, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And takes over, when it looks, what another one has left."""
    monkeypatch.setattr(shared, "HOLD_EVERY_SECONDS", 0.05)

    async def main() -> list[Taken]:
        dead = SharedOutbox()
        async with outboxes(1) as (living,):
            mine = await _take(living, "a")
            found: list[Taken] = []
            _let_die(postgres, url)
            watching = asyncio.create_task(living.watch(found.append))
            await asyncio.sleep(0.5)
            assert [one.key for one in await dead.left()] == []
            await _take(dead, "b")
            await dead.close()
            while not found:
                await asyncio.sleep(0.05)
            watching.cancel()
            assert await living.look(mine.number)
            return found

    assert [taken.key for taken in asyncio.run(main())] == ["b"]


def test_what_could_not_be_finished_rests_and_blocks_nobody(url: str) -> None:
    """A dead token does not keep the same person from being answered elsewhere."""

    async def main() -> None:
        async with outboxes() as (first, second):
            taken, later = await _take(first, "a"), await _take(second, "b")
            for outbox, one in ((first, taken), (second, later)):
                await outbox.place(one.number, _question())
            await first.put_down(taken.number)
            assert await second.left() == []
            await asyncio.wait_for(second.wait_for_earlier(later.number, _question().conversation), 2)

    asyncio.run(main())


def test_the_questions_of_a_conversation_are_answered_in_order(url: str) -> None:
    """Whichever servers they came to; those of another conversation do not wait."""

    async def main() -> list[str]:
        async with outboxes() as (first, second):
            order: list[str] = []
            one, two, other = await _take(first, "a"), await _take(second, "b"), await _take(second, "c")
            for outbox, taken, user in ((first, one, "U1"), (second, two, "U1"), (second, other, "U2")):
                await outbox.place(taken.number, _question(user=user))

            async def answer(outbox: SharedOutbox, taken: Taken, user: str) -> None:
                await outbox.wait_for_earlier(taken.number, _question(user=user).conversation)
                order.append(taken.key)
                await outbox.answered(taken.number, SAID, "C1")

            later = [asyncio.create_task(answer(second, two, "U1")), asyncio.create_task(answer(second, other, "U2"))]
            await asyncio.sleep(0.5)
            await answer(first, one, "U1")
            await asyncio.gather(*later)
            return order

    assert asyncio.run(main()) == ["c", "a", "b"]


def test_answers_in_one_place_are_posted_in_order(url: str) -> None:
    """All parts of one before the first of the next."""

    async def main() -> list[int]:
        async with outboxes() as (first, second):
            order: list[int] = []
            one, two = await _take(first, "a"), await _take(second, "b")
            before = await first.answered(one.number, SAID, "C1")
            after = await second.answered(two.number, SAID, "C1")

            async def post() -> None:
                await second.wait_for_letters(after)
                order.append(2)

            posting = asyncio.create_task(post())
            for letter in before:
                await asyncio.sleep(0.3)
                order.append(1)
                await first.sent(letter)
            await posting
            elsewhere = await second.answered((await _take(second, "c")).number, SAID, "C2")
            await asyncio.wait_for(second.wait_for_letters(elsewhere), 2)
            return order

    assert asyncio.run(main()) == [1, 1, 2]


def test_two_forms_of_one_question_on_two_servers_are_one(url: str) -> None:
    """Whoever gives it its name first answers it."""

    async def main() -> list[bool]:
        async with outboxes() as (first, second):
            one, two = await _take(first, "undecided-a"), await _take(second, "unread-a")
            return list(await asyncio.gather(first.claim(one.number, "a"), second.claim(two.number, "a")))

    assert sorted(asyncio.run(main())) == [False, True]


def test_servers_know_of_each_other_where_medpath_is_spoken_to(url: str) -> None:
    """A thread is followed from the moment that somebody names Medpath in it, before any answer."""

    async def main() -> None:
        async with outboxes() as (first, second):
            taken = await _take(first, "a")
            await first.place(taken.number, _question("9.9"))
            assert await second.is_spoken_to(Thread("T1", "C1", "9.9"))
            assert not await second.is_spoken_to(Thread("T1", "C1", "8.8"))
            await first.note_post(Thread("T1", "C1", "9.9"), _question())
            assert await second.post_above(Thread("T1", "C1", "9.9")) == "1.5-abc"

    asyncio.run(main())


def test_what_waits_is_erased_and_given_up(url: str) -> None:
    """Of one conversation, or what is too old for anybody to answer it."""

    async def main() -> tuple[int, int]:
        async with outboxes(1) as (outbox,):
            for key in ("a", "b"):
                await _take(outbox, key)
            (letter, _) = await outbox.answered((await _take(outbox, "c")).number, SAID)
            erased = erase_shared("slack-T1-D1-U1")
            assert not await outbox.begun(letter)
            await _take(outbox, "d")
            return erased, purge_shared(timedelta(0))

    assert asyncio.run(main()) == (3, 1)


def test_an_outbox_that_is_full_or_away_refuses(postgres: Postgres, url: str) -> None:
    """Slack is asked to send it again then."""

    async def main() -> None:
        outbox = SharedOutbox(most=1)
        await _take(outbox, "a")
        with pytest.raises(OutboxError, match="is full"):
            await outbox.take("b", "event", "T1", _body("hello"))
        postgres.stop()
        with pytest.raises(OutboxError, match="cannot be reached"):
            await outbox.take("c", "event", "T1", _body("hello"))
        looking = asyncio.create_task(outbox.look(1))  # what was promised waits
        await asyncio.sleep(0.2)
        postgres.start()
        assert await looking
        await outbox.close()

    asyncio.run(main())
