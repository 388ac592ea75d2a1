"""The workspaces that Medpath belongs to, and how it speaks in each: with its own token, until it is heard."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from medpath.channels.slack_blocks import Post
from medpath.channels.slack_events import Question, Thread
from medpath.channels.slack_pictures import Picture, upload
from medpath.channels.slack_settings import BOT_TOKEN, SlackSettings

logger = logging.getLogger(__name__)

# Slack lets about one message a second into a channel and says how long to wait.
RATE_LIMITED_TIMES = 60
CONNECTION_TIMES = 4
WAIT_SECONDS = 30
AGAIN_SECONDS = 10.0
LONGEST_WAIT_SECONDS = 600.0

FAILURES = (SlackClientError, aiohttp.ClientError, asyncio.TimeoutError, OSError)


@dataclass(frozen=True)
class Workspace:
    """A workspace, the person that Medpath is in it, and the way to speak there."""

    team: str
    bot_user: str
    client: AsyncWebClient


def patient_client(settings: SlackSettings, token: str | None = None) -> AsyncWebClient:
    """A client of Slack's Web API that waits as long as Slack asks for and tries again where a connection fails."""
    return AsyncWebClient(token, settings.api_url, timeout=WAIT_SECONDS, retry_handlers=_retries(), logger=_quiet())


class Workspaces:
    """Knows the workspace of each token as soon as Slack has told it."""

    def __init__(self, settings: SlackSettings) -> None:
        self._settings = settings
        self._unknown = list(settings.bot_tokens)
        self._known: dict[str, Workspace] = {}
        self._asking = asyncio.Lock()
        self._asked_at = float("-inf")
        self._orders: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def of(self, team: str) -> Workspace | None:
        """The workspace with this id; None, and a line in the log, if no token belongs to it.

        While Slack cannot be reached to tell whose the tokens are, this waits: what was asked then is answered later.
        """
        ends = asyncio.get_running_loop().time() + LONGEST_WAIT_SECONDS
        while team not in self._known:
            await self.learn()
            if not self._unknown or asyncio.get_running_loop().time() > ends:
                break
            await asyncio.sleep(AGAIN_SECONDS)
        workspace = self._known.get(team)
        if workspace is None:
            logger.warning(
                "No token in %s belongs to the Slack workspace %s: nothing is answered there.", BOT_TOKEN, team
            )
        return workspace

    async def learn(self) -> None:
        """Asks Slack for the workspaces of the tokens that are not known yet, at most every AGAIN_SECONDS."""
        async with self._asking:
            now = asyncio.get_running_loop().time()
            if not self._unknown or now - self._asked_at < AGAIN_SECONDS:
                return
            tokens, self._unknown = self._unknown, []
            for token in tokens:
                try:
                    await self._ask(token)
                except SlackApiError as error:
                    logger.error("Slack did not accept token %s of %s: %s", token[:8] + "…", BOT_TOKEN, _reason(error))
                except FAILURES as error:
                    self._unknown.append(token)
                    logger.error("Slack cannot be reached at %s: %s", self._settings.api_url, _reason(error))
            self._asked_at = asyncio.get_running_loop().time()

    async def _ask(self, token: str) -> None:
        client = patient_client(self._settings, token)
        told = await client.auth_test()
        self._known[told["team_id"]] = Workspace(told["team_id"], told["user_id"], client)

    async def answer(
        self, workspace: Workspace, question: Question, said: Sequence[Post], shown: Sequence[Picture]
    ) -> None:
        """Posts the answer where it was asked; raises one of FAILURES if Slack does not take it.

        What only one person sees comes without pictures: Slack has no such files.
        """
        async with self._order(question.response_url or question.thread.channel):
            for post in said:
                if question.response_url:
                    await _answer_privately(question.response_url, post)
                else:
                    await _post(workspace, question.thread, post)
            for picture in () if question.response_url else shown:
                await upload(workspace.client, question.thread, picture)

    def _order(self, place: str) -> asyncio.Lock:
        """Messages of one channel go out one after another: those that wait would only be refused again."""
        return self._orders.setdefault(place, asyncio.Lock())


async def _post(workspace: Workspace, thread: Thread, post: Post) -> None:
    await workspace.client.chat_postMessage(
        channel=thread.channel,
        thread_ts=thread.ts,
        text=post.text,
        blocks=list(post.blocks),
        unfurl_links=False,
        unfurl_media=False,
    )


async def _answer_privately(url: str, post: Post) -> None:
    client = AsyncWebhookClient(url, timeout=WAIT_SECONDS, retry_handlers=_retries(), logger=_quiet())
    answered = await client.send(
        text=post.text, blocks=list(post.blocks), response_type="ephemeral", replace_original=False
    )
    if answered.status_code != 200:
        raise SlackApiError(f"the response_url answered {answered.status_code}", {"error": answered.body})


def _retries() -> list[AsyncRetryHandler]:
    return [
        AsyncRateLimitErrorRetryHandler(RATE_LIMITED_TIMES),
        AsyncConnectionErrorRetryHandler(CONNECTION_TIMES),
        AsyncServerErrorRetryHandler(CONNECTION_TIMES),
    ]


def _quiet() -> logging.Logger:
    """The library tells each refusal as an error, although it tries again."""
    quiet = logging.getLogger("medpath.slack_sdk")
    quiet.setLevel(logging.CRITICAL)
    return quiet


def _reason(error: Exception) -> Any:
    return error.response.get("error") if isinstance(error, SlackApiError) else f"{type(error).__name__} {error}"
