"""The logs of the servers: they grow over all starts, are cut when they get long, and are read by their owner alone."""

from __future__ import annotations

import contextlib
import os
import shutil
from datetime import datetime
from pathlib import Path

from medpath.serving.private_files import FILE, for_owner

LARGEST = 5 * 2**20
KEPT = 3
_MARK = "=== "


def open_log(log: Path, name: str) -> int:
    """The descriptor of a log to append to, with a line that says who starts and when."""
    cut_log(log)
    descriptor = for_owner(str(log), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.fchmod(descriptor, FILE)  # it may have been made by an earlier version
    now = datetime.now().astimezone().isoformat(" ", "seconds")
    with contextlib.suppress(OSError):  # a full disk keeps no server from starting
        os.write(descriptor, f"{_MARK}{now} the {name} starts\n".encode())
    return descriptor


def cut_log(log: Path, largest: int = LARGEST) -> None:
    """Moves what a long log holds to LOG.1, what that held to LOG.2, and so on.

    The content moves, not the file: a server keeps its log open, and what it appends later goes to the emptied one.
    Where there is no room for that, the log stays as it is.
    """
    with contextlib.suppress(OSError):
        if log.stat().st_size > largest:
            _move(log)


def _move(log: Path) -> None:
    kept = [log.with_name(f"{log.name}.{number}") for number in range(1, KEPT + 1)]
    for older, newer in zip(reversed(kept), reversed(kept[:-1]), strict=False):
        if newer.exists():
            newer.replace(older)
    shutil.copy(log, kept[0])  # the permissions too
    os.truncate(log, 0)


def last_words(log: Path, lines: int = 12) -> str:
    """The end of what was logged since the last start."""
    if not log.exists():
        return "(empty)"
    with log.open("rb") as content:
        content.seek(max(0, log.stat().st_size - 2**16))
        text = content.read().decode("utf-8", "replace")
    latest = text.rpartition(_MARK)[2].strip().splitlines()
    return "\n".join((latest[1:] if _MARK in text else latest)[-lines:]) or "(empty)"
