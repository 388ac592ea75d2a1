"""Brings answers to Slack: each until Slack takes it or refuses it for good, in order, and none twice."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any
from weakref import WeakValueDictionary

from slack_sdk.webhook.async_client import AsyncWebhookClient

from medpath.channels.slack.blocks import Post, home
from medpath.channels.slack.events import Home, Question, Thread
from medpath.channels.slack.outbox_file import Letter
from medpath.channels.slack.pictures import Picture, upload
from medpath.channels.slack.plan_files import PlanFile, upload_plan_file
from medpath.channels.slack.refusals import FAILURES, Refused, judged, read_refusal, waits
from medpath.channels.slack.shared.outbox import AnyOutbox
from medpath.channels.slack.workspaces import PATIENCE_SECONDS, Workspace, Workspaces, quiet_logger
from medpath.observing.slack import LATER, REFUSED, REVOKED, SENT, count_delivery

logger = logging.getLogger(__name__)

# The name of the metadata by which a message is found again.
MARK = "medpath_answer"
PAGE = 200
MOST_PAGES = 10
OK = 200


class Delivery:
    """What is said in all workspaces; messages of one channel go out one after another."""

    def __init__(self, workspaces: Workspaces, outbox: AnyOutbox) -> None:
        self._workspaces = workspaces
        self.outbox = outbox
        self._orders: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def send(self, workspace: Workspace, question: Question, letters: Sequence[Letter], ends: float) -> None:
        """Sends the letters that answer a question; those that a dead token cannot send stay in the outbox."""
        place = place_of(question)
        await self.outbox.wait_for_letters(letters)
        # Those that wait would only be refused again.
        async with self._orders.setdefault(place, asyncio.Lock()):
            for letter in letters:
                if not await self._insist(workspace, _Sending(self, workspace, question, letter).once, ends):
                    return
                await self.outbox.sent(letter)

    async def show_home(self, workspace: Workspace, shown: Home, ends: float) -> bool:
        """Fills a home tab; False if a dead token cannot."""

        async def once() -> None:
            await workspace.client.views_publish(user_id=shown.user, view=home(shown.channel))

        return await self._insist(workspace, once, ends)

    async def _insist(self, workspace: Workspace, once: Callable[[], Awaitable[None]], ends: float) -> bool:
        """Does something until it is done or is refused for good; False if the token is."""
        for wait in waits():  # without end
            try:
                await once()
                count_delivery(SENT)
                return True
            except FAILURES as error:
                refusal = read_refusal(error)
            if refusal.revoked:
                count_delivery(REVOKED)
                self._workspaces.switch_off(workspace, refusal.reason)
                return False
            if not refusal.again or time.time() > ends:
                count_delivery(REFUSED)
                logger.error("Slack did not take an answer in workspace %s: %s", workspace.team, refusal.reason)
                return True
            count_delivery(LATER)
            logger.warning("Slack does not take an answer yet (%s). Medpath tries again.", refusal.reason)
            await asyncio.sleep(max(wait, refusal.wait))
        raise AssertionError


def place_of(question: Question) -> str:
    """Where a question is answered: what goes to the same place goes one after another."""
    return question.response_url or question.thread.channel


class _Sending:
    """One letter on its way; it remembers whether Slack may have it already."""

    def __init__(self, delivery: Delivery, workspace: Workspace, question: Question, letter: Letter) -> None:
        self._outbox = delivery.outbox
        self._client = workspace.client
        self._question = question
        self._letter = letter
        self._unsure = letter.begun

    async def once(self) -> None:
        """Sends it, unless it was erased or is found in Slack; raises one of FAILURES."""
        if not await self._outbox.begun(self._letter) or (self._unsure and await self._is_there()):
            return
        try:
            await self._put()
        except FAILURES as error:
            self._unsure = not read_refusal(error).undone
            raise

    async def _put(self) -> None:
        url, content = self._question.response_url, self._letter.content
        if isinstance(content, Picture):
            await upload(self._client, self._question.thread, content)
        elif isinstance(content, PlanFile):
            await upload_plan_file(self._client, self._question.thread, content)
        elif url:
            await _answer_privately(url, content)
        else:
            await self._post(self._question.thread, content)

    async def _post(self, thread: Thread, post: Post) -> None:
        told = await self._client.chat_postMessage(
            channel=thread.channel,
            thread_ts=thread.ts,
            text=post.text,
            blocks=list(post.blocks),
            unfurl_links=False,
            unfurl_media=False,
            metadata={"event_type": MARK, "event_payload": {"id": self._letter.mark}},
        )
        await self._outbox.note_post(replace(thread, ts=told.get("ts")), self._question)

    async def _is_there(self) -> bool:
        """Whether Slack has taken it before without our hearing of it; private answers and pictures do not tell."""
        if self._question.response_url or not isinstance(self._letter.content, Post):
            return False
        try:
            return await self._is_found()
        except FAILURES as error:
            refusal = read_refusal(error)
            if refusal.again or refusal.revoked:
                raise
            logger.warning("Slack does not show what was posted (%s): an answer may come twice.", refusal.reason)
            return False

    async def _is_found(self) -> bool:
        cursor = None
        for _ in range(MOST_PAGES):
            page = await self._page(cursor)
            if any(_mark_of(message) == self._letter.mark for message in page.get("messages") or ()):
                return True
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
        return False

    async def _page(self, cursor: str | None) -> Any:
        thread, oldest = self._question.thread, self._question.ts
        asked: dict[str, Any] = {
            "channel": thread.channel,
            "include_all_metadata": True,
            "oldest": oldest,
            "limit": PAGE,
        }
        if thread.ts:
            return await self._client.conversations_replies(ts=thread.ts, cursor=cursor, **asked)
        return await self._client.conversations_history(cursor=cursor, **asked)


def _mark_of(message: Any) -> Any:
    return ((message.get("metadata") or {}).get("event_payload") or {}).get("id")


async def _answer_privately(url: str, post: Post) -> None:
    client = AsyncWebhookClient(url, timeout=PATIENCE_SECONDS, retry_handlers=[], logger=quiet_logger())
    answered = await client.send(
        text=post.text, blocks=list(post.blocks), response_type="ephemeral", replace_original=False
    )
    if answered.status_code != OK:
        raise Refused(judged(answered.status_code, answered.body, answered.headers))
