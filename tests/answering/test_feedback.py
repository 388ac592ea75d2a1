"""The log of what people thought of answers."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from medpath.answering.feedback import Feedback, Judged, line_of, read, summary
from medpath.answering.feedback_log import add_line, erase_before, erase_of, mark_of

NOW = datetime(2026, 11, 23, 6, 50, 12, tzinfo=timezone.utc)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "var" / "feedback.jsonl"


def record(
    log: Path, question: str, facts: Sequence[str], helpful: bool, now: datetime = NOW, conversation: str = ""
) -> None:
    """Adds a judgement to the log."""
    add_line(log, line_of(question, facts, helpful, now, conversation))


def test_what_is_recorded_is_read_back(log: Path) -> None:
    """Judgements are added in order, with the minute and no more."""
    record(log, "how long is psych", ["psychiatry/duration"], False, NOW)
    record(log, "fee?", [], True, NOW)
    assert read(log) == (
        [
            Feedback("2026-11-23T06:50Z", "how long is psych", ("psychiatry/duration",), False),
            Feedback("2026-11-23T06:50Z", "fee?", (), True),
        ],
        0,
    )


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("my mail is ann.lee@school.edu, when is match day", "my mail is … when is match day"),
        ("my AAMC id is 12345678", "my AAMC id is …"),
        ("call 555 123 4567", "call …"),
        ("does 2027 cost $935", "does 2027 cost $935"),
        ("two\nlines\x00", "two lines "),
    ],
)
def test_nothing_identifying_is_kept(log: Path, question: str, kept: str) -> None:
    """Addresses, long numbers and control characters are blanked."""
    record(log, question, [], True, NOW)
    assert read(log)[0][0].question == kept


def test_damaged_lines_are_counted(log: Path) -> None:
    """A line that is no judgement is left out, the others count."""
    record(log, "fee?", ["a/b"], True, NOW)
    with log.open("a", encoding="utf-8") as file:
        file.write('null\n{"time": 3}\n{"time": "x", "question": "", "facts": [], "helpful": true}\n[[[\n')
    judgements, broken = read(log)
    assert (len(judgements), broken) == (1, 4)


def test_the_worst_come_first() -> None:
    """Facts are ordered by how often they were wrong, with the latest of those questions first."""
    marks = [("a/b", True), ("c/d", False), ("c/d", False), ("e/f", False), ("c/d", True)]
    judgements = [Feedback("t", f"q{i}", (fact,), helpful) for i, (fact, helpful) in enumerate(marks)]
    assert summary(judgements) == [
        Judged("c/d", 1, 2, ("q2", "q1")),
        Judged("e/f", 0, 1, ("q3",)),
        Judged("a/b", 1, 0, ()),
    ]


def questions(log: Path) -> list[str]:
    return [one.question for one in read(log)[0]]


def test_the_judgements_of_a_conversation_are_erased(log: Path) -> None:
    """Nobody else's; and the log does not tell whose they were."""
    key = log.with_name("key")
    for name, question in (("ann", "fee?"), ("bob", "visa?"), ("ann", "pay?")):
        record(log, question, [], True, NOW, mark_of(name, key))
    assert "ann" not in log.read_text()
    assert erase_of(log, mark_of("ann", key)) == 2
    assert questions(log) == ["visa?"]
    assert b"fee?" not in log.read_bytes()
    assert erase_of(log, mark_of("ann", key)) == 0


def test_the_mark_hangs_on_a_key_that_stays(log: Path) -> None:
    """It is the same after a restart, another one in another installation."""
    mark = mark_of("ann", log.with_name("key"))
    assert mark == mark_of("ann", log.with_name("key"))
    assert mark != mark_of("ann", log.with_name("other"))
    assert log.with_name("key").stat().st_mode & 0o077 == 0


def test_what_is_too_old_is_erased(log: Path) -> None:
    """Lines that cannot be read too: nobody knows how old they are."""
    record(log, "fee?", [], True, NOW - timedelta(days=31))
    record(log, "visa?", [], True, NOW)
    with log.open("a", encoding="utf-8") as file:
        file.write("torn\n")
    assert erase_before(log, NOW - timedelta(days=30)) == 2
    assert questions(log) == ["visa?"]


def test_erasing_loses_nothing_that_is_added_meanwhile(log: Path) -> None:
    """The action server adds while a command erases."""
    with ThreadPoolExecutor(4) as pool:
        added = [pool.submit(record, log, f"question {n}", [], True, NOW, f"mark {n % 2}") for n in range(200)]
        erased = [pool.submit(erase_of, log, "mark 0") for _ in range(20)]
        for one in (*added, *erased):
            one.result()
    erase_of(log, "mark 0")
    assert sorted(questions(log)) == sorted(f"question {n}" for n in range(1, 200, 2))
    assert log.stat().st_mode & 0o077 == 0
