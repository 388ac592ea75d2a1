"""The HTTP interface of the action server: Rasa's, for the Rasa server alone.

rasa-sdk's own lets any page of the web call it, unpacks whatever is sent packed, and gives an error with the request.
"""

from __future__ import annotations

import json
import logging
from typing import Any

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException
from sanic import response
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from medpath.channels.incoming import LONGEST_MESSAGE
from medpath.observing.actions import begin_at_zero, observed_action
from medpath.serving.http import GuardedSanic
from medpath.serving.metrics_page import add_metrics
from medpath.serving.observed_requests import observe_requests
from medpath.serving.probes import PROBE
from medpath.serving.safe_headers import add_safe_headers
from medpath.serving.shared_secret import HEADER, is_known

logger = logging.getLogger(__name__)

NAME = "medpath_actions"
# A call of a long conversation has 30 KB.
LARGEST_BODY = 256 * 1024


class RefusedCall(Exception):
    """A call that is not carried out; the message says why and holds nothing of the call."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def make_app(package: str) -> GuardedSanic:
    """The application that runs the actions of a package."""
    executor = ActionExecutor()
    executor.register_package(package)
    app = GuardedSanic(NAME, configure_logging=False)
    app.config.REQUEST_MAX_SIZE = LARGEST_BODY

    async def health(request: Request) -> HTTPResponse:
        return response.json({"status": "ok"})

    async def webhook(request: Request) -> HTTPResponse:
        _check_caller(request)
        return response.json(await _run(executor, _call(await _body(request))))

    app.add_route(health, "/health", {"GET"}, name="health")
    # `stream` leaves the body to the handler, which reads nothing of a stranger's.
    app.add_route(webhook, "/webhook", {"POST"}, name="webhook", stream=True)
    app.error_handler.add(Exception, _answer_error)
    begin_at_zero(executor.actions)
    add_metrics(app)
    observe_requests(app)
    add_safe_headers(app)
    return app


def _check_caller(request: Request) -> None:
    if not is_known(request.headers.get(HEADER)):
        raise RefusedCall(401, "This server runs actions for the Rasa server of its Medpath alone.")
    if request.headers.get("content-encoding"):
        raise RefusedCall(415, "Send the call as it is, not packed.")


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream:
        body += part
        if len(body) > LARGEST_BODY:
            raise RefusedCall(413, f"The call has more than {LARGEST_BODY} bytes.")
    return body


def _call(body: bytes) -> dict[str, Any]:
    """The action call in a body; raises RefusedCall unless it has the shape that Rasa gives it."""
    try:
        call = json.loads(body)
    except (ValueError, RecursionError):
        raise RefusedCall(400, "The call is no JSON.") from None
    tracker = call.get("tracker") if isinstance(call, dict) else None
    if not isinstance(tracker, dict) or not isinstance(call.get("next_action"), str):
        raise RefusedCall(400, "The call must hold next_action and tracker.")
    if not _has_shape(tracker):
        raise RefusedCall(400, "The tracker must hold sender_id, slots and latest_message as Rasa gives them.")
    text = tracker.get("latest_message", {}).get("text")
    if text is not None and not isinstance(text, str):
        raise RefusedCall(400, "The text of the latest message must be a text.")
    if text and len(text) > LONGEST_MESSAGE:
        raise RefusedCall(413, f"The latest message has more than {LONGEST_MESSAGE} characters.")
    return call


def _has_shape(tracker: dict[str, Any]) -> bool:
    """Whether the parts of a tracker that actions look at are of the kinds that they have."""
    latest = tracker.get("latest_message", {})
    return (
        isinstance(tracker.get("sender_id"), str)
        and isinstance(tracker.get("slots", {}), dict)
        and isinstance(latest, dict)
        and isinstance(latest.get("intent", {}), dict)
    )


async def _run(executor: ActionExecutor, call: dict[str, Any]) -> Any:
    name = call["next_action"] if call.get("sender_id") != PROBE else None
    try:
        with observed_action(name) as observed:
            result = await executor.run(call)
            observed.said((result or {}).get("responses", ()))
            return result
    except ActionNotFoundException as error:
        raise RefusedCall(404, "There is no such action.") from error


def _answer_error(request: Request, error: Exception) -> HTTPResponse:
    if isinstance(error, ActionExecutionRejection):  # Rasa reads this one and goes on without the action
        return response.json({"error": "The action does not apply.", "action_name": error.action_name}, 400)
    if isinstance(error, RefusedCall):
        return response.json({"error": str(error)}, error.status)
    if isinstance(error, SanicException) and error.status_code < 500:
        return response.json({"error": "This is no call of an action."}, error.status_code)
    logger.error("An action failed.", exc_info=error)
    return response.json({"error": "The action failed; the log of the action server tells why."}, 500)
