"""Answers what people ask in Slack, each question once and in its place."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Mapping
from typing import Any, Protocol, runtime_checkable

from rasa.core.tracker_store import TrackerStore

from medpath.channels.incoming import UnreadableMessage, clean_message
from medpath.channels.replies import Reply, read_reply
from medpath.channels.slack_blocks import Post, home, introduction, posts
from medpath.channels.slack_events import Once, Question, asked_by_click, asked_by_command, asked_in_event
from medpath.channels.slack_pictures import Picture, pictures
from medpath.channels.slack_settings import SlackSettings
from medpath.channels.slack_workspaces import FAILURES, Workspace, Workspaces
from medpath.channels.turns import Message, Turns
from medpath.errors import StorageError

logger = logging.getLogger(__name__)

NAME = "slack"


@runtime_checkable
class SearchableStore(Protocol):
    """A tracker store that finds conversations by the beginning of their names."""

    async def has_conversation(self, prefix: str) -> bool:
        """Whether there is one; raises StorageError if the store cannot be read."""


class Answers:
    """What is done with each kind of thing that Slack sends; none of it keeps Slack waiting."""

    def __init__(self, settings: SlackSettings, turns: Turns, store: TrackerStore) -> None:
        self.workspaces = Workspaces(settings)
        self._turns = turns
        self._store = store
        self._taken = Once()
        self._followed = Once()

    async def event(self, team: str, body: Mapping[str, Any]) -> None:
        """Answers a message or mention, or fills the home tab."""
        event = body.get("event") or {}
        workspace = await self.workspaces.of(team)
        if workspace is None:
            return
        if event.get("type") == "app_home_opened":
            await self._show_home(workspace, event, body.get("event_id"))
            return
        question = asked_in_event(team, event, workspace.bot_user)
        if question and await self._is_for_us(question):
            await self._answer(workspace, question, (team, question.thread.channel, question.id))

    async def command(self, team: str, body: Mapping[str, Any]) -> None:
        """Answers a slash command."""
        workspace = await self.workspaces.of(team)
        if workspace:
            question = asked_by_command(team, body)
            await self._answer(workspace, question, (team, "command", question.id))

    async def click(self, team: str, body: Mapping[str, Any]) -> None:
        """Answers a click on a button."""
        workspace = await self.workspaces.of(team)
        question = asked_by_click(team, body)
        if workspace and question:
            await self._answer(workspace, question, (team, "click", question.conversation, question.id))

    async def _is_for_us(self, question: Question) -> bool:
        """Whether a message is answered: it speaks to Medpath, or stands in a thread where somebody did before."""
        thread = question.thread
        if question.addressed or thread in self._followed:
            return True
        store = self._store
        try:
            return isinstance(store, SearchableStore) and await store.has_conversation(thread.prefix)
        except StorageError:
            logger.error("Whether a thread of Slack's is followed is not known: a message in it is not answered.")
            return False

    async def _answer(self, workspace: Workspace, question: Question, key: Hashable) -> None:
        if not self._taken.first(key):
            return
        if question.thread.ts:
            self._followed.first(question.thread)
        said, shown = await self._said(question)
        try:
            await self.workspaces.answer(workspace, question, said, shown)
        except FAILURES:
            logger.exception("Slack did not take an answer in channel %s.", question.thread.channel)

    async def _said(self, question: Question) -> tuple[list[Post], list[Picture]]:
        """The answer with its pictures; empty if it was given before the server was started anew."""
        if not question.text:
            return [introduction()], []
        try:
            text = clean_message(question.text)
        except UnreadableMessage as unreadable:
            return posts([Reply(str(unreadable), "error")]), []
        message = Message(NAME, question.conversation, question.id, text, question.shown)
        replies = await self._turns.first_replies(message, self._store) or []
        return posts([read_reply(reply) for reply in replies]), [
            picture for reply in replies for picture in pictures(reply)
        ]

    async def _show_home(self, workspace: Workspace, event: Mapping[str, Any], event_id: Any) -> None:
        user, channel = event.get("user"), event.get("channel")
        if event.get("tab", "home") == "home" and user and self._taken.first((workspace.team, event_id)):
            try:
                await workspace.client.views_publish(user_id=user, view=home(channel or user))
            except FAILURES:
                logger.exception("Slack did not take the home tab of %s.", workspace.team)
