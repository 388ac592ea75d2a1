"""What Slack was promised outlives the process, and what cannot be kept is refused."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from medpath.channels.slack import outbox
from medpath.channels.slack.blocks import Post
from medpath.channels.slack.outbox import Outbox, OutboxError
from medpath.channels.slack.outbox_erasing import erase_from_outbox, purge_outbox
from medpath.channels.slack.outbox_file import DAY, Taken
from medpath.channels.slack.pictures import Picture

Found = TypeVar("Found")
SAID = [Post("three years", ({"type": "divider"},)), Picture("http://127.0.0.1/plan.png", "the plan")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "outbox.db"


def using(path: Path, work: Callable[[Outbox], Awaitable[Found]], most: int = 10) -> Found:
    """Does something with the outbox in a process's life: it is opened before and closed after."""

    async def life() -> Found:
        outbox = Outbox(path, most)
        try:
            return await work(outbox)
        finally:
            await outbox.close()

    return asyncio.run(life())


async def kept(outbox: Outbox, key: str) -> Taken:
    """An event that is kept for the first time."""
    taken = await outbox.take(key, "event", "T1", {"event": {"text": key}})
    assert taken is not None
    return taken


def test_what_was_taken_is_there_after_a_restart_in_order(path: Path) -> None:
    """With all that Slack sent, and no answer yet."""

    async def take(outbox: Outbox) -> None:
        for key in ("b", "a", "c"):
            await kept(outbox, key)

    using(path, take)
    left = using(path, Outbox.left)
    assert [taken.body["event"]["text"] for taken in left] == ["b", "a", "c"]
    assert {taken.letters for taken in left} == {None}


def test_an_answer_is_there_until_its_last_letter_is_sent(path: Path) -> None:
    """Each letter comes back as it was, with its mark, and whether it was begun."""

    async def answer(outbox: Outbox) -> None:
        first, second = await outbox.answered((await kept(outbox, "a")).number, SAID)
        await outbox.sent(first)
        await outbox.begun(second)

    async def send_the_rest(outbox: Outbox) -> None:
        ((letter,),) = [taken.letters or () for taken in await outbox.left()]
        assert letter.content == SAID[1]
        assert letter.begun
        await outbox.sent(letter)
        assert await outbox.left() == []

    using(path, answer)
    using(path, send_the_rest)
    assert using(path, lambda outbox: outbox.take("a", "event", "T1", {})) is None


def test_nothing_that_was_said_stays_in_the_file(path: Path) -> None:
    """Of what is done only the name is kept."""

    async def live(outbox: Outbox) -> None:
        (letter,) = await outbox.answered((await kept(outbox, "secret question")).number, [Post("secret answer", ())])
        await outbox.sent(letter)

    using(path, live)
    content = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b'"text": "secret question"' not in content
    assert b"secret answer" not in content


def test_a_question_in_two_forms_is_kept_once(path: Path) -> None:
    """Whichever came first; the other one goes."""

    async def live(outbox: Outbox) -> list[Taken]:
        first, second = await kept(outbox, "form 1"), await kept(outbox, "form 2")
        assert await outbox.claim(first.number, "question")
        assert not await outbox.claim(second.number, "question")
        return await outbox.left()

    assert [taken.key for taken in using(path, live)] == ["question"]


def test_it_knows_what_was_kept_by_the_beginning_of_its_name(path: Path) -> None:
    """Also when it is done; nothing else is taken for it."""

    async def live(outbox: Outbox) -> list[bool]:
        await outbox.answered((await kept(outbox, "event-T1-C1-1.5-abc")).number, ())
        return [await outbox.has(name) for name in ("event-T1-C1-1.5-", "event-T1-C1-1.55-", "event-T1-C1-1.4-")]

    assert using(path, live) == [True, False, False]


def test_a_full_outbox_takes_nothing_more(path: Path) -> None:
    """Until something in it is done."""

    async def live(outbox: Outbox) -> None:
        first = await kept(outbox, "a")
        await kept(outbox, "b")
        with pytest.raises(OutboxError, match="full"):
            await outbox.take("c", "event", "T1", {})
        await outbox.drop(first.number)
        await kept(outbox, "c")

    using(path, live, most=2)


def test_a_locked_file_refuses_what_is_new_and_keeps_what_was_promised(path: Path) -> None:
    """An event cannot be taken, but a letter is noted as sent when the lock is gone."""

    async def live(outbox: Outbox) -> list[Taken]:
        (letter,) = await outbox.answered((await kept(outbox, "a")).number, SAID[:1])
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(OutboxError, match="locked"):
                await outbox.take("b", "event", "T1", {})
            noting = asyncio.create_task(outbox.sent(letter))
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(asyncio.shield(noting), 0.1)
            other.execute("ROLLBACK")
        await noting
        return await outbox.left()

    assert using(path, live) == []


def test_a_damaged_file_is_set_aside(path: Path) -> None:
    """The next one is empty and works."""
    path.parent.mkdir()
    path.write_bytes(b"no database " * 1000)
    using(path, lambda outbox: kept(outbox, "a"))
    assert len(using(path, Outbox.left)) == 1
    assert any("damaged" in file.name for file in path.parent.iterdir())


def test_a_damaged_row_stops_no_other(path: Path) -> None:
    """It is given up, the rest is answered."""

    async def take(outbox: Outbox) -> None:
        await kept(outbox, "a")
        await kept(outbox, "b")

    using(path, take)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE events SET body = '{' WHERE key = 'a'")
    assert [taken.key for taken in using(path, Outbox.left)] == ["b"]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """In one sentence that names the file."""
    (tmp_path / "file").touch()
    with pytest.raises(OutboxError, match="cannot be written"):
        using(tmp_path / "file" / "outbox.db", Outbox.open)


def test_what_is_older_than_a_day_is_given_up(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for an answer to it any more."""
    using(path, lambda outbox: kept(outbox, "a"))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + DAY + 1)
    assert using(path, Outbox.left) == []


def test_the_files_are_their_owners_only(path: Path) -> None:
    """Those that SQLite puts beside it too; one that was open to others is closed."""
    path.parent.mkdir()
    path.touch(0o644)

    async def modes(outbox: Outbox) -> set[int]:
        await kept(outbox, "a")
        return {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}

    assert using(path, modes) == {0o600}


def test_names_are_forgotten_in_the_end(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When Slack does not send the event again any more."""

    async def done(outbox: Outbox) -> None:
        await outbox.answered((await kept(outbox, "a")).number, ())

    using(path, done)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 4 * DAY)
    monkeypatch.setattr(outbox, "TIDY_EVERY", 1)
    using(path, lambda outbox: kept(outbox, "a"))


ANN, BOB = "slack-T1-D1-U1", "slack-T1-D2-U2"


async def said_by(outbox: Outbox, person: str, text: str) -> Taken:
    """A direct message of somebody that is kept under its text in capitals."""
    _, team, channel, user = person.split("-")
    event = {"type": "message", "channel_type": "im", "user": user, "channel": channel, "ts": text, "text": text}
    taken = await outbox.take(text.upper(), "event", team, {"event": event})
    assert taken is not None
    return taken


def bytes_of(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_a_conversation_is_forgotten_with_its_answers(path: Path) -> None:
    """Up to the message that asks for it, whose answer is still given; others lose nothing."""

    async def live(outbox: Outbox) -> None:
        asked = await said_by(outbox, ANN, "my secret")
        (letter,) = await outbox.answered(asked.number, [Post("secret answer", ())])
        await said_by(outbox, BOB, "hello")
        forget = await said_by(outbox, ANN, "forget me")
        await said_by(outbox, ANN, "something new")
        await outbox.erase(ANN, before=forget.number)
        assert not await outbox.begun(letter)
        assert [taken.key for taken in await outbox.left()] == ["HELLO", "FORGET ME", "SOMETHING NEW"]
        assert b"secret" not in bytes_of(path)
        assert await outbox.take("MY SECRET", "event", "T1", {}) is None

    using(path, live)


def test_an_answer_to_what_was_erased_meanwhile_is_not_kept(path: Path) -> None:
    """Another program erases while the answer is sought."""

    async def live(outbox: Outbox) -> None:
        asked, other = await said_by(outbox, ANN, "a"), await said_by(outbox, BOB, "b")
        assert erase_from_outbox(path, ANN) == 1
        assert await outbox.look(asked.number) is None
        assert await outbox.answered(asked.number, [Post("secret answer", ())]) == ()
        assert len(await outbox.answered(other.number, [Post("answer", ())])) == 1
        assert b"secret" not in bytes_of(path)

    using(path, live)


def test_what_waits_for_too_long_is_purged(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a day, or sooner if that is asked for; while Medpath runs, too."""

    async def live(outbox: Outbox) -> list[int]:
        await said_by(outbox, ANN, "a")
        now = time.time()
        gone = []
        for age, hours in ((None, 23), (timedelta(days=30), 23), (timedelta(hours=1), 0), (timedelta(hours=1), 2)):
            monkeypatch.setattr(time, "time", lambda hours=hours: now + hours * 3600)
            gone.append(purge_outbox(path, age))
        return gone

    assert using(path, live) == [0, 0, 0, 1]
    assert purge_outbox(path.with_name("none"), None) == 0
    assert not path.with_name("none").exists()


def test_nothing_that_was_said_stays_in_the_file_while_it_is_open(path: Path) -> None:
    """Once everything is done, without waiting for the end."""

    async def live(outbox: Outbox) -> None:
        (letter,) = await outbox.answered((await kept(outbox, "a")).number, [Post("secret answer", ())])
        await outbox.sent(letter)
        assert b"secret answer" not in bytes_of(path)

    using(path, live)
