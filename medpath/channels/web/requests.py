"""Reads the requests of the web channel, whoever wrote them; whatever is wrong with one becomes a Refusal."""

from __future__ import annotations

import json
import re
from typing import Any

from sanic.request import Request

from medpath.channels.incoming import LONGEST_MESSAGE, TOO_LONG, UnreadableMessage, clean_message, whole
from medpath.channels.turns import Message
from medpath.channels.web.refusals import bad_request, no_session, too_long
from medpath.channels.web.sessions import NoSession, Sessions, Visitor

NAME = "web"
LARGEST_BODY = 48 * 1024
LONGEST_SHOWN = 200

BEFORE, ANSWER_TO = "before", "answer_to"
_CURSOR = re.compile(r"[0-9]{1,9}", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_BEARER = re.compile(r"Bearer +([^ ]+) *", re.IGNORECASE)
_EXAMPLE = 'Send JSON such as {"id": "a-new-id", "text": "When is Match Day?"}.'


def visitor(request: Request, sessions: Sessions) -> Visitor:
    """Whom the token of a request names; raises the Refusal `no_session`."""
    bearer = _BEARER.fullmatch(request.headers.get("authorization", ""))
    if bearer is None:
        raise no_session()
    try:
        return sessions.visitor(bearer[1])
    except NoSession as error:
        raise no_session() from error


def turns_before(request: Request) -> int | None:
    """How many turns of the conversation a request for earlier ones begins before; None for the latest.

    Raises the Refusal `bad_request`.
    """
    given = request.get_args(keep_blank_values=True).get(BEFORE)
    if given is None:
        return None
    if not _CURSOR.fullmatch(given):
        raise bad_request(f"Take {BEFORE} from what an earlier reply gave as `earlier`.")
    return int(given)


def answered_message(request: Request) -> str | None:
    """The message whose answer is asked for; None for the latest. Raises the Refusal `bad_request`."""
    given = request.get_args(keep_blank_values=True).get(ANSWER_TO)
    if given is not None and not _ID.fullmatch(given):
        raise bad_request(f"{ANSWER_TO} must be the id of a message.")
    return given


async def check_empty(request: Request) -> None:
    """Raises the Refusal `bad_request` unless the body is empty or a JSON object."""
    body = await _body(request)
    if body.strip() and not isinstance(_json_of(body), dict):
        raise bad_request("Send no body, or {}.")


async def read_message(request: Request, conversation: str, address: str) -> Message:
    """The message in a request; raises the Refusal `bad_request` or `too_long`."""
    content = _json_of(await _body(request))
    if not isinstance(content, dict):
        raise bad_request(_EXAMPLE)
    message_id, text, shown = content.get("id"), content.get("text"), content.get("shown")
    if not isinstance(message_id, str) or not _ID.fullmatch(message_id):
        raise bad_request("The id must be 1 to 64 letters, digits, hyphens or underscores.")
    if shown is not None and (not isinstance(shown, str) or len(shown) > LONGEST_SHOWN):
        raise bad_request(f"What is shown must be a text of at most {LONGEST_SHOWN} characters.")
    if not isinstance(text, str):
        raise bad_request(_EXAMPLE)
    if len(text) > LONGEST_MESSAGE:
        raise too_long(TOO_LONG)
    try:
        clean = clean_message(text)
    except UnreadableMessage as unreadable:
        raise bad_request(str(unreadable)) from unreadable
    seen = _printable(shown or "") or _printable(text) or clean
    return Message(NAME, conversation, message_id, clean, seen, address)


async def _body(request: Request) -> bytes:
    """The body, read only up to the limit."""
    body = b""
    async for part in request.stream:
        body += part
        if len(body) > LARGEST_BODY:
            raise too_long(TOO_LONG)
    return body


def _json_of(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _printable(text: str) -> str:
    """The text as the person wrote it, with its lines, without what a page or a database stumbles over."""
    return "".join(letter for letter in whole(text) if letter.isprintable() or letter in "\n\t\u200d").strip()
