"""Brings back what was spoken of where a thread hangs: all direct messages of a person are one conversation.

Rasa remembers one thing that a conversation is about. Somebody who replies below an older answer means that one, so
before his turn the memory becomes again what it was then; with the next question elsewhere it comes back likewise.
A thread keeps what it is about also when Rasa ends a session after a pause: people come back to it hours later.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from medpath.channels.past import PLACE, events_of
from medpath.channels.slack.events import Question, Thread, ts_of

# The slot of domain.yml in which the answering keeps it.
MEMORY = "memory"
_TS = re.compile(r"[0-9]{10}\.[0-9]{6}")


@dataclass(frozen=True)
class Spoken:
    """A turn: the id of its question, the thread it was said in (empty for none), the memory when it was over."""

    id: str
    place: str
    memory: Any


async def recall(store: TrackerStore, question: Question, hangs_on: str | None = None) -> None:
    """Sets the memory to what a question goes on with, if that was not spoken of last; raises StorageError.

    `hangs_on` is the id of the question that is answered above its thread, if that is known.
    """
    here = question.thread.ts or ""
    session = await store.retrieve(question.conversation)
    lately = spoken(session.events) if session else []
    is_over = bool(here and session) and _is_over(session, store)
    if lately and lately[-1].place == here and not is_over:
        return
    said = spoken(await events_of(question.conversation, store))
    meant = _last(turn for turn in said if turn.place == here)
    if meant is None and here:
        meant = _above(said, here, hangs_on) if said else await _outside(store, question, here, hangs_on)
    if meant is not None and (is_over or not said or meant.memory != said[-1].memory):
        await _set(store, question.conversation, meant.memory, is_begun=bool(said) and not is_over)


def spoken(events: Iterable[Event]) -> list[Spoken]:
    """The turns of a conversation, oldest first."""
    found: list[Spoken] = []
    memory, asked = None, None
    for event in events:
        if isinstance(event, UserUttered) and event.text:
            asked = event
        elif isinstance(event, SessionStarted):
            memory = None
        elif isinstance(event, SlotSet) and event.key == MEMORY:
            memory = event.value
        elif asked and isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME:
            found.append(Spoken(asked.message_id or "", asked.metadata.get(PLACE, ""), memory))
            asked = None
    return found


def _above(said: Sequence[Spoken], root: str, hangs_on: str | None) -> Spoken | None:
    """The turn that a thread hangs on: else the last one asked before its root, which is a question or an answer."""
    if hangs_on:
        return _last(turn for turn in said if turn.id == hangs_on)
    return _last(turn for turn in said if not turn.place and _TS.fullmatch(ts_of(turn.id)) and ts_of(turn.id) <= root)


async def _outside(store: TrackerStore, question: Question, root: str, hangs_on: str | None) -> Spoken | None:
    """The same for a thread that is a conversation of its own, as in a group's direct messages.

    What a person asked by a command or a click there is for nobody else to see, and only messages have such an id.
    """
    outside = Thread(question.thread.team, question.thread.channel).prefix + question.user
    said = spoken(await events_of(outside, store))
    return _above([turn for turn in said if turn.id != ts_of(turn.id)], root, hangs_on)


def _is_over(session: DialogueStateTracker, store: TrackerStore) -> bool:
    """Whether Rasa would begin a new session now, with nothing in its memory."""
    minutes = store.domain.session_config.session_expiration_time
    last = session.get_last_event_for(UserUttered)
    return minutes > 0 and last is not None and time.time() - last.timestamp > minutes * 60


async def _set(store: TrackerStore, conversation: str, memory: Any, is_begun: bool) -> None:
    """Notes the memory, in a new session if none is begun."""
    tracker = await store.retrieve(conversation) or store.init_tracker(conversation)
    begun = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted(), ActionExecuted(ACTION_LISTEN_NAME)]
    for event in [*([] if is_begun else begun), SlotSet(MEMORY, memory)]:
        tracker.update(event)
    await store.save(tracker)


def _last(turns: Iterable[Spoken]) -> Spoken | None:
    return next(reversed(list(turns)), None)
