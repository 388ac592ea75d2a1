"""The log as machines read it."""

from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
import logging, structlog
from medpath.observing.logs import set_up_logs
from medpath.observing.request_ids import take_request_id
from medpath.serving.discreet_logs import keep_texts_out_of_logs
structlog.configure(logger_factory=structlog.stdlib.LoggerFactory())  # as Rasa does
keep_texts_out_of_logs()
set_up_logs({"MEDPATH_LOG_FORMAT": FORM}, "rasa", "%(levelname)s %(message)s")
logging.getLogger("any").warning("Nothing is asked yet.\\nIt may be soon.")
take_request_id("0123456789abcdef")
try:
    {"a": 1}["my narwhal"]
except KeyError:
    logging.getLogger("medpath.channels.turns").exception("A turn failed.")
logging.getLogger("medpath.turns").info("A turn is over.", extra={"fields": {"kinds": ("answer",), "seconds": 0.5}})
logging.getLogger("chatty").setLevel(logging.DEBUG)
logging.getLogger("chatty").info("my narwhal")
structlog.get_logger().warning("event.failed", rasa_event={"text": "my narwhal"})
"""


def logged(form: str) -> list[str]:
    """What the program logs in a format."""
    program = PROGRAM.replace("FORM}", f"{form!r}}}")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    told = done.stdout + done.stderr
    assert "narwhal" not in told
    return told.splitlines()


def test_each_record_is_one_line_of_json() -> None:
    """With the id of its request, and for an error the lines of code, not what it quotes."""
    first, failed, over, event = (json.loads(line) for line in logged("json"))
    assert (first["level"], first["server"], first["logger"]) == ("warning", "rasa", "any")
    assert first["message"] == "Nothing is asked yet.\nIt may be soon."
    assert "request_id" not in first
    assert failed["request_id"] == over["request_id"] == "0123456789abcdef"
    assert "KeyError" in failed["error"]
    assert over["kinds"] == ["answer"]
    assert over["seconds"] == 0.5
    assert event["message"] == "event.failed"
    assert first["time"].endswith("Z")


def test_a_plain_line_ends_with_the_request() -> None:
    """As before where there is none; no line tells of a turn that went well."""
    lines = logged("plain")
    assert lines[:2] == ["WARNING Nothing is asked yet.", "It may be soon."]
    assert lines[2] == "ERROR A turn failed. [request 0123456789abcdef]"
    assert not [line for line in lines if "is over" in line]
