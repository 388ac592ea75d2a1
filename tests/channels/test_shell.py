"""The shell: what it draws, what it takes for a pick, and how a conversation goes from welcome to goodbye."""

from __future__ import annotations

import asyncio
import io
import os
import pty
import re
import select
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from prompt_toolkit.history import InMemoryHistory

import medpath
from medpath.answering.replies.answer import ShownSource, Table
from medpath.channels.replies import Button, Reply
from medpath.channels.shell import (
    Page,
    converse,
    history_file,
    open_history,
    picked,
    plain,
    render,
    render_turn,
    shows_links,
)
from medpath.errors import ServiceError

BODY = (
    "A cardiology fellowship takes three years after an internal medicine residency. "
    "Interventional cardiology and electrophysiology add one or two years each."
)
NRMP = ShownSource("NRMP", "Main Residency Match: Results and Data", "https://www.nrmp.org/match-data", "2026-03")
COST = Button("What it costs", "/ask{cost}")
STEPS = Button("Steps to apply", "/ask{steps}")
DATES = Button("Dates to apply by", "/ask{dates}")
NARROW = Page(width=40)
WIDE = Page(width=100)
LINKED = Page(width=100, links=True)


@dataclass
class Desk:
    """A client in memory: takes each message down and answers with the next of its answers, then by echo."""

    answers: list[list[Reply] | Exception] = field(default_factory=list)
    heard: list[tuple[str, str]] = field(default_factory=list)

    async def send(self, conversation: str, text: str) -> list[Reply]:
        self.heard.append((conversation, text))
        answer = self.answers.pop(0) if self.answers else [Reply(text=f"About {text}.")]
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.heard]


@dataclass(frozen=True)
class Held:
    """How a conversation over piped lines ended, and what it printed."""

    code: int
    printed: str


Hold = Callable[..., Held]


@pytest.fixture
def hold(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Hold:
    """Runs a conversation in which stdin holds the given lines."""
    monkeypatch.delenv("FORCE_HYPERLINK", raising=False)
    monkeypatch.setenv("COLUMNS", "80")

    def run(desk: Desk, *lines: str) -> Held:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(line + "\n" for line in lines)))
        code = asyncio.run(converse(desk, "c1"))
        return Held(code, capsys.readouterr().out)

    return run


# Drawing


def test_wraps_at_the_width_of_the_page() -> None:
    """On a page of 40 columns no line of an answer is wider, and no word is lost."""
    lines = render(Reply(text=BODY, body=BODY, warnings=(BODY,), sources=(NRMP,), buttons=(COST,)), NARROW)
    assert all(len(line) <= 40 for line in lines)
    assert BODY in " ".join(lines)


def test_body_then_warnings_then_sources_then_buttons() -> None:
    """An answer comes first, what qualifies it next, where it is from after that, and what to pick last."""
    reply = Reply(text="ignored", body="Three years.", warnings=("May be old.",), sources=(NRMP,), buttons=(COST,))
    assert render(reply, WIDE) == [
        "Three years.",
        "",
        "! May be old.",
        "Source: NRMP, Main Residency Match: Results and Data (2026-03)",
        "  https://www.nrmp.org/match-data",
        "",
        "[1] What it costs",
    ]


def test_the_points_of_an_overview_stand_beside_their_headings() -> None:
    """The texts begin in one column and wrap within the page."""
    points = Table(("", ""), (("Length", "Three years."), ("How to get in", "word " * 30)))
    lines = render(Reply(text="", body="What it is.", kind="overview", table=points), WIDE)
    assert lines[:3] == ["What it is.", "", "Length         Three years."]
    assert lines[3].startswith("How to get in  word word")
    assert all(line.startswith(" " * 15 + "word") for line in lines[4:])
    assert all(len(line) <= WIDE.width for line in lines)


def test_on_a_narrow_page_they_stand_under_their_headings() -> None:
    """Forty columns have no room for two."""
    points = Table(("", ""), (("How to get in", "word " * 10), ("Length", "Three years.")))
    lines = render(Reply(text="", body="It.", kind="overview", table=points), NARROW)
    assert lines[2:4] == ["How to get in", "  " + " ".join(["word"] * 7)]
    assert lines[-2:] == ["Length", "  Three years."]
    assert all(len(line) <= NARROW.width for line in lines)


def test_rows_of_a_table_stay_as_they_are() -> None:
    """A comparison keeps its columns aligned, even if it is wider than the page and its first cell is empty."""
    table = [
        "            | MD                          | DO",
        "------------+-----------------------------+------------------------------",
        "licence     | state medical board         | state medical or osteopathic board",
    ]
    assert render(Reply(text="", body="\n".join(["", *table]), kind="comparison"), NARROW) == table


def test_lists_hang_under_their_mark() -> None:
    """The second line of a list item starts below the first word of the item."""
    lines = render(Reply(text="1. Register with ERAS and certify your list\n- Pay"), Page(width=24))
    assert lines == ["1. Register with ERAS", "   and certify your list", "- Pay"]


def test_an_undated_source_says_so() -> None:
    """A source without a date is marked as undated rather than dated "undated"."""
    lines = render(Reply(text="x", sources=(ShownSource("AAMC", "Careers", "https://aamc.org", "undated"),)), WIDE)
    assert "Source: AAMC, Careers (undated)" in lines


def test_sources_are_links_where_the_terminal_shows_them() -> None:
    """A link hides the address behind the source's name."""
    line = render(Reply(text="x", sources=(NRMP,)), LINKED)[-1]
    assert line.startswith("\x1b]8;id=source;https://www.nrmp.org/match-data\x1b\\Source: NRMP")
    assert line.endswith("(2026-03)\x1b]8;;\x1b\\")


def test_a_link_over_two_lines_is_closed_on_each() -> None:
    """A wrapped link does not colour the margin or the line after it."""
    lines = render(Reply(text="x", sources=(NRMP,)), Page(width=40, links=True))[2:]
    assert len(lines) == 2
    assert all(line.count("\x1b]8;") == 2 and line.endswith("\x1b]8;;\x1b\\") for line in lines)
    assert lines[1].startswith("  \x1b]8;")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://a.org/\x1b\\\x1b[2J",
        "https://a.org/ b",
        "https://\u202egro.a",
    ],
)
def test_only_clean_web_addresses_become_links(url: str) -> None:
    """Any other address is shown as plain text without its control characters."""
    lines = render(Reply(text="x", sources=(ShownSource("P", "T", url, "2026-01"),)), LINKED)
    assert not any("\x1b" in line or "\u202e" in line for line in lines)
    assert lines[-1] == "  " + plain(url)


@pytest.mark.parametrize(
    "attack",
    [
        "\x1b[2J\x1b[31mred",
        "\x1b]0;title\x07",
        "\x1b]8;;https://evil.org\x1b\\",
        "\x9b2J",
        "a\rb\x08\x08c",
        "\u202egnp.exe\u2066",
        "null\x00 \x7f",
        "line\u2028line\x85line",
        "\ud800",
    ],
)
def test_no_reply_drives_the_terminal(attack: str) -> None:
    """Control characters in any field of a reply never reach the terminal."""
    reply = Reply(
        text=attack,
        body=attack,
        warnings=(attack,),
        sources=(ShownSource(attack, attack, attack, attack),),
        buttons=(Button(attack, "/x"),),
    )
    assert all(line.isprintable() for page in (WIDE, LINKED) for line in render(reply, page))


def test_a_carriage_return_cannot_hide_what_stood_before() -> None:
    """Text that tries to overwrite its own line is shown as two."""
    assert render(Reply(text="six attempts\rfour attempts"), WIDE) == ["six attempts", "four attempts"]


def test_long_lists_of_years_wrap() -> None:
    """Keeping a number to its word does not make one endless word of a list of numbers."""
    lines = render(Reply(text="Fill rates of " + ", ".join(str(year) for year in range(1990, 2027))), NARROW)
    assert all(len(line) <= 40 for line in lines)


@pytest.mark.parametrize("width", range(20, 60))
def test_safety_replies_are_set_off_and_keep_numbers_whole(width: int) -> None:
    """Whatever the width, a help line's number and the word before it stand on one line, between two rules."""
    text = "You are not alone. In the US call or text 988 at any hour, or call (800) 273 8255. In danger, call 911."
    lines = render(Reply(text=text, kind="safety"), Page(width=width))
    assert lines[0] == lines[-1] == "=" * width
    assert all(
        any(number in line for line in lines[1:-1]) for number in ("text 988", "call (800) 273 8255", "call 911")
    )


def test_buttons_are_numbered_through_a_turn() -> None:
    """Two replies to one message never show the same number."""
    lines = render_turn([Reply(text="a", buttons=(COST, STEPS)), Reply(text="b", buttons=(DATES,))], WIDE)
    assert [line for line in lines if line.startswith("[")] == [
        "[1] What it costs",
        "[2] Steps to apply",
        "[3] Dates to apply by",
    ]
    assert lines[lines.index("b") - 1] == ""


# Picking


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2", STEPS),
        ("[2]", STEPS),
        (" 2. ", STEPS),
        ("steps to APPLY", STEPS),
        ("what it", COST),
        ("costs?", COST),
        ("dat", DATES),
        ("apply dates", DATES),
    ],
)
def test_picks_by_number_title_or_telling_words(text: str, meant: Button) -> None:
    """A number, the title in any case, its beginning, or words that no other title has, pick a button."""
    assert picked(text, (COST, STEPS, DATES)) == meant


@pytest.mark.parametrize(
    "text", ["apply", "to apply", "0", "4", "99999999999", "how do I apply", "st", "da", "?", "", "²", "-1"]
)
def test_anything_else_is_no_pick(text: str) -> None:
    """Ambiguous words, numbers out of range, two letters and questions of one's own are left as text."""
    assert picked(text, (COST, STEPS, DATES)) is None


def test_a_full_title_beats_a_longer_one() -> None:
    """Typing "Step 1" picks "Step 1", though "Step 1 score" begins with the same words."""
    short, long = Button("Step 1", "/a"), Button("Step 1 score", "/b")
    assert picked("step 1", (long, short)) == short
    assert picked("1", ()) is None


# The terminal


@pytest.mark.parametrize(
    ("environ", "is_terminal", "shown"),
    [
        ({"TERM": "xterm-kitty"}, True, True),
        ({"TERM": "xterm-256color", "VTE_VERSION": "6800"}, True, True),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, True, True),
        ({"TERM": "xterm-256color", "VTE_VERSION": "5000"}, True, False),
        ({"TERM": "xterm-256color"}, True, False),
        ({}, True, False),
        ({"TERM": "xterm-kitty"}, False, False),
        ({"TERM": "xterm-kitty", "NO_COLOR": "1"}, True, False),
        ({"TERM": "dumb", "VTE_VERSION": "6800"}, True, False),
        ({"TERM": "tmux-256color", "VTE_VERSION": "6800"}, True, False),
        ({"TERM": "dumb", "FORCE_HYPERLINK": "1"}, False, True),
        ({"TERM": "xterm-kitty", "FORCE_HYPERLINK": "0"}, True, False),
    ],
)
def test_links_only_where_they_are_known_to_work(environ: dict[str, str], is_terminal: bool, shown: bool) -> None:
    """A terminal that is not known, or says no, gets addresses in plain text."""
    assert shows_links(environ, is_terminal) is shown


def test_history_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    """What people ask may be private: nobody else can read the file, even if it was readable before."""
    path = history_file({"XDG_STATE_HOME": str(tmp_path)})
    path.parent.mkdir()
    path.touch(mode=0o644)
    open_history({"XDG_STATE_HOME": str(tmp_path)}).append_string("do I need step 3?")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "+do I need step 3?" in path.read_text()


def test_history_lies_in_the_home_directory_without_xdg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an absolute XDG_STATE_HOME the history lies where the specification puts it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    usual = tmp_path / ".local" / "state" / "medpath" / "history"
    assert history_file({}) == history_file({"XDG_STATE_HOME": "relative"}) == usual


def test_history_that_cannot_be_written_is_kept_in_memory(tmp_path: Path) -> None:
    """A state directory that cannot be made does not keep anybody from asking."""
    (tmp_path / "taken").write_text("a file, not a directory")
    assert isinstance(open_history({"XDG_STATE_HOME": str(tmp_path / "taken")}), InMemoryHistory)


# The conversation over piped lines


def test_piped_questions_are_answered_in_order(hold: Hold) -> None:
    """Each line is a question of the same conversation; only answers are printed, and empty lines are passed over."""
    desk = Desk()
    held = hold(desk, "what is eras", "", "   ", "and for surgery?")
    assert held == Held(0, "About what is eras.\n\nAbout and for surgery?.\n\n")
    assert desk.heard == [("c1", "what is eras"), ("c1", "and for surgery?")]


def test_a_pick_sends_the_payload(hold: Hold) -> None:
    """What is sent for a pick is the button's payload, whichever way it was picked."""
    offer = [Reply(text="Which?", buttons=(COST, STEPS))]
    desk = Desk([offer, offer])
    hold(desk, "apply", "2", "costs")
    assert desk.texts == ["apply", STEPS.payload, COST.payload]


def test_numbers_and_words_that_pick_nothing_are_questions(hold: Hold) -> None:
    """A number without such a button, or words that two titles share, are sent as they are typed."""
    offer = [Reply(text="Which?", buttons=(STEPS, DATES))]
    desk = Desk([[Reply(text="Hello.")], offer, offer])
    hold(desk, "1", "3", "apply", "3")
    assert desk.texts == ["1", "3", "apply", "3"]


def test_buttons_of_all_replies_can_be_picked_until_the_next_answer(hold: Hold) -> None:
    """The numbers on the screen count over all replies of a turn, and are gone with the next answer."""
    desk = Desk([[Reply(text="a", buttons=(COST,)), Reply(text="b", buttons=(STEPS,))]])
    hold(desk, "apply", "2", "2")
    assert desk.texts == ["apply", STEPS.payload, "2"]


def test_help_shows_examples_and_sends_nothing(hold: Hold) -> None:
    """/help gives five questions to start from and says how to pick and how to leave."""
    desk = Desk()
    printed = hold(desk, "/help").printed
    assert len(re.findall(r"^- .+\?$", printed, re.MULTILINE)) == 5
    assert "[1]" in printed
    assert "Ctrl-D" in printed
    assert desk.heard == []


def test_unknown_commands_are_not_sent(hold: Hold) -> None:
    """A mistyped command gets a hint, and is no question."""
    desk = Desk()
    printed = hold(desk, "/hepl\x1b[2J me").printed
    assert printed == "There is no command /hepl[2j. Type /help or /quit, or a question.\n\n"
    assert desk.heard == []


def test_quit_leaves_the_rest_unasked(hold: Hold) -> None:
    """Nothing after /quit is sent."""
    desk = Desk()
    assert hold(desk, "first", "/QUIT", "second").code == 0
    assert desk.texts == ["first"]


def test_an_error_is_told_and_the_conversation_goes_on(hold: Hold) -> None:
    """A failure is one plain line; the buttons on the screen can still be picked, and the next answer clears it."""
    offer = [Reply(text="Which?", buttons=(COST,))]
    desk = Desk([offer, ServiceError("Medpath cannot be\nreached.\x1b[2J")])
    held = hold(desk, "price", "1", "1")
    assert held.printed.split("\n\n")[2:] == ["Medpath cannot be reached.[2J", f"About {COST.payload}.", ""]
    assert held.code == 0


def test_three_errors_in_a_row_end_it(hold: Hold) -> None:
    """After the third failure in a row nothing more is sent and the exit code is 1; an answer starts the count anew."""
    down = ServiceError("Medpath cannot be reached.")
    desk = Desk([down, down, [Reply(text="Back.")], down, down, down])
    assert hold(desk, *"abcdefg").code == 1
    assert desk.texts == list("abcdef")


def test_a_single_piped_question_without_an_answer_fails(hold: Hold) -> None:
    """`echo question | medpath chat` tells a script that there was no answer."""
    assert hold(Desk([ServiceError("Down.")]), "what is eras").code == 1


def test_an_empty_answer_is_told(hold: Hold) -> None:
    """A server that answers with nothing does not leave the person in silence."""
    assert hold(Desk([[]]), "what is eras").printed == "Medpath gave no answer. Please ask again.\n\n"


# The conversation in a process of its own

PROGRAM = """
import asyncio, sys
from medpath.channels.replies import Button, Reply
from medpath.channels.shell import converse

class Echo:
    async def send(self, conversation, text):
        if text == "wait":
            print("waiting", flush=True)
            await asyncio.sleep(3600)
        return [Reply(text=f"About {text} \\u2013 done.", buttons=(Button("What it costs", "the price"),))]

sys.exit(asyncio.run(converse(Echo(), "c1")))
"""


def environment(state: Path) -> dict[str, str]:
    """Surroundings for a child: its own state directory, a plain terminal, and this very package."""
    keep = {name: value for name, value in os.environ.items() if name not in ("FORCE_HYPERLINK", "COLUMNS")}
    package = str(Path(medpath.__file__).parents[1])
    return keep | {
        "PYTHONPATH": package,
        "XDG_STATE_HOME": str(state),
        "TERM": "xterm",
        "PROMPT_TOOLKIT_NO_CPR": "1",
    }


def test_odd_bytes_and_narrow_encodings_do_not_end_it(tmp_path: Path) -> None:
    """A question that is not UTF-8, and an answer that stdout cannot encode, still get through."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=b"caf\xe9\n",
        env=environment(tmp_path) | {"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii:strict"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == b"About caf? ? done.\n\n[1] What it costs\n\n"


def test_interrupting_piped_lines_stops_all_of_them(tmp_path: Path) -> None:
    """Ctrl-C while a file of questions runs ends the run at once, with the code that shells use for it."""
    child = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(tmp_path),
    )
    with child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdin.write(b"wait\nnever asked\n")
        child.stdin.close()
        assert child.stdout.readline() == b"waiting\n"
        child.send_signal(signal.SIGINT)
        assert (child.stdout.read(), child.stderr.read()) == (b"", b"")
    assert child.returncode == 130


class Terminal:
    """A pseudo-terminal with the program in it."""

    def __init__(self, state: Path) -> None:
        self.process, self._descriptor = pty.fork()
        if self.process == 0:
            os.execve(sys.executable, [sys.executable, "-c", PROGRAM], environment(state))
        self._unread = b""
        self._ended = False

    def type(self, keys: bytes) -> None:
        os.write(self._descriptor, keys)

    def expect(self, shown: bytes) -> bytes:
        """Reads until the bytes are shown and gives all up to them; fails after 30 s without."""
        until = time.monotonic() + 30
        while shown not in self._unread:
            ready, _, _ = select.select([self._descriptor], [], [], max(0.0, until - time.monotonic()))
            assert ready, f"{shown!r} was not shown, but {self._unread!r}"
            self._unread += os.read(self._descriptor, 4096)
        before, _, self._unread = self._unread.partition(shown)
        return before

    def exit_code(self) -> int:
        self._ended = True
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])

    def close(self) -> None:
        os.close(self._descriptor)
        if not self._ended:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """A terminal at its first prompt; a program that the test has not brought to its end is killed."""
    opened = Terminal(tmp_path)
    try:
        assert b"/help" in opened.expect(b"you>")
        yield opened
    finally:
        opened.close()


def test_a_conversation_in_a_terminal_ends_with_ctrl_d(terminal: Terminal, tmp_path: Path) -> None:
    """Somebody asks, picks by number, recalls the first question with the arrow keys, and leaves by Ctrl-D."""
    for keys, answer in ((b"eras\r", b"About eras"), (b"1\r", b"About the price"), (b"\x1b[A\x1b[A\r", b"About eras")):
        terminal.type(keys)
        terminal.expect(answer)
        terminal.expect(b"you>")
    terminal.type(b"\x04")
    terminal.expect(b"Goodbye.")
    assert terminal.exit_code() == 0
    assert "+eras\n" in (tmp_path / "medpath" / "history").read_text()


def test_ctrl_c_at_the_prompt_leaves(terminal: Terminal) -> None:
    """Ctrl-C leaves as cleanly as Ctrl-D, without a traceback."""
    terminal.type(b"half a quest\x03")
    assert b"Traceback" not in terminal.expect(b"Goodbye.")
    assert terminal.exit_code() == 0


def test_ctrl_c_while_waiting_returns_to_the_prompt(terminal: Terminal) -> None:
    """An answer that takes too long can be given up, and the next question is answered."""
    terminal.type(b"wait\r")
    terminal.expect(b"waiting")
    terminal.type(b"\x03")
    terminal.expect(b"Stopped waiting")
    terminal.expect(b"you>")
    terminal.type(b"eras\r")
    terminal.expect(b"About eras")
    terminal.expect(b"you>")
    terminal.type(b"\x04")
    terminal.expect(b"Goodbye.")
    assert terminal.exit_code() == 0


def test_pasted_bytes_that_are_not_text_do_not_end_it(terminal: Terminal) -> None:
    """Bytes that are no UTF-8 are taken as a question like any other."""
    terminal.type(b"caf\xff\r")
    assert b"exception" not in terminal.expect(b"About caf?")
    assert b"exception" not in terminal.expect(b"you>")


def test_a_history_lost_on_the_way_does_not_end_it(terminal: Terminal, tmp_path: Path) -> None:
    """If the history can no longer be written, questions are answered without complaint."""
    shutil.rmtree(tmp_path / "medpath")
    terminal.type(b"eras\r")
    assert b"exception" not in terminal.expect(b"About eras")
    terminal.expect(b"you>")


def test_a_wide_table_is_folded_into_the_page() -> None:
    """Words in a table go on in the next line of their cell, so that no line is wider than the page."""
    cells = (
        "Practicing alone",
        "independently in every state",
        "only with a physician in many states",
    )
    table = Table(("", "MD", "NP"), (cells, ("School", "4 years", "2 years")))
    lines = render(Reply(text="t", body="t", table=table), Page(width=50))
    assert max(map(len, lines)) <= 50
    assert " ".join(" ".join(lines).replace("|", " ").split()).count("physician") == 1
    assert [line.split(" | ")[0].strip() for line in lines if line.startswith("School")] == ["School"]


def test_a_heading_stands_plain_over_its_answer() -> None:
    """Each of several answers begins with what it is to, without marks."""
    assert render(Reply(text="t", body="It takes years.", heading="Length"), WIDE) == ["Length", "", "It takes years."]


def test_a_plan_fits_a_narrow_shell() -> None:
    """Its bars go where they do not fit, with the years staying; sources stay indented below their step."""
    text = "Residency        2030-2033          ####\n1. Step 1\n   FSMB (2026); University of Maryland (2025)"
    narrow = render(Reply(text=text, kind="plan"), Page(width=34))
    assert narrow[0] == "Residency        2030-2033"
    assert narrow[2:] == ["   FSMB (2026); University of", "   Maryland (2025)"]
    assert render(Reply(text=text, kind="plan"), WIDE) == text.splitlines()
