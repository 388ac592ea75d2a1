"""What happens to a database in the life of an installation: each is begun and ended by the test."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

HOLD = """
import sqlite3, sys, time
holder = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
holder.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
holder.execute("ROLLBACK")
"""


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another program holds the database."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == "held\n"
        yield
    finally:
        holder.communicate()


@contextmanager
def damaged_head(database: Path) -> Iterator[None]:
    """The head of the file is overwritten, and put right in the end."""
    with database.open("r+b") as file:
        head = file.read(100)
        file.seek(0)
        file.write(b"\x00garbage" * 10)
    try:
        yield
    finally:
        with database.open("r+b") as file:
            file.write(head)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A file system of a size of its own; skips the test where none may be mounted."""
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("no file system may be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Nothing more fits on the disk."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def only_readable(disk: Path) -> Iterator[None]:
    """Nothing can be written on the disk; begin it before a program has a file open there."""
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    try:
        yield
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)


def change(database: Path, statement: str, *values: object) -> int:
    """Changes rows of a database; gives their number."""
    with sqlite3.connect(database, timeout=30) as connection:
        return connection.execute(statement, values).rowcount


def bytes_of(database: Path) -> bytes:
    """All that is on the disk of a database."""
    beside = [database.with_name(database.name + ending) for ending in ("-wal", "-journal")]
    return b"".join(path.read_bytes() for path in (database, *beside) if path.exists())


def others_may(path: Path) -> int:
    """The rights of others than the owner."""
    return os.stat(path).st_mode & 0o077
