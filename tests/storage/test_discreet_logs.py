"""What a log says of an error."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import json, logging, structlog
logging.basicConfig(format="%(levelname)s %(message)s", level=logging.WARNING)
from medpath.serving.discreet_logs import keep_texts_out_of_logs
keep_texts_out_of_logs()
from medpath.errors import SetupError
def stumble(text):
    {"a": 1}[text]
try:
    stumble("my narwhal")
except KeyError:
    logging.getLogger("any").exception("An action failed.")
try:
    try:
        int("my narwhal")
    except ValueError as error:
        raise SetupError("The model is missing.") from error
except SetupError:
    logging.getLogger("any").exception("No start.")
structlog.get_logger().warning("event.deserialization.failed", rasa_event={"text": "my narwhal"})
"""


def test_an_error_is_told_without_what_it_quotes() -> None:
    """Where it came up and of which kind it is stays; our own errors say all."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    told = done.stdout + done.stderr
    assert "narwhal" not in told
    assert "in stumble" in told
    assert "builtins.KeyError" in told
    assert "medpath.errors.SetupError: The model is missing." in told
    assert "event.deserialization.failed" in told
