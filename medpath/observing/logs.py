"""The logs of both servers: lines for people, or JSON for machines, each with the id of its request.

What errors say of messages is left out already (serving/discreet_logs.py).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, MutableMapping
from datetime import datetime, timezone
from typing import Any

from prometheus_client import Counter

from medpath.errors import SetupError
from medpath.observing.registry import registry
from medpath.observing.request_ids import current_request
from medpath.observing.tracing import current_trace

FORMAT = "MEDPATH_LOG_FORMAT"
PLAIN, JSON = "plain", "json"
# They write a line for every turn, which nobody wants to read without a machine.
EACH_TURN = ("medpath.turns", "medpath.actions")
OWN, RASA, OTHER = "medpath", "rasa", "other"

_records = Counter("medpath_log_records", "Warnings and errors in the log", ["level", "area"], registry=registry)


def set_up_logs(environment: Mapping[str, str], server: str, line: str) -> None:
    """Writes the log of this process as the environment says; `line` is the format of a plain one.

    Call it when logging and structlog are set up. Raises SetupError for a format that there is not.
    """
    form = environment.get(FORMAT) or PLAIN
    if form not in (PLAIN, JSON):
        raise SetupError(f"{FORMAT} is {form!r}. It must be {PLAIN} or {JSON}.")
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.StreamHandler())
    for handler in root.handlers:
        if form == JSON:
            handler.filters.clear()  # Rasa leaves a line out that is worded as the one before it
        handler.setFormatter(JsonLine(server) if form == JSON else PlainLine(line))
        handler.addFilter(_is_wanted)
    root.addHandler(Counting())
    if form == JSON:
        for name in EACH_TURN:
            logging.getLogger(name).setLevel(logging.INFO)
        _name_events_of_structlog()


class PlainLine(logging.Formatter):
    """A line for people, with the id of the request at its end where there is one."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line without what follows of an error."""
        request = current_request()
        return super().formatMessage(record) + (f" [request {request}]" if request else "")


class JsonLine(logging.Formatter):
    """A JSON object a line: time (UTC), level, server, logger and message.

    request_id, trace_id and error are there where there are any; a record may carry more `fields`.
    """

    def __init__(self, server: str) -> None:
        super().__init__()
        self._server = server

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        about = {"request_id": current_request(), "trace_id": current_trace(), "error": record.exc_text}
        told = {
            "time": _time(record.created),
            "level": record.levelname.lower(),
            "server": self._server,
            "logger": record.name,
            "message": record.getMessage(),
            **{name: value for name, value in about.items() if value},
            **getattr(record, "fields", {}),
        }
        return json.dumps(told, ensure_ascii=False)


class Counting(logging.Handler):
    """Counts warnings and errors by the part of the program that logs them."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        """Counts one."""
        level = "error" if record.levelno >= logging.ERROR else "warning"
        _records.labels(level, _area(record.name)).inc()


def _is_wanted(record: logging.LogRecord) -> bool:
    """Whether a record belongs into the log: libraries tell of much that is in order."""
    return record.levelno >= logging.WARNING or record.name in EACH_TURN


def _area(logger: str) -> str:
    """The room of Medpath that a logger belongs to; Rasa is one, and so is all else."""
    package, _, rest = logger.partition(".")
    if package == OWN:
        return rest.partition(".")[0] or OWN
    return RASA if package == RASA else OTHER


def _time(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _name_events_of_structlog() -> None:
    """Rasa's structlog draws its events for a terminal; a machine wants their names."""
    try:
        import structlog
    except ImportError:  # the action server does without
        return
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], _named])


def _named(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> str:
    return str(entry.get("event_info") or entry.get("event", ""))
