"""A secret of this installation, in a file that its owner alone can read."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path


def secret_in(file: Path) -> str:
    """The secret in a file, which is made when there is none.

    Raises OSError or UnicodeDecodeError if it cannot be read.
    """
    if not file.exists():
        _make(file)
    return file.read_text(encoding="utf-8").strip()


def _make(file: Path) -> None:
    """Writes beside the file and links into place: nobody reads half a secret, and the first of two processes wins."""
    file.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")  # mode 0600
    written = Path(name)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as output:
            output.write(secrets.token_hex(32) + "\n")
        os.link(written, file)
    except FileExistsError:
        return
    finally:
        written.unlink()
