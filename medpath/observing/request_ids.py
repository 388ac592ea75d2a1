"""The id of the request that is worked on: one for all that a message sets off, in both servers, logs and traces."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar, copy_context
from typing import ParamSpec, TypeVar

HEADER = "x-request-id"

# What proxies make: UUIDs, hexadecimal numbers, base64 without its signs that mean something elsewhere.
_WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")

_request: ContextVar[str] = ContextVar("request", default="")

P = ParamSpec("P")
T = TypeVar("T")


def current_request() -> str:
    """The id of the request that is worked on; empty if there is none."""
    return _request.get()


def take_request_id(given: str | None) -> str:
    """Goes on under the id that a proxy gave, or a new one where it gave none that is well-formed; gives the id."""
    own = given if given and _WELL_FORMED.fullmatch(given) else _new()
    _request.set(own)
    return own


def under_an_id(work: Callable[P, T], *given: P.args, **options: P.kwargs) -> T:
    """The result of work that is done under the id of the request, or where there is none under one of its own."""
    context = copy_context()
    if not current_request():
        context.run(_request.set, _new())
    return context.run(work, *given, **options)


def _new() -> str:
    return uuid.uuid4().hex
