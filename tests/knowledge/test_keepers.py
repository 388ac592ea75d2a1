"""`medpath knowledge`: what the keepers of the facts see."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from unittest.mock import patch

import pytest
from small_knowledge import DEGREE, EXAM, SmallKnowledge

from medpath.cli import main
from medpath.project import find_project

DRAFT = """\
id: step-ten
name: Step Ten
kind: exam
aliases: []
facts:
- id: step-ten/fee
  aspect: cost
  label: fee
  text: Step Ten is free.
  questions: [What does Step Ten cost?, step ten fee, Do I pay for the Ten?, price of step ten]
  sources: [board-news]
  as_of: '2026'
  changes: yearly
  check: official
"""
NEWS = "board-news: {publisher: The Board, title: News, url: 'https://board.example/news'}\n"


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
    small.edit(EXAM, "[board-fees, board-rules]", "[board-rules, nowhere]")
    small.edit(DEGREE, "as_of: '2024'", "as_of: '2099'")
    told = knowledge("check")
    assert told.code == 1
    assert told.out == ""
    assert "2 fault(s)" in told.err
    assert f"{small.place(EXAM, 'id: step-nine/fee')}: " in told.err
    assert f"{small.place(DEGREE, 'id: doctor-of-tests/length')}: " in told.err


def test_check_of_an_expired_fact(knowledge: Command, small: SmallKnowledge) -> None:
    """The check fails on what speaks of something past, though the other commands go on with it."""
    small.edit(EXAM, "expires: '2099-08-01'", "expires: '2026-01-01'")
    told = knowledge("check")
    assert (told.code, told.out) == (1, "")
    assert "step-nine/fee expired on 2026-01-01" in told.err
    assert knowledge("stats").code == 0


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """A topic that is not in the house yet, in a folder named after its hub, with its sources beside it."""
    path = tmp_path / "drafts" / "exams" / "step-ten.yml"
    path.parent.mkdir(parents=True)
    path.write_text(DRAFT, encoding="utf-8")
    (tmp_path / "news.yml").write_text(NEWS, encoding="utf-8")
    return path


def test_check_of_a_draft(knowledge: Command, draft: Path, tmp_path: Path) -> None:
    """A draft is checked as if it were in the house, with the sources that it adds, and changes nothing there."""
    told = knowledge("check", str(draft), "--sources", str(tmp_path / "news.yml"))
    assert told == Told(0, "The knowledge file is sound: 3 topics, 4 facts.\n", "")
    assert knowledge("check").out.startswith("The knowledge file is sound: 2 topics")


def test_check_of_a_draft_against_the_house(knowledge: Command, draft: Path, tmp_path: Path) -> None:
    """What a draft takes from a topic of the house is told at the draft, as is a source that it lacks."""
    draft.write_text(DRAFT.replace("step ten fee", "step nine fee"), encoding="utf-8")
    told = knowledge("check", str(draft))
    assert told.code == 1
    assert "step-ten.yml:6: the source board-news of step-ten/fee is not in sources.yml" in told.err
    assert "share the question 'step nine fee'" in told.err


def test_check_of_a_draft_with_a_source_that_is_there(knowledge: Command, draft: Path, tmp_path: Path) -> None:
    """A source of the draft whose id the house has already is told with both places."""
    draft.write_text(DRAFT.replace("board-news", "board-fees"), encoding="utf-8")
    (tmp_path / "news.yml").write_text(NEWS.replace("board-news", "board-fees"), encoding="utf-8")
    told = knowledge("check", str(draft), "--sources", str(tmp_path / "news.yml"))
    assert "news.yml:1: the source board-fees stands already at sources.yml:1. Remove one." in told.err


def test_check_of_a_draft_in_place_of_a_topic(knowledge: Command, small: SmallKnowledge, tmp_path: Path) -> None:
    """A draft with the name of a topic's file takes its place, so that it can be rewritten outside of the house."""
    rewritten = tmp_path / "exams" / "step-nine.yml"
    rewritten.parent.mkdir()
    content = (small.project.knowledge / EXAM).read_text(encoding="utf-8")
    rewritten.write_text(content.replace("step-nine/advice", "step-nine/when-to-take-it"), encoding="utf-8")
    assert knowledge("check", str(rewritten)).out == "The knowledge file is sound: 2 topics, 3 facts.\n"


def test_check_of_a_draft_outside_of_the_hubs(knowledge: Command, draft: Path, tmp_path: Path) -> None:
    """A draft in a folder that is no hub is told, for it would have no place in the house."""
    lost = draft.rename(tmp_path / "drafts" / "step-ten.yml")
    told = knowledge("check", str(lost), "--sources", str(tmp_path / "news.yml"))
    assert "step-ten.yml:1: the folder drafts is no hub" in told.err


def test_check_of_a_missing_draft(knowledge: Command, tmp_path: Path) -> None:
    """A draft that is not there is told with its path."""
    told = knowledge("check", str(tmp_path / "exams" / "nowhere.yml"))
    assert (told.code, told.out) == (1, "")
    assert f"{tmp_path / 'exams' / 'nowhere.yml'}:1: cannot be read" in told.err


@pytest.mark.parametrize("action", [["check"], ["stats"], ["show", "step-nine"], ["due"]])
def test_broken_file(knowledge: Command, small: SmallKnowledge, action: list[str]) -> None:
    """Every command on a broken file tells the file and line and fails."""
    small.edit(EXAM, "  label: fee\n", "  label: [fee\n")
    told = knowledge(*action)
    assert (told.code, told.out) == (1, "")
    assert "step-nine.yml:15: broken YAML" in told.err


def test_broken_file_in_a_process_of_its_own(small: SmallKnowledge) -> None:
    """A person who runs the command on a broken file sees the fault and no traceback."""
    small.edit(EXAM, "  label: fee\n", "  label: [fee\n")
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
    """The counts cover topics, facts, sources, questions and the facts of each hub."""
    told = knowledge("stats")
    assert told.code == 0
    assert "2 topics, 3 facts, 2 sources" in told.out
    assert "12 sample questions" in told.out
    assert "by hub: exams 2, degrees 1" in told.out


def test_show_a_fact(knowledge: Command) -> None:
    """A fact is shown whole: text, source, date, former ids and every question."""
    told = knowledge("show", "step-nine/fee")
    assert told.code == 0
    assert told.out.startswith(
        "step-nine/fee  [cost] fee\nStep Nine costs $985.\nThe fee comes back if you cancel a month before.\n"
    )
    for part in (
        "<https://board.example/fees>",
        "<https://board.example/rules>",
        "as of 2025-11",
        "changes yearly",
        "step-ninth/price",
    ):
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


def test_due(knowledge: Command, small: SmallKnowledge) -> None:
    """Facts that are stale or expired are listed, what was due first at the top, with the page to read again."""
    small.edit(EXAM, "as_of: '2025-11'", "as_of: '2019-03'")
    small.edit(DEGREE, "as_of: '2024'", "as_of: '2015'")
    told = knowledge("due", "--before", "2026-01-15")
    assert told == Told(
        0,
        "2 facts are stale or expired by 2026-01-15:\n"
        "doctor-of-tests/length  (of 2015, changes every two years)  https://board.example/fees\n"
        "step-nine/fee  (of 2019-03, changes yearly)  https://board.example/fees\n",
        "",
    )


def test_due_by_expiry(knowledge: Command, small: SmallKnowledge) -> None:
    """A fresh fact whose day of expiry has come is listed with the day; advice that never changes is not."""
    small.edit(EXAM, "expires: '2099-08-01'", "expires: '2025-12-31'")
    told = knowledge("due", "--before", "2026-01-15")
    assert "step-nine/fee  (expires 2025-12-31)  https://board.example/fees\n" in told.out
    assert told.out.startswith("1 facts")


def test_due_of_a_later_day(knowledge: Command) -> None:
    """What will be due by a day to come is listed with it."""
    assert knowledge("due", "--before", "2026-11-30").out.startswith("0 facts")
    assert knowledge("due", "--before", "2026-12-01").out.startswith("1 facts")
    assert knowledge("due", "--before", "2027-01-01").out.startswith("2 facts")


def test_nothing_due(knowledge: Command, small: SmallKnowledge) -> None:
    """Without a day it is today that counts: facts of today are not listed."""
    today = date.today().isoformat()
    small.edit(EXAM, "as_of: '2025-11'", f"as_of: '{today}'")
    small.edit(DEGREE, "as_of: '2024'", f"as_of: '{today}'")
    assert knowledge("due") == Told(0, f"0 facts are stale or expired by {today}:\n", "")


@pytest.mark.parametrize("day", ["2026-02-30", "soon", "2026"])
def test_due_by_no_day(knowledge: Command, capsys: pytest.CaptureFixture[str], day: str) -> None:
    """What is no day is refused with the form that is wanted."""
    with pytest.raises(SystemExit) as ended:
        knowledge("due", "--before", day)
    assert ended.value.code == 2
    assert "write YYYY-MM-DD" in capsys.readouterr().err


@pytest.fixture
def with_encoder(small: SmallKnowledge) -> None:
    """The small project with the sentence encoder of the real one."""
    small.project.models.mkdir()
    small.project.encoder.symlink_to(find_project().encoder)


@pytest.mark.usefixtures("with_encoder")
def test_neighbours(knowledge: Command, small: SmallKnowledge) -> None:
    """Sample questions of different facts that say the same are listed with both facts, others are not."""
    small.edit(EXAM, "- best time for step nine", "- years of a DT school")
    told = knowledge("neighbours")
    assert told.code == 0
    (row,) = told.out.splitlines()
    assert "'years of a DT school' (step-nine/advice)" in row
    assert "'years of dt school' (doctor-of-tests/length)" in row


@pytest.mark.usefixtures("with_encoder")
def test_neighbours_of_a_threshold(knowledge: Command) -> None:
    """Questions of different facts that differ are no neighbours unless the threshold says so, closest first."""
    assert knowledge("neighbours").out == ""
    cosines = [float(row.split()[0]) for row in knowledge("neighbours", "--above", "0.3").out.splitlines()]
    assert cosines == sorted(cosines, reverse=True)
    assert cosines
    assert cosines[-1] >= 0.3


@pytest.mark.usefixtures("with_encoder")
def test_test_questions_too_close(knowledge: Command, tmp_path: Path) -> None:
    """A test question that stands among the samples is named, one that is asked in other words is not."""
    questions = tmp_path / "questions.txt"
    questions.write_text("What does Step Nine cost??\n\nWhere do I park on the day of the exam?\n", encoding="utf-8")
    (row,) = knowledge("neighbours", "--test", str(questions)).out.splitlines()
    assert "What does Step Nine cost??" in row
    assert "(step-nine/fee)" in row


@pytest.mark.usefixtures("with_encoder")
def test_gaps(knowledge: Command, tmp_path: Path) -> None:
    """Questions that no sample question is near to are listed, the farthest first, and counted."""
    questions = tmp_path / "questions.txt"
    asked = ["What does Step Nine cost?", "Where do I park on the day?", "How do I boil an egg?"]
    questions.write_text("\n".join(asked), encoding="utf-8")
    *rows, total = knowledge("gaps", str(questions)).out.splitlines()
    assert len(rows) == 2
    assert not any(asked[0] in row for row in rows)
    assert rows == sorted(rows)
    assert total == "2 of 3 are below 0.7."
    assert knowledge("gaps", str(questions), "--below", "0").out == "0 of 3 are below 0.0.\n"


@pytest.mark.usefixtures("with_encoder")
def test_gaps_of_nothing(knowledge: Command, tmp_path: Path) -> None:
    """A file without a question has no gaps."""
    questions = tmp_path / "questions.txt"
    questions.write_text("\n \n", encoding="utf-8")
    assert knowledge("gaps", str(questions)).out == "0 of 0 are below 0.7.\n"


@pytest.mark.usefixtures("with_encoder")
@pytest.mark.parametrize("action", [["gaps"], ["neighbours", "--test"]])
def test_missing_file_of_questions(knowledge: Command, tmp_path: Path, action: list[str]) -> None:
    """A file of questions that cannot be read is told with its path and what is wanted."""
    told = knowledge(*action, str(tmp_path / "nothing.txt"))
    assert (told.code, told.out) == (1, "")
    assert str(tmp_path / "nothing.txt") in told.err
    assert "a question a line" in told.err


@pytest.mark.parametrize("action", ["neighbours", "gaps"])
def test_density_without_an_encoder(knowledge: Command, tmp_path: Path, action: str) -> None:
    """Before anything was set up, the commands that need the encoder say how to get it."""
    (tmp_path / "questions.txt").write_text("Why?\n", encoding="utf-8")
    told = knowledge(action, *([str(tmp_path / "questions.txt")] if action == "gaps" else []))
    assert told.code == 1
    assert "make setup" in told.err


def test_missing_action(knowledge: Command, capsys: pytest.CaptureFixture[str]) -> None:
    """`medpath knowledge` alone names its actions."""
    with pytest.raises(SystemExit) as ended:
        knowledge()
    assert ended.value.code == 2
    assert "ACTION" in capsys.readouterr().err
