"""What was said in a conversation, read from Rasa's events and drawn as the web channel sends it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, timezone
from typing import Any

from rasa.shared.core.events import Event

from medpath.channels.incoming import FAILED
from medpath.channels.past import SHOWN, Turn, said_in, turns
from medpath.channels.replies import Reply, read_reply
from medpath.channels.web.plans import web_plan
from medpath.errors import PlanningError

# All 400 turns of a conversation took half a megabyte, and others waited while it was written.
TURNS_AT_ONCE = 20


def web_reply(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message of the REST channel as a Reply of docs/web-api.yml."""
    try:
        reply = read_reply(message)
        plan = web_plan(reply.plan, reply.body) if reply.plan else None
    except (KeyError, TypeError, ValueError, PlanningError):  # kept by another version, whose block had another shape
        reply, plan = Reply(str(message.get("text") or FAILED), kind="answer"), None
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
        "check": reply.check,
        "heading": reply.heading,
        "plan": plan,
    }


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
        *(
            {"from": "medpath", "time": time, "reply": reply}
            for time, reply in zip(times, map(web_reply, said_in(turn)), strict=True)
        ),
    ]


def _time(event: Event) -> str:
    moment = datetime.fromtimestamp(event.timestamp, timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
