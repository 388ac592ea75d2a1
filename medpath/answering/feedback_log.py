"""What goes out of the log of feedback again: with its conversation, or when it is too old."""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from medpath.answering.feedback import Feedback, moment, read_line
from medpath.secret_file import secret_in

MARK_LENGTH = 32


def mark_of(conversation: str, key: Path) -> str:
    """The mark by which the judgements of a conversation are found again: without the key it tells nobody's name.

    Makes the key where there is none. Raises OSError.
    """
    return mark_by(conversation, secret_in(key))


def mark_by(conversation: str, key: str) -> str:
    """The same mark, by a key itself."""
    name = conversation.encode("utf-8", "surrogatepass")
    return hmac.new(key.encode(), name, hashlib.sha256).hexdigest()[:MARK_LENGTH]


def add_line(log: Path, line: str) -> None:
    """Adds a line to the log; raises OSError."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with _held(log) as descriptor:
        os.write(descriptor, line.encode())


def erase_of(log: Path, mark: str) -> int:
    """Erases the judgements with a mark; gives their number. Raises OSError."""
    return _erase(log, lambda one: one is not None and one.conversation == mark)


def erase_before(log: Path, when: datetime) -> int:
    """Erases the judgements before a moment, and what can be read by nobody; gives their number. Raises OSError."""
    first = moment(when)
    return _erase(log, lambda one: one is None or one.time < first)


def _erase(log: Path, goes: Callable[[Feedback | None], bool]) -> int:
    if not log.exists():
        return 0
    with _held(log):
        lines = log.read_bytes().splitlines(keepends=True)
        kept = [line for line in lines if not goes(read_line(line.decode(errors="replace")))]
        if len(kept) < len(lines):
            _replace(log, kept)
    return len(lines) - len(kept)


def _replace(log: Path, lines: Iterable[bytes]) -> None:
    """The log is there as a whole at every moment, before and after."""
    written = log.with_name(f".{log.name}-new")
    with open(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as output:
        output.writelines(lines)
        output.flush()
        os.fsync(output.fileno())
    written.replace(log)


@contextmanager
def _held(log: Path) -> Iterator[int]:
    """The log, open at its end, while no other process adds to it or erases from it."""
    while True:
        descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if _is_at(log, descriptor):
                yield descriptor
                return
        finally:
            os.close(descriptor)


def _is_at(log: Path, descriptor: int) -> bool:
    """Whether an open file is still the log, and was not replaced while its lock was waited for."""
    own = os.fstat(descriptor)
    try:
        there = log.stat()
    except FileNotFoundError:
        return False
    return (own.st_dev, own.st_ino) == (there.st_dev, there.st_ino)
