"""`medpath knowledge`: what the keepers of the facts see."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from unittest.mock import patch

import pytest
from small_knowledge import SmallKnowledge

from medpath.cli import main


@dataclass(frozen=True)
class Told:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


Command = Callable[..., Told]


@pytest.fixture
def knowledge(small: SmallKnowledge, capsys: pytest.CaptureFixture[str]) -> Iterator[Command]:
    """Runs `medpath knowledge` on the small project; gives the process its environment and signals back."""

    def run(*arguments: str) -> Told:
        code = main(["knowledge", *arguments])
        told = capsys.readouterr()
        return Told(code, told.out, told.err)

    stop = signal.getsignal(signal.SIGTERM)
    with patch.dict(os.environ, MEDPATH_HOME=str(small.project.root)):
        yield run
    signal.signal(signal.SIGTERM, stop)


def test_check_of_a_sound_file(knowledge: Command) -> None:
    """The check of a sound file says so and counts."""
    told = knowledge("check")
    assert told == Told(0, "The knowledge file is sound: 2 topics, 3 facts.\n", "")


def test_check_of_a_faulty_file(knowledge: Command, small: SmallKnowledge) -> None:
    """The check of a faulty file names each fault with file and line, and fails."""
    small.edit("topics/exams.yml", "source: board-fees", "source: nowhere")
    small.edit("topics/degrees.yml", "as_of: '2024'", "as_of: '2099'")
    told = knowledge("check")
    assert told.code == 1
    assert told.out == ""
    assert "2 fault(s)" in told.err
    assert "exams.yml:12: " in told.err
    assert "degrees.yml:7: " in told.err


@pytest.mark.parametrize("action", [["check"], ["stats"], ["show", "step-nine"], ["stale"]])
def test_broken_file(knowledge: Command, small: SmallKnowledge, action: list[str]) -> None:
    """Every command on a broken file tells the file and line and fails."""
    small.edit("topics/exams.yml", "    label: fee\n", "    label: [fee\n")
    told = knowledge(*action)
    assert (told.code, told.out) == (1, "")
    assert "exams.yml:15: broken YAML" in told.err


def test_broken_file_in_a_process_of_its_own(small: SmallKnowledge) -> None:
    """A person who runs the command on a broken file sees the fault and no traceback."""
    small.edit("topics/exams.yml", "    label: fee\n", "    label: [fee\n")
    ended = subprocess.run(
        [sys.executable, "-m", "medpath.cli", "knowledge", "check"],
        env={**os.environ, "MEDPATH_HOME": str(small.project.root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("medpath: The knowledge file has 1 fault(s):")
    assert "Traceback" not in ended.stderr


def test_stats(knowledge: Command) -> None:
    """The counts cover topics, facts, sources, questions and the facts of each area."""
    told = knowledge("stats")
    assert told.code == 0
    assert "2 topics, 3 facts, 2 sources" in told.out
    assert "12 sample questions" in told.out
    assert "by area: exams 2, degrees 1" in told.out


def test_show_a_fact(knowledge: Command) -> None:
    """A fact is shown whole: text, source, date, former ids and every question."""
    told = knowledge("show", "step-nine/fee")
    assert told.code == 0
    assert told.out.startswith("step-nine/fee  [cost] fee\nStep Nine costs $985.\n")
    for part in ("<https://board.example/fees>", "as of 2025-11", "changes yearly", "step-ninth/price"):
        assert part in told.out
    assert told.out.count("  ? ") == 4


def test_show_for_whom_and_when(knowledge: Command) -> None:
    """A fact that holds for some people and one season is shown with both."""
    told = knowledge("show", "doctor-of-tests/length")
    assert "for premed" in told.out
    assert "class of 2028" in told.out


def test_show_a_topic(knowledge: Command) -> None:
    """A topic is shown with its other names and the ids of its facts."""
    told = knowledge("show", "step-nine")
    assert told.code == 0
    for part in ("Step Nine (step-nine)", "the Nine, Big Exam", "step-nine/fee", "step-nine/advice"):
        assert part in told.out


@pytest.mark.parametrize(("former", "now"), [("step-ninth/price", "step-nine/fee"), ("step-ninth", "step-nine")])
def test_show_by_a_former_id(knowledge: Command, former: str, now: str) -> None:
    """A former id shows the same as the id of today."""
    assert knowledge("show", former) == knowledge("show", now)


@pytest.mark.parametrize("unknown", ["step-nine/pay", "Step Nine", ""])
def test_show_an_unknown_id(knowledge: Command, unknown: str) -> None:
    """An unknown id fails with a hint how to find ids."""
    told = knowledge("show", unknown)
    assert (told.code, told.out) == (1, "")
    assert repr(unknown) in told.err
    assert "medpath knowledge search" in told.err


def test_stale(knowledge: Command, small: SmallKnowledge) -> None:
    """Facts that are too old are listed, oldest first, with the page to read again; others are not."""
    small.edit("topics/exams.yml", "as_of: '2025-11'", "as_of: '2019-03'")
    small.edit("topics/degrees.yml", "as_of: '2024'", "as_of: '2015'")
    told = knowledge("stale")
    assert told.code == 0
    head, *rows = told.out.splitlines()
    assert head.startswith("2 facts")
    assert [row.split()[0] for row in rows] == ["2015", "2019-03"]
    assert rows[1].endswith("step-nine/fee  https://board.example/fees")


def test_nothing_stale(knowledge: Command, small: SmallKnowledge) -> None:
    """Facts of today are not listed."""
    today = date.today().isoformat()
    small.edit("topics/exams.yml", "as_of: '2025-11'", f"as_of: '{today}'")
    small.edit("topics/degrees.yml", "as_of: '2024'", f"as_of: '{today}'")
    told = knowledge("stale")
    assert (told.code, told.out) == (0, "0 facts are older than the pace at which they change:\n")


def test_missing_action(knowledge: Command, capsys: pytest.CaptureFixture[str]) -> None:
    """`medpath knowledge` alone names its actions."""
    with pytest.raises(SystemExit) as ended:
        knowledge()
    assert ended.value.code == 2
    assert "ACTION" in capsys.readouterr().err
