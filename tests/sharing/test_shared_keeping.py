"""Feedback, and what is done once a day, where several servers share a database."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from past_turns import remember_turns
from sqlalchemy.engine import make_url
from test_shared_database import asked, texts

from medpath import cli
from medpath.conversations.shared_database import SharedDatabase
from medpath.feedback import NoFeedback, erase_feedback, feedback_of_all, note_feedback, purge_feedback
from medpath.project import Project
from medpath.sharing.chores import give_back_chore, take_chore


@pytest.fixture
def home(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that keeps conversations for 30 days, in the shared database."""
    (tmp_path / "endpoints.yml").write_text(
        "tracker_store: {dialect: sqlite, db: conversations.db, keep_for: 30d}", encoding="utf-8"
    )
    monkeypatch.setenv("MEDPATH_HOME", str(tmp_path))
    return tmp_path


def test_feedback_is_kept_in_the_database(home: Path) -> None:
    """Nothing is written on the machine; it goes with its conversation or with its age."""
    project = Project(home)
    with pytest.raises(NoFeedback):
        feedback_of_all(project)
    note_feedback(project, "ann", "how long is psych", ["psychiatry/duration"], False)
    note_feedback(project, "bob", "fee? ann@example.org", [], True)
    judgements, broken = feedback_of_all(project)
    assert [(one.question, one.facts, one.helpful) for one in judgements] == [
        ("how long is psych", ("psychiatry/duration",), False),
        ("fee? …", (), True),
    ]
    assert broken == 0
    assert "ann" not in {one.conversation for one in judgements}
    assert (erase_feedback(project, "ann"), erase_feedback(project, "ann")) == (1, 0)
    assert purge_feedback(project, timedelta(days=30)) == 0
    assert purge_feedback(project, timedelta(minutes=-2)) == 1
    assert not (home / "var").exists()


def test_servers_agree_on_the_key_of_the_feedback(home: Path) -> None:
    """Also when all of them make it at the same moment."""
    project = Project(home)
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda _: note_feedback(project, "ann", "?", [], True), range(6)))
    assert erase_feedback(project, "ann") == 6


def test_feedback_of_one_machine_is_taken_in(
    home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its conversations, by which it is still erased; a second time nothing comes twice."""
    project = Project(home)
    monkeypatch.delenv("MEDPATH_DATABASE_URL")
    remember_turns(home / "conversations.db", "ann", 1)
    note_feedback(project, "ann", "one", [], True)
    note_feedback(project, "gone", "two", [], False)
    monkeypatch.setenv("MEDPATH_DATABASE_URL", database_url)
    for told in ("Copied 2 judgements", "1 were there already"):
        assert cli.main(["database", "import", str(home / "conversations.db")]) == 0
        assert told in capsys.readouterr().out
    assert len(feedback_of_all(project)[0]) == 2
    assert erase_feedback(project, "ann") == 1


def test_one_of_all_servers_does_what_is_due(database_url: str) -> None:
    """The others find it done; what failed is left to the next."""
    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(lambda _: take_chore("purge", 60), range(6))) == 1
    assert not take_chore("purge", 60)
    assert take_chore("other", 60)
    assert take_chore("purge", 0)
    give_back_chore("purge")
    assert take_chore("purge", 60)


@pytest.mark.parametrize("hours", [40 * 24, -2])
def test_a_server_whose_clock_is_wrong_erases_nothing(
    home: Path, database_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    """Forty days ahead everything would be old; the purge of the day is left to another server."""
    database = SharedDatabase(make_url(database_url))
    database.write([asked("ann", "hello")])
    true_time = time.time
    with monkeypatch.context() as wrong:
        wrong.setattr(time, "time", lambda: true_time() + 3600 * hours)
        for more in ([], ["--if-due"]):
            assert cli.main(["conversations", "purge", *more]) == 1
            assert f"{abs(hours):.1f} hours {'ahead of' if hours > 0 else 'behind'}" in capsys.readouterr().err
    assert texts(database, "ann") == ["hello"]
    assert cli.main(["conversations", "purge", "--if-due"]) == 0
    assert "Erased 1 conversations" in capsys.readouterr().out
    database.close()


def test_the_commands_work_on_the_shared_database(
    home: Path, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """List, export, erase and purge, the last one of all servers' but once a day."""
    database = SharedDatabase(make_url(database_url))
    database.write([asked("ann", "hello"), asked("bob", "other"), asked("cleo", "third")])
    note_feedback(Project(home), "ann", "hello", [], True)
    assert cli.main(["conversations", "list", "an"]) == 0
    assert capsys.readouterr().out.split()[-1] == "ann"
    assert cli.main(["conversations", "export", "ann"]) == 0
    assert '"text": "hello"' in capsys.readouterr().out
    assert cli.main(["conversations", "erase", "ann"]) == 0
    assert "1 events, 1 judgements" in capsys.readouterr().out
    assert cli.main(["conversations", "purge", "--if-due"]) == 0
    assert "Erased 2 conversations" in capsys.readouterr().out
    database.write([asked("bob", "again")])
    assert cli.main(["conversations", "purge", "--if-due"]) == 0
    assert "Another server" in capsys.readouterr().out
    assert texts(database, "bob") == ["again"]
    assert cli.main(["conversations", "purge"]) == 0
    assert texts(database, "bob") == []
    assert cli.main(["feedback"]) == 0
    assert "the database holds none" in capsys.readouterr().out
    database.close()
