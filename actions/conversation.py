"""What the conversation remembers, as a slot."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from medpath.answering.conversation.memory import Memory
from medpath.answering.question import Question
from medpath.answering.service import adviser
from medpath.channels.incoming import LONGEST_MESSAGE
from medpath.language.encoder import vector_of
from medpath.language.letters import read_letter
from medpath.language.profile import Profile, audiences, from_dict

# Nothing follows our actions; said by the action, it spares the policies a second prediction (2 of 20 ms).
LISTEN = FollowupAction("action_listen")
MEMORY = "memory"


def text_of(tracker: Tracker) -> str:
    """The latest message, no longer than what a channel lets through, whoever has called the action."""
    return (tracker.latest_message.get("text") or "")[:LONGEST_MESSAGE]


def question_of(tracker: Tracker, profile: Profile) -> Question:
    """The latest message with what the understanding made of it."""
    message = tracker.latest_message
    intents = _intents(message.get("intent_ranking", []))
    parts = {text: _intents(ranking) for text, ranking in (message.get("questions") or {}).items()}
    vector = vector_of(message.get("vector") or "")
    return Question(asked_in(tracker), intents, audience=audiences(profile), vector=vector, parts=parts)


def _intents(ranking: list[dict[str, Any]]) -> dict[str, float]:
    return {entry["name"]: entry["confidence"] for entry in ranking}


def asked_in(tracker: Tracker) -> str:
    """What the latest message asks: its text without greeting, signature, quoted mail and what speaks of danger."""
    return str(tracker.latest_message.get("asked", text_of(tracker)) or "")[:LONGEST_MESSAGE]


def profile_after(tracker: Tracker) -> tuple[Profile, list[dict[str, Any]]]:
    """What is known of a person after the latest message and its signature, and the events that keep what is new."""
    known = profile_of(tracker)
    signature = read_letter(text_of(tracker)).signature
    profile = adviser().profile(f"{asked_in(tracker)}\n{signature}".strip(), known)
    return profile, keep_profile(profile) if profile != known else []


def memory_of(tracker: Tracker) -> Memory:
    """What the conversation remembers, with the ids of today; nothing before the first answer."""
    return adviser().recalled(Memory.from_dict(tracker.get_slot(MEMORY)))


def profile_of(tracker: Tracker) -> Profile:
    """What the person has told of himself."""
    return from_dict({one.name: tracker.get_slot(one.name) for one in fields(Profile)})


def keep_profile(profile: Profile) -> list[dict[str, Any]]:
    """The events that keep a profile, one slot for each thing that was told."""
    return [SlotSet(one.name, getattr(profile, one.name)) for one in fields(Profile)]


def keep(memory: Memory) -> list[dict[str, Any]]:
    """The events that keep a memory and end the turn."""
    return [SlotSet(MEMORY, memory.as_dict()), LISTEN]
