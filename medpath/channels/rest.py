"""Rasa's REST channel with a clean way in and a plain word when something fails."""

from __future__ import annotations

import json
import math
import os
import uuid
from collections.abc import Awaitable, Callable
from typing import Any, TypeGuard

from rasa.core.channels.channel import UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from medpath.channels.callers import caller_address, check_host, other_origin, read_hosts
from medpath.channels.incoming import UnreadableMessage, clean_message
from medpath.channels.output import error_message
from medpath.channels.turns import Message, TooBusy, TooFast, Turns
from medpath.channels.web.refusals import BUSY_SECONDS, Refusal, bad_request, busy, too_fast

LONGEST_SENDER = 200
IDENTITY = "x-medpath"
TURN_SECONDS = 25
WAIT_SECONDS = 240.0
FOR_PROGRAMS = "This address is for programs, not for pages of the web."
# What the conversations of people begin with who have not given their names to this channel.
OTHER_CHANNELS = ("web-", "slack-")


class RestChannel(RestInput):
    """POST /webhooks/rest/webhook with {"sender": ..., "message": ...} gives a list of replies, never an empty one."""

    @classmethod
    def name(cls) -> str:
        """The same address as Rasa's own channel."""
        return "rest"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes of the channel."""
        webhook = Blueprint("medpath_rest")
        # A script may send all its messages at once; none has an id by which it could ask for a reply later.
        turns = Turns(on_new_message, TURN_SECONDS, share=math.inf, wait_seconds=WAIT_SECONDS)
        hosts = read_hosts(os.environ)

        @webhook.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            return response.json({"status": "ok"}, headers={IDENTITY: "1"})

        @webhook.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            try:
                check_host(request, hosts)
                if other_origin(request) is not None:
                    raise Refusal(403, "origin", FOR_PROGRAMS)
                sender, text = _read(request.body)
                return response.json(await _replies(turns, sender, text, caller_address(request)))
            except Refusal as refusal:
                return refusal.plain_response()
            except TooFast:
                return too_fast(BUSY_SECONDS).plain_response()
            except TooBusy:
                return busy().plain_response()

        return webhook


def _read(body: bytes) -> tuple[str, Any]:
    """Sender and message of a request; raises a Refusal unless the sender can stand for a conversation."""
    content = _json_of(body)
    sender = content.get("sender") if isinstance(content, dict) else None
    if not _is_sender(sender):
        raise bad_request('Send JSON such as {"sender": "me", "message": "When is Match Day?"}.')
    if sender.strip().casefold().startswith(OTHER_CHANNELS):
        raise bad_request(f"A sender must not begin with {' or '.join(OTHER_CHANNELS)}: those are of other channels.")
    return sender, content.get("message")


async def _replies(turns: Turns, sender: str, text: Any, address: str) -> list[dict[str, Any]]:
    """What is said to a message; nobody sends one twice here, so each has a new id."""
    try:
        clean = clean_message(text)
    except UnreadableMessage as unreadable:
        return [error_message(sender, str(unreadable))]
    return await turns.replies(Message(RestChannel.name(), sender, uuid.uuid4().hex, clean, clean, address), None)


def _is_sender(sender: Any) -> TypeGuard[str]:
    """Whether a name can stand for a conversation; a lone surrogate or a control character would break the database."""
    return isinstance(sender, str) and bool(sender.strip()) and sender.isprintable() and len(sender) <= LONGEST_SENDER


def _json_of(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
