"""Keeps what people write out of the logs, whoever logs."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator, MutableMapping
from types import TracebackType
from typing import Any

from medpath.errors import MedpathError

Caught = tuple[type[BaseException], BaseException, TracebackType | None]

# The messages of these name what the program or the machine lacks. Those of others may quote what was read:
# ValueError, KeyError, a refusal of the action server with its body, an SQL error with its parameters.
TELLING = (MedpathError, OSError, AttributeError, ImportError, NameError, TypeError, MemoryError, RecursionError)


def keep_texts_out_of_logs() -> None:
    """Logs of errors where they came up and of which kind they are, but of most not what they say.

    Call it when logging and structlog are set up.
    """
    make = logging.getLogRecordFactory()

    def discreet(*given: Any, **options: Any) -> logging.LogRecord:
        record = make(*given, **options)
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = described(record.exc_info[1])  # formatters take it instead of writing their own
            record.exc_info = None
        return record

    logging.setLogRecordFactory(discreet)
    _make_structlog_discreet()


def described(error: BaseException) -> str:
    """An error and what caused it, each with the lines of code that it came through."""
    return "\n".join(_lines(error))


def _lines(error: BaseException) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _lines(before)
        yield "\nwhich led to:\n"
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
    says = f": {error}" if isinstance(error, TELLING) else " (what it says may quote a message, and is left out)"
    yield f"{type(error).__module__}.{type(error).__qualname__}{says}"


def _make_structlog_discreet() -> None:
    """Rasa logs events, with their contents, and tracebacks, with their variables, by structlog."""
    try:
        import structlog
    except ImportError:  # the action server does without
        return
    processors = structlog.get_config()["processors"]
    structlog.configure(processors=[_name_alone, *processors])


def _name_alone(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: entry[key] for key in ("event", "event_info") if key in entry}
