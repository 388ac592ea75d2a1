"""What was said in a conversation, read from Rasa's events and drawn as the web channel sends it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from typing import Any

from rasa.shared.core.events import BotUttered, Event, UserUttered

from medpath.channels.incoming import FAILED
from medpath.channels.replies import Reply, read_reply
from medpath.channels.rest import error_message

SHOWN = "shown"


@dataclass(frozen=True)
class Turn:
    """One message of a person and what was said to it."""

    asked: UserUttered
    said: list[BotUttered] = field(default_factory=list)


def web_reply(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message of the REST channel as a Reply of docs/web-api.yml."""
    try:
        reply = read_reply(message)
    except (KeyError, TypeError, ValueError):  # kept by another version, whose block had another shape
        reply = Reply(str(message.get("text") or FAILED), kind="answer")
    return {
        "kind": reply.kind,
        "text": reply.text,
        "body": reply.body or reply.text,
        "warnings": list(reply.warnings),
        "sources": [asdict(source) for source in reply.sources],
        "buttons": [{"title": button.title, "payload": button.payload} for button in reply.buttons],
        "table": asdict(reply.table) if reply.table else None,
        "pictures": [
            {"url": picture["url"], "alt": picture["alt"]}
            for picture in (message.get("custom") or {}).get("pictures", ())
        ],
        "facts": list(reply.facts),
    }


def web_error(text: str) -> dict[str, Any]:
    """A Reply of kind error with a text for the person."""
    return web_reply(error_message("", text))


def turns(events: Iterable[Event]) -> list[Turn]:
    """The turns of a conversation, oldest first."""
    found: list[Turn] = []
    for event in events:
        if isinstance(event, UserUttered) and event.text:
            found.append(Turn(event))
        elif isinstance(event, BotUttered) and found:
            found[-1].said.append(event)
    return found


def replies_to(message_id: str, events: Iterable[Event]) -> list[dict[str, Any]] | None:
    """The replies that a message got; None if it was never asked."""
    for turn in turns(events):
        if turn.asked.message_id == message_id:
            return _replies(turn)
    return None


def history(events: Iterable[Event]) -> list[dict[str, Any]]:
    """The Messages of docs/web-api.yml, oldest first."""
    return [message for turn in turns(events) for message in _messages(turn)]


def _messages(turn: Turn) -> list[dict[str, Any]]:
    asked = turn.asked
    shown = (asked.metadata or {}).get(SHOWN) or asked.text
    question = {"from": "person", "id": asked.message_id, "text": shown, "time": _time(asked)}
    times = [_time(event) for event in turn.said] or [question["time"]]
    return [
        question,
        *({"from": "medpath", "time": time, "reply": reply} for time, reply in zip(times, _replies(turn), strict=True)),
    ]


def _replies(turn: Turn) -> list[dict[str, Any]]:
    """As they went out: an apology where an action failed and Rasa noted nothing."""
    return [web_reply(_message(event)) for event in turn.said] or [web_error(FAILED)]


def _message(event: BotUttered) -> dict[str, Any]:
    return {"text": event.text, "buttons": event.data.get("buttons"), "custom": event.data.get("custom")}


def _time(event: Event) -> str:
    moment = datetime.fromtimestamp(event.timestamp, timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
