"""Runs actions with real trackers and dispatchers, as the action server does."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import LISTEN
from actions.planned import FORM_SLOT, PLAN
from medpath.answering.conversation.memory import Memory
from medpath.language.profile import Profile


@dataclass(frozen=True)
class Done:
    """What an action sent, the topics and facts that it remembered anew, and all that is remembered now."""

    messages: list[dict[str, Any]]
    slots: dict[str, Any]
    memory: Memory

    @property
    def block(self) -> dict[str, Any]:
        """The structured form of the one message as it arrives over HTTP."""
        (message,) = self.messages
        return json.loads(json.dumps(message["custom"], allow_nan=False))

    @property
    def responses(self) -> list[str | None]:
        """The responses of the domain that were sent."""
        return [message["response"] for message in self.messages]


async def _finished(events: Awaitable[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return await events


def run_action(
    action: Action, text: str | None = "", intents: Mapping[str, float] | None = None, fact: str = "", **slots: Any
) -> Done:
    """Runs an action on a message with its intents and picked fact, in a conversation with the given slots."""
    ranking = [{"name": name, "confidence": sure} for name, sure in (intents or {}).items()]
    entities = [{"entity": "fact", "value": fact}] if fact else []
    latest = {
        "text": text,
        "asked": text,
        "intent": ranking[0] if ranking else {},
        "intent_ranking": ranking,
        "entities": entities,
    }
    memory = Memory(topics=tuple(slots.get("topics") or ()), facts=tuple(slots.get("facts") or ()))
    tracker = Tracker("someone", {"memory": memory.as_dict()}, latest, [], False, None, {}, None)
    dispatcher = CollectingDispatcher()
    events = action.run(dispatcher, tracker, {})
    if inspect.isawaitable(events):
        events = asyncio.run(_finished(events))
    assert events[-1] == LISTEN
    slots = {event["name"]: event["value"] for event in events[:-1]}
    slots = {name: value for name, value in slots.items() if name != PLAN and not name.startswith(FORM_SLOT)}
    assert set(slots) <= {"memory", *(one.name for one in fields(Profile))}
    kept = Memory.from_dict(slots["memory"]) if "memory" in slots else memory
    changed = {"topics": list(kept.topics), "facts": list(kept.facts)}
    return Done(dispatcher.messages, changed if kept.facts != memory.facts else {}, kept)
