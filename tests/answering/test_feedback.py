"""The log of what people thought of answers."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from medpath.answering.feedback import Feedback, Judged, read, record, summary

NOW = datetime(2026, 11, 23, 6, 50, 12, tzinfo=timezone.utc)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "var" / "feedback.jsonl"


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
