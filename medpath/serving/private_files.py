"""Keeps what is written while Medpath runs (logs, conversations, feedback) from everybody but its owner."""

from __future__ import annotations

import os
from pathlib import Path

OTHERS = 0o077
FOLDER, FILE = 0o700, 0o600


def write_for_owner() -> None:
    """What this process makes from now on is for its owner alone."""
    os.umask(OTHERS)


def keep_private(folder: Path) -> None:
    """Makes the folder if there is none, and takes it and the files in it from others, where they are ours."""
    folder.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    for one in (folder, *folder.iterdir()):
        try:
            found = one.lstat()
            if found.st_mode & OTHERS and found.st_uid == os.geteuid() and not one.is_symlink():
                one.chmod(found.st_mode & ~OTHERS & 0o7777)
        except OSError:  # it is gone, or on a file system without rights
            continue


def for_owner(path: str, flags: int) -> int:
    """As os.open, also as the opener of `open`: what it makes is for its owner alone."""
    return os.open(path, flags, FILE)
