"""Holds a conversation with Medpath in the terminal, or over piped lines.

The upper half is pure: it turns replies into lines and typed words into a pick. The lower half reads, sends and
prints. Whatever a server sends passes `plain` before it reaches the terminal, so that no reply can drive it.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import re
import shutil
import signal
import sys
import textwrap
import unicodedata
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from medpath.answering.replies.answer import ShownSource, Table
from medpath.channels.replies import Button, Reply
from medpath.errors import ServiceError

WELCOME = "Ask Medpath about US medical education. /help shows examples; Ctrl-D leaves."
GOODBYE = "Goodbye."
PROMPT = "you> "
STOPPED = "Stopped waiting. Ask again, or ask something else."
GAVE_UP = "Medpath failed three times in a row; leaving. Its log says why."
HELP = """\
Ask in your own words about residency, licensure, degrees, careers or mentorship. For example:
- How many years is an internal medicine residency?
- How long does it take to get a medical license after applying?
- What is the difference between an MD and a DO?
- Do hospitalists need a fellowship?
- How do I ask a doctor to be my mentor?

When an answer offers [1], [2] ..., pick by number or by words of the title.
Ctrl-C stops waiting for an answer. /quit, Ctrl-D, or Ctrl-C at the prompt leaves."""

FAILURES_TO_LEAVE = 3
WIDEST = 100
NARROWEST = 20
# Texts stand beside their headings where they have so many columns, else under them.
LEAST_BESIDE = 40

_LIST_MARK = re.compile(r"\s*(?:[-*•]|\d+[.)])\s+")
_BAR = re.compile(r" +#+$")
# Kept unbroken: "Step 1", "call 988", "(800) 273 8255". Not after a comma, or lists of years would not wrap.
_SPACE_BEFORE_NUMBER = re.compile(r"(?<=[^\s,;]) (?=[+(]?\d)")
_LINKABLE = re.compile(r"https?://[!-~]+", re.IGNORECASE)
_NUMBER = re.compile(r"\[?([0-9]{1,9})\]?\.?")

# Terminals known to draw OSC 8 links; any other gets the address in plain text, which is never wrong.
_LINKING_PROGRAMS = frozenset({"iTerm.app", "WezTerm", "vscode", "ghostty"})
_LINKING_TERMS = frozenset({"xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm"})
_FIRST_SAFE_VTE = 5001  # 0.50.0 crashed on links
_MULTIPLEXERS = ("screen", "tmux")


class Answering(Protocol):
    """What the shell needs of a client."""

    async def send(self, conversation: str, text: str) -> list[Reply]:
        """Gives the replies to one message, or raises ServiceError."""


@dataclass(frozen=True)
class Page:
    """What replies are drawn on: its width in columns, and whether it shows OSC 8 hyperlinks."""

    width: int
    links: bool = False


def plain(text: str) -> str:
    """The text on one line, without anything that a terminal would act on or that reorders what is read."""
    return "".join(_harmless(character) for character in text)


def _harmless(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        return " " if character.isspace() else ""
    # Cf holds the direction overrides that can make an address read as another; Cs cannot be printed.
    return "" if category in ("Cf", "Cs") else character


def render_turn(replies: Sequence[Reply], page: Page) -> list[str]:
    """The lines of all replies to one message, parted by blank lines, their buttons numbered in one run."""
    drawn, first = [], 1
    for reply in replies:
        drawn.append(render(reply, page, first))
        first += len(reply.buttons)
    return _parted(drawn)


def render(reply: Reply, page: Page, first: int = 1) -> list[str]:
    """The lines of one reply: body, warnings, sources, and buttons numbered from `first`.

    No line is wider than the page, except tables, addresses and other single words.
    """
    notes = [line for warning in reply.warnings for line in _wrapped("! " + plain(warning), page.width, "  ")]
    notes += [line for source in reply.sources for line in _source(source, page)]
    notes += _wrapped(reply.view, page.width, "  ") if reply.view else []
    table = _table(reply.table, page.width) if reply.table else []
    heading = _wrapped(plain(reply.heading), page.width, "") if reply.heading else []
    message = _parted([heading, wrapped_text(reply.body or reply.text, page.width), table, notes])
    if reply.kind == "safety":
        message = _set_off(message, page.width)
    return _parted([message, _buttons(reply.buttons, page.width, first)])


def _table(table: Table, width: int) -> list[str]:
    """Columns as they are; texts under their headings, or beside them where the page has room for both."""
    if not table.of_texts:
        return list(map(plain, table.text(width).splitlines()))
    rows = [(plain(heading), plain(" ".join(cells))) for heading, *cells in table.rows]
    margin = max(len(heading) for heading, _ in rows) + 2
    if width - margin < LEAST_BESIDE:
        return [line for heading, text in rows for line in _under(heading, text, width)]
    return [line for heading, text in rows for line in _wrapped(heading.ljust(margin) + text, width, " " * margin)]


def _under(heading: str, text: str, width: int) -> list[str]:
    return [*_wrapped(heading, width, ""), *(f"  {line}" for line in _wrapped(text, width - 2, ""))]


def wrapped_text(text: str, width: int) -> list[str]:
    """The text's own lines, each wrapped to the width below its beginning, unless it is a row of a table.

    The bar of a plan, which shows lengths by where it stands, goes where it does not fit.
    """
    drawn: list[str] = []
    for line in map(plain, text.rstrip().lstrip("\r\n").splitlines()):
        if " | " in line:
            drawn.append(line.rstrip())
            continue
        if len(line) > width:
            line = _BAR.sub("", line)
        mark = _LIST_MARK.match(line)
        hang = " " * (len(mark.group()) if mark else len(line) - len(line.lstrip()))
        drawn += _wrapped(line, width, hang)
    return drawn


def _wrapped(line: str, width: int, hang: str) -> list[str]:
    glued = _SPACE_BEFORE_NUMBER.sub("\N{NO-BREAK SPACE}", line)
    lines = textwrap.wrap(glued, width, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False)
    return [piece.replace("\N{NO-BREAK SPACE}", " ") for piece in lines] or [""]


def _source(source: ShownSource, page: Page) -> list[str]:
    lines = _wrapped(plain(f"Source: {source.publisher}, {source.title} ({source.provenance})"), page.width, "  ")
    if page.links and _LINKABLE.fullmatch(source.url):
        return [_linked(line, source.url) for line in lines]
    return [*lines, "  " + plain(source.url)] if source.url else lines


def _linked(line: str, url: str) -> str:
    """One line as a link; the shared id lets a terminal light up all lines of a wrapped link together.

    The sequence is that of https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda.
    """
    words = line.lstrip()
    return f"{line[: -len(words)]}\x1b]8;id=source;{url}\x1b\\{words}\x1b]8;;\x1b\\"


def _buttons(buttons: Iterable[Button], width: int, first: int) -> list[str]:
    drawn: list[str] = []
    for number, button in enumerate(buttons, first):
        mark = f"[{number}] "
        drawn += _wrapped(mark + plain(button.title), width, " " * len(mark))
    return drawn


def _set_off(lines: list[str], width: int) -> list[str]:
    rule = "=" * width
    return [rule, *lines, rule]


def _parted(groups: Iterable[list[str]]) -> list[str]:
    lines: list[str] = []
    for group in filter(None, groups):
        lines += ["", *group] if lines else group
    return lines


def picked(text: str, buttons: Sequence[Button]) -> Button | None:
    """The button that the text means: its number, its title, or words that are in no other title.

    A word counts as in a title if it is one of its words or, from three letters on, the start of one; a shorter
    start ("hi" of "History") would swallow questions. Without a single such button gives None.
    """
    if number := _NUMBER.fullmatch(text.strip()):
        place = int(number.group(1))
        return buttons[place - 1] if 1 <= place <= len(buttons) else None
    words = _words(text)
    titled = [button for button in buttons if _words(button.title) == words]
    meant = titled or [button for button in buttons if _all_in(words, _words(button.title))]
    return meant[0] if words and len(meant) == 1 else None


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _all_in(words: list[str], title: list[str]) -> bool:
    return all(word in title or (len(word) >= 3 and any(w.startswith(word) for w in title)) for word in words)


def shows_links(environ: Mapping[str, str], is_terminal: bool) -> bool:
    """Whether to write OSC 8 hyperlinks: only to a terminal known to draw them, or when FORCE_HYPERLINK says so."""
    if forced := environ.get("FORCE_HYPERLINK"):
        return forced != "0"
    term = environ.get("TERM", "dumb")
    if not is_terminal or environ.get("NO_COLOR") or term == "dumb":
        return False
    # Inside a multiplexer the variables of the terminal around it say nothing about what gets through.
    if "TMUX" in environ or term.startswith(_MULTIPLEXERS):
        return False
    return _is_known_to_link(environ, term)


def _is_known_to_link(environ: Mapping[str, str], term: str) -> bool:
    vte = environ.get("VTE_VERSION", "")
    return (
        term in _LINKING_TERMS
        or environ.get("TERM_PROGRAM") in _LINKING_PROGRAMS
        or "WT_SESSION" in environ
        or (vte.isdecimal() and int(vte) >= _FIRST_SAFE_VTE)
    )


def history_file(environ: Mapping[str, str]) -> Path:
    """Where typed lines are kept, by the XDG base directory specification (relative values are ignored).

    Raises RuntimeError if the user has no home directory.
    """
    state = Path(environ.get("XDG_STATE_HOME", ""))
    return (state if state.is_absolute() else Path.home() / ".local" / "state") / "medpath" / "history"


def open_history(environ: Mapping[str, str]) -> History:
    """The history of earlier conversations, readable by its owner alone; in memory if it cannot be written."""
    try:
        path = history_file(environ)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600)) as file:
            os.fchmod(file.fileno(), 0o600)
    except (OSError, RuntimeError):
        return InMemoryHistory()
    return _KeptHistory(str(path))


class _KeptHistory(FileHistory):
    """A history file that may fill its disk, vanish, or be given bytes that are no text, without a word."""

    def store_string(self, string: str) -> None:
        # A line that is not kept is no reason to interrupt a conversation, and the session remembers it anyway.
        with contextlib.suppress(OSError):
            super().store_string(_encodable(string))


def _encodable(text: str) -> str:
    """The text with a question mark for each pasted byte that is no UTF-8, which prompt_toolkit passes on."""
    return text.encode("utf-8", "replace").decode("utf-8")


async def converse(client: Answering, conversation: str) -> int:
    """Holds the conversation on stdin and stdout until the person leaves, and gives the exit code.

    Lines are edited and kept in a history when both are a terminal; else stdin is read as it comes, and only
    answers are printed. The code is 0, or 1 if Medpath failed three times in a row or piped lines end with
    a failure, or 130 if Ctrl-C cuts piped lines short.
    """
    for stream in (sys.stdin, sys.stdout):
        _tolerate(stream)
    typed = sys.stdin.isatty() and sys.stdout.isatty()
    talk = _Talk(client, conversation)
    if not typed:
        return await _follow_pipe(talk)
    _say([WELCOME])
    code = await _follow_prompt(talk)
    print(GAVE_UP if code else GOODBYE)
    return code


def _tolerate(stream: TextIO) -> None:
    """Lets odd bytes in and unprintable letters out as replacement marks, where Python would end with an error."""
    if isinstance(stream, io.TextIOWrapper) and stream.errors != "replace":
        stream.reconfigure(errors="replace")


async def _follow_prompt(talk: _Talk) -> int:
    session: PromptSession[str] = PromptSession(history=open_history(os.environ))
    with contextlib.suppress(EOFError, KeyboardInterrupt):
        while talk.failures < FAILURES_TO_LEAVE:
            line = await session.prompt_async(PROMPT)
            try:
                if not await talk.hear(line):
                    break
            except KeyboardInterrupt:
                _say([STOPPED])
    return int(talk.failures >= FAILURES_TO_LEAVE)


async def _follow_pipe(talk: _Talk) -> int:
    try:
        # Reading blocks the loop on purpose: nothing else is under way, and a thread stuck in a read could not
        # be ended by Ctrl-C.
        for line in sys.stdin:
            if not await talk.hear(line) or talk.failures == FAILURES_TO_LEAVE:
                break
    except KeyboardInterrupt:
        return 130
    return int(talk.failures > 0)


class _Talk:
    """The state of a conversation: the buttons on the screen and the failures since the last answer."""

    def __init__(self, client: Answering, conversation: str) -> None:
        self._client = client
        self._conversation = conversation
        self._buttons: tuple[Button, ...] = ()
        self.failures = 0

    async def hear(self, line: str) -> bool:
        """Does what the line asks for; False if it asks to leave. Raises KeyboardInterrupt as `_answer` does."""
        text = _encodable(line).strip()
        if text.startswith("/"):
            return _obey(text)
        if text:
            await self._answer(text)
        return True

    async def _answer(self, text: str) -> None:
        button = picked(text, self._buttons)
        try:
            replies = await _interruptible(self._ask(button.payload if button else text))
        except ServiceError as error:
            # The buttons stay: they are still on the screen, and trying again is the natural next step.
            self.failures += 1
            _say([" ".join(plain(str(error)).split())])
            return
        self.failures = 0
        self._buttons = tuple(button for reply in replies for button in reply.buttons)
        _say(render_turn(replies, _page()))

    async def _ask(self, text: str) -> list[Reply]:
        replies = await self._client.send(self._conversation, text)
        if not replies:
            # Rasa's REST channel gives an empty list when an action fails.
            raise ServiceError("Medpath gave no answer. Please ask again.")
        return replies


async def _interruptible(asking: Coroutine[Any, Any, list[Reply]]) -> list[Reply]:
    """Waits for the replies; Ctrl-C meanwhile drops the request and raises KeyboardInterrupt here.

    Left to Python, Ctrl-C would end the event loop, and the conversation with it.
    """
    task = asyncio.create_task(asking)
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, task.cancel)
    try:
        await asyncio.wait({task})
    finally:
        loop.remove_signal_handler(signal.SIGINT)
        task.cancel()
    if task.cancelled():
        raise KeyboardInterrupt
    return task.result()


def _obey(command: str) -> bool:
    """Carries out a /command; False if it was the one to leave."""
    name = command.split()[0].casefold()
    if name == "/help":
        _say(wrapped_text(HELP, _page().width))
    elif name != "/quit":
        _say([f"There is no command {plain(name)}. Type /help or /quit, or a question."])
    return name != "/quit"


def _page() -> Page:
    """The page as it is now; asked anew for every answer, since windows are resized."""
    columns = shutil.get_terminal_size((WIDEST, 24)).columns
    return Page(min(max(columns, NARROWEST), WIDEST), shows_links(os.environ, sys.stdout.isatty()))


def _say(lines: Iterable[str]) -> None:
    print(*lines, "", sep="\n", flush=True)
