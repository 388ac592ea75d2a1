"""What visitors of the web channel hear and keep while the conversation database cannot be used."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from on_loopback import Running, database_of, started
from storage_troubles import bytes_of, change, damaged_head, full, locked, only_readable, others_may, small_disk
from web_visitor import Visitor, arrive, conversation_of, project_with

from medpath.project import Project
from medpath.serving.launcher import free_ports

pytestmark = pytest.mark.slow

QUESTION = "How many years is an internal medicine residency?"
MORE = "where is that from"
CANNOT_BE_KEPT = "cannot be kept at present"
DEADLINE = 30.0
DAMAGED = (
    b"{",
    b"\xff\xfe",
    None,
    b"[]",
    b'{"event": "nonsense", "timestamp": 1}',
    b'{"event": "user", "timestamp": 1, "text": 5}',
)


@pytest.fixture(scope="module")
def medpath(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with started(project_with(tmp_path_factory.mktemp("storage")), free_ports()) as running:
        yield running


def _on_disk(project: Project, disk: Path) -> None:
    """Lets the database of a project lie on a disk of its own."""
    database_of(project).symlink_to(disk / "conversations.db")


def _until(is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + DEADLINE
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.1)


def _log(medpath: Running) -> str:
    return medpath.service("Rasa server").log.read_text(encoding="utf-8")


def _was_warned(reply: dict[str, object]) -> bool:
    return CANNOT_BE_KEPT in str(reply["warnings"])


def test_a_locked_database_keeps_nobody_waiting(medpath: Running) -> None:
    """For 11 seconds all are answered, follow-ups too, and told; in the end all was kept, each message once."""
    visitors = [arrive(medpath.url) for _ in range(4)]
    for visitor in visitors:
        assert not _was_warned(visitor.ask(QUESTION))

    def talk(visitor: Visitor) -> tuple[int, float]:
        ends, longest, number = time.monotonic() + 11, 0.0, 1
        while time.monotonic() < ends:
            asked = time.monotonic()
            reply = visitor.ask(MORE, f"locked-{number}")
            longest = max(longest, time.monotonic() - asked)
            assert reply["kind"] == "answer"
            assert _was_warned(reply)
            number += 1
            time.sleep(1)
        return number, longest

    with locked(medpath.database), ThreadPoolExecutor(len(visitors)) as pool:
        talks = list(pool.map(talk, visitors))
    assert max(longest for _, longest in talks) < 5  # each write waited for as long before
    _until(lambda: "can be written again" in _log(medpath))
    for visitor, (number, _) in zip(visitors, talks, strict=True):
        assert visitor.questions() == [QUESTION] + [MORE] * (number - 1)
        assert not _was_warned(visitor.ask("thanks"))


def test_a_message_sent_again_is_answered_and_kept_once(medpath: Running) -> None:
    """While it waits in memory it gets its replies with the warning, and without when it is kept."""
    visitor = arrive(medpath.url)
    visitor.ask("hello")
    with locked(medpath.database):
        first = visitor.ask(QUESTION, "again")
        assert _was_warned(first)
        assert visitor.ask(QUESTION, "again") == first
        assert visitor.questions() == ["hello", QUESTION]
    _until(lambda: not _was_warned(visitor.ask(QUESTION, "again")))
    assert visitor.questions() == ["hello", QUESTION]


def test_a_damaged_head_is_noticed_and_recovered_from(medpath: Running) -> None:
    """A file that is no database any more is not written into; when it is one again, all goes on as before."""
    visitor = arrive(medpath.url)
    visitor.ask(QUESTION)
    with damaged_head(medpath.database):
        reply = visitor.ask(MORE, "damaged")
        assert reply["kind"] == "answer"
        assert _was_warned(reply)
        stranger = arrive(medpath.url)
        reply = stranger.ask(QUESTION)
        assert reply["kind"] == "answer"
        assert _was_warned(reply)
    _until(lambda: not _was_warned(visitor.ask(MORE, "damaged")))
    assert visitor.questions() == [QUESTION, MORE]
    assert stranger.questions() == [QUESTION]
    assert not _was_warned(arrive(medpath.url).ask(QUESTION))


def test_a_removed_database_is_made_anew(medpath: Running) -> None:
    """Nothing is written into a file that has no name any more."""
    arrive(medpath.url).ask(QUESTION)
    for path in medpath.database.parent.glob(medpath.database.name + "*"):
        path.unlink()
    visitor = arrive(medpath.url)
    assert not _was_warned(visitor.ask(QUESTION))
    assert QUESTION.encode() in bytes_of(medpath.database)
    assert visitor.questions() == [QUESTION]


def test_a_damaged_row_starts_one_conversation_afresh(tmp_path: Path) -> None:
    """Its visitor is told once and goes on; all others have what they had, and nothing ends."""
    project = project_with(tmp_path)
    with started(project, free_ports()) as medpath:
        visitors = [arrive(medpath.url) for _ in DAMAGED]
        other = arrive(medpath.url)
        for visitor in (*visitors, other):
            visitor.ask(QUESTION)
        names = [conversation_of(visitor, medpath) for visitor in visitors]
    statement = "UPDATE events SET data = CAST(? AS TEXT) WHERE sender_id = ? AND type_name = 'user'"
    for name, damaged in zip(names, DAMAGED, strict=True):
        assert change(database_of(project), statement, damaged, name) == 1
    with started(project, free_ports()) as medpath:
        for token in [visitor.token for visitor in visitors]:
            visitor = Visitor(medpath.url, token)
            assert "afresh" in str(visitor.ask(QUESTION)["warnings"])
            assert "afresh" not in str(visitor.ask(MORE)["warnings"])
            assert visitor.questions() == [QUESTION, MORE]
        other = Visitor(medpath.url, other.token)
        assert other.ask(MORE)["kind"] == "answer"
        assert other.questions() == [QUESTION, MORE]


def test_a_full_disk_is_told_and_recovered_from(tmp_path: Path) -> None:
    """What could not be written is there as soon as there is room for it."""
    project = project_with(tmp_path)
    with small_disk(tmp_path / "disk", "2m") as disk, ExitStack() as stack:
        _on_disk(project, disk)
        medpath = stack.enter_context(started(project, free_ports()))
        visitor = arrive(medpath.url)
        visitor.ask(QUESTION)
        with full(disk):
            for number in range(15):
                reply = visitor.ask(MORE, f"full-{number}")
                assert reply["kind"] == "answer"
            assert _was_warned(reply)
            assert "disk is full" in _log(medpath)
        _until(lambda: "can be written again" in _log(medpath))
        assert not _was_warned(visitor.ask(MORE, "full-14"))
        assert visitor.questions() == [QUESTION] + [MORE] * 15


def test_a_database_that_can_only_be_read_is_told_and_recovered_from(tmp_path: Path) -> None:
    """Medpath starts and answers; when it may write, it keeps what is said."""
    project = project_with(tmp_path)
    with small_disk(tmp_path / "disk", "8m") as disk, ExitStack() as stack:
        _on_disk(project, disk)
        with started(project, free_ports()) as medpath:
            before = arrive(medpath.url)
            before.ask(QUESTION)
        with only_readable(disk):
            medpath = stack.enter_context(started(project, free_ports()))
            visitor = Visitor(medpath.url, before.token)
            reply = visitor.ask("When is Match Day?", "readable")
            assert reply["kind"] == "answer"
            assert _was_warned(reply)
        _until(lambda: not _was_warned(visitor.ask("When is Match Day?", "readable")))
        assert visitor.questions() == [QUESTION, "When is Match Day?"]


def test_who_wants_to_be_forgotten_is_erased(medpath: Running) -> None:
    """Neither the messages nor what was told of himself is on the disk any more; others' conversations are."""
    visitor, other = arrive(medpath.url), arrive(medpath.url)
    visitor.ask("im a DO student and like zebrafish, when is match day")
    other.ask("is there a residency with wombats")
    assert b"zebrafish" in bytes_of(medpath.database)
    reply = visitor.ask("forget me", "forgotten")
    assert "erased" in reply["text"]
    assert "What stays" in reply["text"]
    assert visitor.history() == []
    assert b"zebrafish" not in bytes_of(medpath.database)
    assert conversation_of(visitor, medpath).encode() not in bytes_of(medpath.database)
    assert visitor.ask("forget me", "forgotten") == reply
    assert "nothing" in visitor.ask("what do you know about me")["text"]
    assert visitor.questions() == ["what do you know about me"]
    assert other.questions() == ["is there a residency with wombats"]


def test_who_cannot_be_erased_yet_is_told_so(medpath: Running) -> None:
    """Nobody hears that he is forgotten while his messages are on the disk; they go as soon as it can be written."""
    visitor = arrive(medpath.url)
    visitor.ask("do axolotls match into pediatrics")
    with locked(medpath.database):
        reply = visitor.ask("forget me")
        assert reply["kind"] == "error"
        assert "could not erase" in reply["text"]
        assert visitor.history() == []
    _until(lambda: b"axolotls" not in bytes_of(medpath.database))


def test_no_message_reaches_a_log(medpath: Running) -> None:
    """Also while the database fails, and whatever an action stumbles over."""
    visitor = arrive(medpath.url)
    with locked(medpath.database):
        visitor.ask("my narwhal failed step 1")
    with damaged_head(medpath.database):
        visitor.ask("my narwhal failed step 2")
    for log in medpath.project.state.glob("*.log"):
        assert "narwhal" not in log.read_text(encoding="utf-8")


def test_only_the_owner_may_read_what_is_kept(medpath: Running) -> None:
    """Database and logs, and the folder that they are in."""
    arrive(medpath.url).ask(QUESTION)
    kept = [*medpath.database.parent.glob(medpath.database.name + "*"), *medpath.project.state.rglob("*")]
    assert len(kept) > 3
    assert [path for path in (medpath.project.state, *kept) if others_may(path)] == []
