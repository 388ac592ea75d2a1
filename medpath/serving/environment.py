"""The environment in which Rasa is quiet and stays on this machine."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Mapping, Sequence
from typing import NoReturn

LOOPBACK = "127.0.0.1"
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONWARNINGS": "ignore",
    "SANIC_HOST": LOOPBACK,
    # More threads than cores only make the processes wait for each other.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    # Each thread would get pieces of memory of its own, in which little is left free for the others.
    "MALLOC_ARENA_MAX": "2",
}

# The variable that holds the launcher's process number: it may be gone before we come to look for it.
LAUNCHER = "MEDPATH_LAUNCHER"
# Set where there is no launcher: `medpath serve`.
ALONE = "MEDPATH_ALONE"


def be_quiet() -> None:
    """Sets the quiet environment for this process; call it before Rasa is imported."""
    os.environ.update(QUIET)
    warnings.simplefilter("ignore")


def keep_rasa_quiet() -> None:
    """Keeps Rasa's own log to warnings; imports Rasa."""
    import rasa.utils.common
    import rasa.utils.log_utils

    rasa.utils.log_utils.configure_structlog(logging.WARNING)
    rasa.utils.common.configure_logging_and_warnings(logging.WARNING)
    warnings.simplefilter("ignore")  # Rasa has just set its own filters


def run_instead(module: str, arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> NoReturn:
    """Puts one of our modules in the place of this process, with the quiet environment from its first moment on."""
    given = [sys.executable, "-m", module, *arguments]
    os.execve(sys.executable, given, {**environment, **QUIET, ALONE: "1"})  # noqa: S606 (no shell is meant)


def end_with_parent(seconds: float = 1.0) -> None:
    """Ends this process when the one that started it is gone, even if that one was killed; not one that runs alone."""
    if os.environ.get(ALONE):
        return
    parent = int(os.environ.get(LAUNCHER) or os.getppid())

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(seconds)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
