"""Read by Python at its start where this folder is on the path: a clock that is as wrong as the file CLOCK says."""

from __future__ import annotations

import os
import time
from pathlib import Path

_true_time = time.time
_file = Path(os.environ["CLOCK"])


def _set_time() -> float:
    return _true_time() + float(_file.read_text() or 0)


time.time = _set_time
