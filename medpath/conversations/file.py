"""The file of an SQLite database: for its owner alone, and watched for being damaged, replaced or removed."""

from __future__ import annotations

import os
from pathlib import Path

HEAD = b"SQLite format 3\x00"
BESIDE = ("-wal", "-shm", "-journal")
OWNER, OTHERS = 0o700, 0o077


class DatabaseFile:
    """The open file of a database.

    Its descriptor is opened before SQLite opens the file and has to be closed after SQLite has closed it: closing
    one descriptor of a file gives up all locks that a process holds on it.
    """

    def __init__(self, path: Path) -> None:
        """Opens the file, and makes it where there is none; raises OSError."""
        self._path = path
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except PermissionError:
            self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        own = os.fstat(self._descriptor)
        self._identity = own.st_dev, own.st_ino
        keep_from_others(path.resolve())

    def is_sound(self) -> bool:
        """Whether the file still begins as a database does; an empty one will."""
        return os.pread(self._descriptor, len(HEAD), 0) in (HEAD, b"")

    def is_in_place(self) -> bool:
        """Whether the path still leads to this file."""
        try:
            there = os.stat(self._path)
        except OSError:
            return False
        return (there.st_dev, there.st_ino) == self._identity

    def close(self) -> None:
        """Call it when SQLite has closed the file."""
        os.close(self._descriptor)


def keep_from_others(path: Path) -> None:
    """Takes from others the right to read a database and what SQLite keeps beside it, where it is ours.

    What is beside it gets the rights of the database: left from a time when that could only be read, it would keep
    the database from being written.
    """
    for one in (path, *(path.with_name(path.name + ending) for ending in BESIDE)):
        try:
            rights = path.stat().st_mode & OWNER
            found = one.stat()
            if found.st_mode & (OWNER | OTHERS) != rights and found.st_uid == os.geteuid():
                one.chmod(rights)
        except OSError:  # it is gone, or on a file system without rights
            continue
