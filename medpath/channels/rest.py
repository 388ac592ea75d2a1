"""Rasa's REST channel with a clean way in and a plain word when something fails."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeGuard

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from medpath.channels.incoming import FAILED, UnreadableMessage, clean_message
from medpath.channels.keeping import Keeping, kept_turn, told

logger = logging.getLogger(__name__)
LONGEST_SENDER = 200
IDENTITY = "x-medpath"


class StructuredOutput(CollectingOutputChannel):
    """Collects each reply as one message with text, buttons and the custom block together."""

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keeps the parts of a reply that are there."""
        parts = {key: message[key] for key in ("text", "buttons", "custom") if message.get(key)}
        if parts:
            await self._persist_message({"recipient_id": recipient_id, **parts})


class RestChannel(RestInput):
    """POST /webhooks/rest/webhook with {"sender": ..., "message": ...} gives a list of replies, never an empty one."""

    @classmethod
    def name(cls) -> str:
        """The same address as Rasa's own channel."""
        return "rest"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes of the channel."""
        webhook = Blueprint("medpath_rest")

        @webhook.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            return response.json({"status": "ok"}, headers={IDENTITY: "1"})

        @webhook.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            body = _json_of(request.body)
            sender = body.get("sender") if isinstance(body, dict) else None
            if not _is_sender(sender):
                return response.json(
                    {"error": 'Send JSON such as {"sender": "me", "message": "When is Match Day?"}.'}, 400
                )
            return response.json(await replies(on_new_message, sender, body.get("message")))

        return webhook


def _is_sender(sender: Any) -> TypeGuard[str]:
    """Whether a name can stand for a conversation; a lone surrogate or a control character would break the database."""
    return isinstance(sender, str) and bool(sender.strip()) and sender.isprintable() and len(sender) <= LONGEST_SENDER


def _json_of(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


async def replies(
    on_new_message: Callable[[UserMessage], Awaitable[Any]], sender: str, text: Any
) -> list[dict[str, Any]]:
    """Runs one message through Rasa and gives what was said; an apology if nothing was."""
    output, keeping = StructuredOutput(), Keeping()
    try:
        with kept_turn() as keeping:
            await on_new_message(UserMessage(clean_message(text), output, sender, input_channel=RestChannel.name()))
    except UnreadableMessage as unreadable:
        return [error_message(sender, str(unreadable))]
    except (Exception, asyncio.CancelledError):
        logger.exception("A message could not be answered.")
    return told(output.messages or [error_message(sender, FAILED)], keeping)


def error_message(sender: str, text: str) -> dict[str, Any]:
    """A reply of kind error."""
    return {"recipient_id": sender, "text": text, "custom": {"kind": "error", "body": text}}
