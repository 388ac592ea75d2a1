"""Several servers that write into one PostgreSQL database."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from shared_services import Postgres
from sqlalchemy.engine import make_url

from medpath.conversations.records import Added, Erased, Fate
from medpath.conversations.shared_database import SharedDatabase, database_at
from medpath.errors import StorageError


def asked(conversation: str, text: str, message_id: str | None = None, after: int | None = None) -> Added:
    data = {"event": "user", "text": text, "timestamp": 1.0, "message_id": message_id}
    row = {"sender_id": conversation, "type_name": "user", "timestamp": 1.0, "intent_name": None, "action_name": None}
    return Added(conversation, ({**row, "data": json.dumps(data)},), after)


def texts(database: SharedDatabase, conversation: str) -> list[str]:
    return [row.event["text"] for row in database.rows(conversation, session_only=False) if row.event]


@pytest.fixture
def two(database_url: str) -> tuple[SharedDatabase, SharedDatabase]:
    first, second = (database_at(make_url(database_url)) for _ in range(2))
    assert isinstance(first, SharedDatabase)
    assert isinstance(second, SharedDatabase)
    return first, second


def test_a_turn_on_an_older_state_is_not_written(two: tuple[SharedDatabase, SharedDatabase]) -> None:
    """Both servers have read the same; one of them is first, the other is told so and leaves nothing."""
    first, second = two
    (written,) = first.write([asked("ann", "one", after=0)])
    assert (written.fate, written.version) == (Fate.KEPT, second.version("ann"))
    late, other = second.write([asked("ann", "two", after=0), asked("bob", "hello", after=0)])
    assert (late.fate, other.fate) == (Fate.OVERTAKEN, Fate.KEPT)
    assert texts(first, "ann") == ["one"]
    (again,) = second.write([asked("ann", "two", after=late.version)])
    assert again.fate is Fate.KEPT
    assert texts(first, "ann") == ["one", "two"]


def test_a_message_that_reaches_all_servers_at_once_is_kept_once(database_url: str) -> None:
    """Whatever state they go on from; in another conversation the same id is another message."""
    servers = [SharedDatabase(make_url(database_url)) for _ in range(8)]

    def send(number: int) -> list[Fate]:
        both = [asked("ann", f"from {number}", "m1"), asked(f"other {number}", "hello", "m1")]
        return [written.fate for written in servers[number].write(both)]

    with ThreadPoolExecutor(8) as threads:
        fates = list(threads.map(send, range(8)))
    assert sorted(fate.name for fate, _ in fates) == ["ANSWERED"] * 7 + ["KEPT"]
    assert {fate for _, fate in fates} == {Fate.KEPT}
    assert len(texts(servers[0], "ann")) == 1
    assert servers[1].has_message("ann", "m1")
    assert not servers[1].has_message("ann", "m2")
    for server in servers:
        server.close()


def test_what_was_written_before_its_connection_broke_is_not_taken_for_anothers(
    two: tuple[SharedDatabase, SharedDatabase],
) -> None:
    """The same turn, tried again, counts as written, though the conversation is not what it went on from any more."""
    turn = asked("ann", "one", "m1", after=0)
    two[0].write([turn])
    two[1].write([asked("ann", "two", "m2")])
    (again,) = two[0].write([turn])
    assert again.fate is Fate.ALREADY
    assert texts(two[1], "ann") == ["one", "two"]


def test_what_one_server_erases_is_gone_for_all(two: tuple[SharedDatabase, SharedDatabase]) -> None:
    """The id of a message too: sent again it is a new one."""
    first, second = two
    first.write([asked("ann", "one", "m1")])
    second.write([Erased("ann")])
    assert first.version("ann") == 0
    assert not first.has_message("ann", "m1")
    assert first.write([asked("ann", "one", "m1", after=0)])[0].fate is Fate.KEPT


def test_batches_that_touch_the_same_conversations_do_not_block_each_other(database_url: str) -> None:
    """In whichever order they name them."""
    servers = [SharedDatabase(make_url(database_url)) for _ in range(4)]
    names = [f"conversation {number}" for number in range(20)]

    def write(number: int) -> int:
        order = names if number % 2 else names[::-1]
        for _ in range(10):
            servers[number].write([asked(name, "hello") for name in order])
        return number

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(write, range(4))) == [0, 1, 2, 3]
    assert {len(texts(servers[0], name)) for name in names} == {40}
    for server in servers:
        server.close()


def test_conversations_are_found_by_the_beginnings_of_their_names(two: tuple[SharedDatabase, SharedDatabase]) -> None:
    """Letter by letter: what stands for any letter elsewhere stands for itself."""
    two[0].write([asked("slack-T1-C1-1.5-U1", "hello"), asked("a_b%c", "hello")])
    assert two[1].has("slack-T1-C1-1.5-")
    assert two[1].has("a_b%")
    assert not two[1].has("slack-T1-C2")
    assert not two[1].has("axb")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda url: url.set(password="wrong"), "see the user and the password"),
        (lambda url: url.set(database="nowhere"), "is not there"),
        (lambda url: url.set(port=1), "cannot be reached at present"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(postgres: Postgres, change: object, told: str) -> None:
    """And nobody reads the password in it."""
    url = change(make_url(postgres.url("postgres")))  # type: ignore[operator]
    with pytest.raises(StorageError, match=told) as caught:
        SharedDatabase(url).check(whole=True)
    assert url.password not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_restart_of_the_database_is_survived(postgres: Postgres, database_url: str) -> None:
    """It is told while it is away; afterwards the same connection pool goes on."""
    database = SharedDatabase(make_url(database_url))
    database.write([asked("ann", "one", "m1")])
    postgres.stop()
    with pytest.raises(StorageError, match="cannot be reached at present"):
        database.write([asked("ann", "two", "m2")])
    postgres.start()
    database.write([asked("ann", "two", "m2")])
    assert texts(database, "ann") == ["one", "two"]
    postgres.kill()
    postgres.start()
    assert texts(database, "ann") == ["one", "two"]
    database.close()


def test_two_messages_with_one_id_in_an_old_file_are_both_taken(two: tuple[SharedDatabase, SharedDatabase]) -> None:
    """The first has the id."""
    one = asked("ann", "one", "m1")
    two[0].write([replace(one, rows=(*one.rows, *asked("ann", "two", "m1").rows))])
    assert texts(two[1], "ann") == ["one", "two"]
