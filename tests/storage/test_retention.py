"""How long conversations stay, and the command for them."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy.engine import URL
from test_database import said

from medpath import cli
from medpath.answering.feedback import line_of, read
from medpath.answering.feedback_log import add_line, mark_of
from medpath.channels.slack.blocks import Post
from medpath.channels.slack.outbox import Outbox
from medpath.conversations.database import Database
from medpath.conversations.retention import DAY_SECONDS, purge, purge_daily
from medpath.conversations.settings import read_age, store_settings
from medpath.errors import SetupError
from medpath.project import Project

DAY = DAY_SECONDS
NOW = 100 * DAY


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that keeps conversations for 30 days."""
    (tmp_path / "endpoints.yml").write_text(
        "tracker_store: {type: store, dialect: sqlite, db: conversations.db, keep_for: 30d}", encoding="utf-8"
    )
    monkeypatch.setenv("MEDPATH_HOME", str(tmp_path))
    monkeypatch.setenv("MEDPATH_DATABASE", str(tmp_path / "conversations.db"))
    return tmp_path


@pytest.fixture
def database(home: Path) -> Database:
    return Database(URL.create("sqlite", database=str(home / "conversations.db")))


def _texts(database: Database, conversation: str) -> list[str]:
    return [row.event["text"] for row in database.rows(conversation, session_only=False) if row.event]


def test_what_rested_too_long_is_erased(database: Database) -> None:
    """Whole conversations, and the old sessions of those that went on."""
    database.write([said("old", "one", NOW - 40 * DAY), said("new", "two", NOW - DAY)])
    database.write([said("both", "before", NOW - 40 * DAY), said("both", "begin", NOW - DAY, "session_started")])
    database.write([said("both", "after", NOW - DAY)])
    assert purge(database, timedelta(days=30), NOW) == (1, 1)
    assert [_texts(database, name) for name in ("old", "new", "both")] == [[], ["two"], ["begin", "after"]]


@pytest.mark.parametrize(("text", "age"), [("12h", timedelta(hours=12)), ("30d", timedelta(30)), ("4w", timedelta(28))])
def test_ages_are_read(text: str, age: timedelta) -> None:
    assert read_age(text) == age


@pytest.mark.parametrize("text", ["", "30", "d", "-3d", "1 month", "1.5d"])
def test_another_age_is_refused(text: str) -> None:
    """The message names the place of the setting."""
    with pytest.raises(SetupError, match=r"keep_for of tracker_store in endpoints\.yml"):
        store_settings({"keep_for": text, "db": "x"}, Project(Path()))


def test_a_conversation_is_exported_and_erased(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    """All of it comes out, then nothing is left, and asking again says so."""
    database.write([said("ann", "hello"), said("ann", "hi", 2.0, "bot"), said("bob", "other")])
    assert cli.main(["conversations", "list", "an"]) == 0
    assert capsys.readouterr().out.split()[-1] == "ann"
    assert cli.main(["conversations", "export", "ann"]) == 0
    kept = json.loads(capsys.readouterr().out)
    assert [(one["from"], one["text"]) for one in kept["messages"]] == [("person", "hello"), ("medpath", "hi")]
    assert len(kept["events"]) == 2
    assert cli.main(["conversations", "erase", "ann"]) == 0
    assert "2 events" in capsys.readouterr().out
    for act in ("export", "erase"):
        assert cli.main(["conversations", act, "ann"]) == 1
        assert "There is no conversation 'ann'" in capsys.readouterr().err
    assert _texts(database, "bob") == ["other"]


def test_the_purge_takes_its_age_from_the_settings(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    """An age that is given goes before."""
    database.write([said("ann", "hello")])
    assert cli.main(["conversations", "purge", "--older-than", "99999d"]) == 0
    assert "Erased 0 conversations" in capsys.readouterr().out
    assert cli.main(["conversations", "purge"]) == 0
    assert "Erased 1 conversations" in capsys.readouterr().out


def test_an_age_of_nothing_is_an_age(database: Database, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything is older than 0h, wherever it is kept."""
    database.write([said("ann", "hello", time.time() - 1)])
    _judge(home, "ann", "just now", days=0.01)
    _wait_in_slack(home, "waits")
    assert cli.main(["conversations", "purge", "--older-than", "0h"]) == 0
    told = capsys.readouterr().out
    assert "Erased 1 conversations" in told
    assert "Erased 1 old judgements" in told
    assert "Erased 1 events of Slack's" in told


def test_the_command_makes_no_database(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is kept yet, and nothing is made by asking."""
    assert cli.main(["conversations", "purge"]) == 0
    assert cli.main(["conversations", "list"]) == 1
    assert "There is no conversation database" in capsys.readouterr().err
    assert not (home / "conversations.db").exists()


def test_the_purge_runs_by_itself(database: Database, home: Path) -> None:
    """A server need only be left running."""
    database.write([said("ann", "hello")])

    async def main() -> None:
        running = asyncio.create_task(purge_daily(Project(home), first=0))
        while _texts(database, "ann"):
            await asyncio.wait({running}, timeout=0.1)
            assert not running.done(), running.exception()
        running.cancel()

    asyncio.run(main())


SLACK = "slack-T1-D1-U1"


def _judge(home: Path, conversation: str, question: str, days: float = 0) -> None:
    project, then = Project(home), datetime.now(timezone.utc) - timedelta(days)
    add_line(project.feedback, line_of(question, [], False, then, mark_of(conversation, project.feedback_key)))


def _questions(home: Path) -> list[str]:
    return [one.question for one in read(Project(home).feedback)[0]]


def _wait_in_slack(home: Path, text: str) -> None:
    """An answer to a direct message that Slack has not taken yet."""

    async def take() -> None:
        outbox = Outbox(home / "conversations-slack-outbox.db")
        event = {"type": "message", "channel_type": "im", "user": "U1", "channel": "D1", "ts": text, "text": text}
        taken = await outbox.take("name", "event", "T1", {"event": event})
        assert taken
        await outbox.answered(taken.number, [Post(f"to {text}", ())])
        await outbox.close()

    asyncio.run(take())


def _bytes(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_what_is_kept_beside_the_database_is_erased_with_a_conversation(
    database: Database, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its feedback, and what waits for Slack; of other conversations nothing."""
    database.write([said(SLACK, "very secret"), said("bob", "other")])
    _judge(home, SLACK, "very secret")
    _judge(home, "bob", "other")
    _wait_in_slack(home, "very secret")
    assert cli.main(["conversations", "erase", SLACK]) == 0
    assert "1 events, 1 judgements, 1 waiting in Slack's outbox" in capsys.readouterr().out
    database.close()
    assert _questions(home) == ["other"]
    assert b"very secret" not in _bytes(home)


def test_what_waits_for_slack_is_erased_where_nothing_else_is_kept(database: Database, home: Path) -> None:
    """Somebody's first question is in the outbox before it is in the database."""
    database.write([said("bob", "other")])
    _wait_in_slack(home, "very secret")
    assert cli.main(["conversations", "erase", SLACK]) == 0
    assert b"very secret" not in _bytes(home)


def test_feedback_is_purged_at_the_same_age(database: Database, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A judgement from a conversation that goes on, too."""
    database.write([said("ann", "hello")])
    _judge(home, "ann", "old", days=31)
    _judge(home, "ann", "new", days=29)
    assert cli.main(["conversations", "purge"]) == 0
    assert "Erased 1 old judgements" in capsys.readouterr().out
    assert _questions(home) == ["new"]


def test_a_damaged_database_keeps_nothing_else_from_being_purged(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command fails all the same and says why."""
    (home / "conversations.db").write_bytes(b"no database " * 1000)
    _judge(home, "ann", "old", days=31)
    assert cli.main(["conversations", "purge"]) == 1
    assert "is damaged" in capsys.readouterr().err
    assert _questions(home) == []
