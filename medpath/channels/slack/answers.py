"""Answers what people ask in Slack, each question once and in its place, even if the process ends in between."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any, Protocol, runtime_checkable
from weakref import WeakValueDictionary

from rasa.core.tracker_store import TrackerStore

from medpath.channels.incoming import NO_FILES, UnreadableMessage, clean_message, whole
from medpath.channels.past import alone
from medpath.channels.patient_turns import PatientTurns
from medpath.channels.replies import Reply, read_reply
from medpath.channels.slack.blocks import introduction, posts
from medpath.channels.slack.delivery import Delivery, place_of
from medpath.channels.slack.events import EVENT, Once, Question, Thread, asked, could_ask, opened_home
from medpath.channels.slack.outbox_file import DAY, Content, Letter, Taken
from medpath.channels.slack.pictures import pictures
from medpath.channels.slack.plan_files import plan_files_in
from medpath.channels.slack.recalling import recall
from medpath.channels.slack.refusals import waits
from medpath.channels.slack.shared.outbox import AnyOutbox
from medpath.channels.slack.workspaces import Workspaces
from medpath.channels.turns import Message, Turns
from medpath.errors import StorageError

logger = logging.getLogger(__name__)

NAME = "slack"
# Before the name of what is answered only if Medpath takes part in its thread.
UNDECIDED = "undecided-"
# About four minutes; what fails for longer waits for the next start.
TRIES = 8


@runtime_checkable
class SearchableStore(Protocol):
    """A tracker store that finds conversations by the beginning of their names."""

    async def has_conversation(self, prefix: str) -> bool:
        """Whether there is one; raises StorageError if the store cannot be read."""


class Answers:
    """What is done with each thing that Slack sends: it is kept at once, and answered in a task of its own."""

    def __init__(self, workspaces: Workspaces, outbox: AnyOutbox, turns: Turns, store: TrackerStore) -> None:
        self._workspaces = workspaces
        self._outbox = outbox
        self._delivery = Delivery(workspaces, outbox)
        self._turns = PatientTurns(turns)
        self._store = store
        self._followed = Once()
        self._orders: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def take(self, kind: str, team: str, body: dict[str, Any]) -> Taken | None:
        """Keeps what is to be answered, if it is something new.

        Raises OutboxError if it cannot be kept: then it may not be acknowledged.
        """
        key = self._key(kind, team, body)
        return await self._outbox.take(key, kind, team, body) if key else None

    async def answer(self, taken: Taken, resumed: bool = False) -> None:
        """Answers something that was kept; `resumed` if this was begun before, by this process or another one."""
        await self._answer_in_the_end(taken, resumed)
        await self._outbox.put_down(taken.number)

    async def _answer_in_the_end(self, taken: Taken, resumed: bool) -> None:
        for wait in islice(waits(), TRIES):
            try:
                await self._answer(taken, resumed)
                return
            except Exception:
                logger.exception("An event of Slack's was not answered. Medpath tries again.")
            await asyncio.sleep(wait)
            again = await self._outbox.look(taken.number)
            if again is None:
                return
            taken, resumed = again, True

    def _key(self, kind: str, team: str, body: Mapping[str, Any]) -> str | None:
        """What tells it from all others; None if nothing is to be answered."""
        workspace = self._workspaces.known(team)
        if workspace is None and not self._workspaces.may_come(team):
            self._workspaces.warn_of(team)
            return None
        if opened_home(kind, body) or (kind == EVENT and workspace is None and could_ask(body)):
            return f"unread-{team}-{whole(str(body.get('event_id')))}"
        question = asked(kind, team, body, workspace.bot_user if workspace else "")
        if question and not question.addressed:  # an edit that names Medpath may come before this is dropped
            return UNDECIDED + question.key
        return question.key if question else None

    async def _answer(self, taken: Taken, resumed: bool) -> None:
        workspace = await self._workspaces.of(taken.team)
        if workspace is None:  # a token may come with the next start
            return
        ends = taken.at + DAY
        if shown := opened_home(taken.kind, taken.body):
            if await self._delivery.show_home(workspace, shown, ends):
                await self._outbox.answered(taken.number, ())
            return
        question = asked(taken.kind, taken.team, taken.body, workspace.bot_user)
        if question and question.thread.ts and question.addressed:
            self._followed.first(question.thread)
        if question is None:
            await self._outbox.drop(taken.number)
        elif not question.addressed or await self._is_mine(taken, question):
            await self._outbox.place(taken.number, question)
            await self._outbox.wait_for_earlier(taken.number, question.conversation)
            # What is said first in a conversation is answered first, and its answer joins those of the channel first.
            async with self._orders.setdefault(question.conversation, asyncio.Lock()):
                letters = await self._letters_in_the_end(taken, question, resumed)
            await self._delivery.send(workspace, question, letters, ends)

    async def _letters_in_the_end(self, taken: Taken, question: Question, resumed: bool) -> tuple[Letter, ...]:
        """The answer, however long the conversation database cannot be read; what is said after it has to wait."""
        for wait in waits():  # without end
            try:
                return await self._letters(taken, question, resumed)
            except StorageError as error:
                logger.error("%s An event of Slack's waits for it.", error)
            await asyncio.sleep(wait)
            resumed = True
        raise AssertionError

    async def _letters(self, taken: Taken, question: Question, resumed: bool) -> tuple[Letter, ...]:
        if taken.letters is not None:
            return taken.letters
        if await self._outbox.look(taken.number) is None:  # erased while it waited for its turn
            return ()
        if not question.addressed and not (await self._is_meant(question) and await self._is_mine(taken, question)):
            await self._outbox.drop(taken.number)
            return ()
        contents, erased = await self._contents(question, resumed)
        if erased:
            await self._outbox.erase(question.conversation, before=taken.number)
        return await self._outbox.answered(taken.number, contents, place_of(question))

    async def _is_mine(self, taken: Taken, question: Question) -> bool:
        """Whether an event is the first that asks a question; the others go."""
        return question.key == taken.key or await self._outbox.claim(taken.number, question.key)

    async def _is_meant(self, question: Question) -> bool:
        """Whether what does not name Medpath is for it: not what was said in a thread before, and is edited now."""
        is_new = not question.is_edit or await self._outbox.has(question.message)
        return is_new and await self._is_followed(question.thread)

    async def _is_followed(self, thread: Thread) -> bool:
        """Whether somebody has spoken to Medpath in a thread, also before the server was started anew."""
        if thread in self._followed:
            return True
        if not await self._outbox.is_spoken_to(thread) and not await self._has_conversation(thread):
            return False
        self._followed.first(thread)
        return True

    async def _has_conversation(self, thread: Thread) -> bool:
        return isinstance(self._store, SearchableStore) and await self._store.has_conversation(thread.prefix)

    async def _contents(self, question: Question, resumed: bool) -> tuple[list[Content], bool]:
        """The answer with its pictures, and whether by it the conversation was erased.

        Empty if it was given before and is not in the outbox any more.
        """
        if not question.text:
            return [*posts([Reply(NO_FILES, "error")])] if question.has_files else [introduction()], False
        try:
            text = clean_message(question.text)
        except UnreadableMessage as unreadable:
            return [*posts([Reply(str(unreadable), "error")])], False
        message = Message(
            NAME, question.conversation, question.id, text, question.shown, place=question.thread.ts or ""
        )
        above = await self._outbox.post_above(question.thread)
        async with alone(question.conversation, self._store):
            with suppress(StorageError):  # whoever asks is answered all the same
                await recall(self._store, question, above)
            said = await self._turns.said(message, self._store, resumed)
        # What only one person sees comes without files: Slack has none that only he sees.
        shown = [] if question.response_url else [file for reply in said.replies for file in _files(reply)]
        return [*posts([read_reply(reply) for reply in said.replies]), *shown], said.erased


def _files(reply: Mapping[str, Any]) -> Iterator[Content]:
    yield from pictures(reply)
    yield from plan_files_in(reply)
