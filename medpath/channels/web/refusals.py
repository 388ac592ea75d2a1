"""What the web channel answers when it cannot do what was asked: one shape for all errors (docs/web-api.yml)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from sanic import Sanic, response
from sanic.exceptions import MethodNotSupported, NotFound, RequestTimeout, SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from medpath.errors import StorageError

logger = logging.getLogger(__name__)

PREFIX = "/webhooks/web"
BUSY_SECONDS = 5
MALFORMED = "This is no request that Medpath understands."
# The method that Sanic gives a request whose head it could not read.
UNREAD = "NONE"


class Refusal(Exception):
    """A request that is not carried out; the message is a sentence for the person."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})

    def response(self) -> HTTPResponse:
        """The refusal as it goes out."""
        return response.json({"error": {"code": self.code, "message": str(self)}}, self.status, headers=self.headers)

    def plain_response(self) -> HTTPResponse:
        """The same in the shape of the addresses for programs."""
        return response.json({"error": str(self)}, self.status, headers=self.headers)


def bad_request(message: str) -> Refusal:
    """A request that does not keep to the interface."""
    return Refusal(400, "bad_request", message)


def no_session() -> Refusal:
    """A token that is missing, forged or too old."""
    return Refusal(
        401, "no_session", "This conversation has ended. Please start a new one.", {"WWW-Authenticate": "Bearer"}
    )


def wrong_origin(origin: str | None) -> Refusal:
    """A page of another site that is not listed; None for one that has no origin that could be."""
    if origin is None:
        return Refusal(403, "origin", "Medpath cannot be asked from here, but from pages of websites alone.")
    return Refusal(
        403,
        "origin",
        f"Pages of {origin} may not ask Medpath yet. Whoever runs it can list {origin} in MEDPATH_WEB_ORIGINS.",
    )


def wrong_host() -> Refusal:
    """A name for this server that nobody has set up; a page may have made it point here."""
    return Refusal(403, "host", "Medpath is not known by this name. Whoever runs it can list it in MEDPATH_HOSTS.")


def nothing_there(message: str) -> Refusal:
    """Something that this conversation does not have."""
    return Refusal(404, "not_found", message)


def too_slow() -> Refusal:
    """A request whose rest has not come."""
    return Refusal(408, "too_slow", "Your message did not come as a whole. Please send it again.")


def too_long(message: str) -> Refusal:
    """More than is read at once."""
    return Refusal(413, "too_long", message)


def too_fast(seconds: int) -> Refusal:
    """More requests than the limits allow."""
    message = f"That was too much at once. Please try again in {seconds} seconds."
    return Refusal(429, "too_fast", message, {"Retry-After": str(seconds)})


def busy() -> Refusal:
    """More to do than can be done soon, or a failure; the same message may be sent again."""
    message = "Medpath cannot answer right now. Please try again in a moment."
    return Refusal(503, "busy", message, {"Retry-After": str(BUSY_SECONDS)})


def answer_errors(app: Sanic) -> None:
    """Gives Sanic's own errors the channel's shape under its address, and elsewhere a shape that quotes nothing.

    Sanic would give back the address that was asked for. Failures elsewhere stay as Sanic has them.
    """

    def answer(request: Request, error: Exception) -> HTTPResponse | None:
        is_unread = request.method == UNREAD and not isinstance(error, RequestTimeout)
        if request.path == PREFIX or request.path.startswith(PREFIX + "/"):
            return (bad_request(MALFORMED) if is_unread else refusal_of(error)).response()
        if isinstance(error, SanicException) and 400 <= error.status_code < 500:
            return (bad_request(MALFORMED) if is_unread else refusal_of(error)).plain_response()
        return None

    app.error_handler.add(Exception, answer)


def refusal_of(error: Any) -> Refusal:
    """What an error of Sanic's means; anything else is logged and told as a failure."""
    if isinstance(error, StorageError):
        logger.error("What was said cannot be read. %s", error)
        return busy()
    if isinstance(error, NotFound):
        return nothing_there("There is nothing at this address.")
    if isinstance(error, MethodNotSupported):
        return Refusal(405, "method", "This address does not take that method.", error.headers)
    if isinstance(error, RequestTimeout):
        return too_slow()
    if isinstance(error, SanicException) and error.status_code == 413:
        return too_long("That is more than Medpath reads at once.")
    if isinstance(error, SanicException) and 400 <= error.status_code < 500:
        return bad_request(MALFORMED)
    logger.error("A request of the web channel failed.", exc_info=error)
    return busy()
