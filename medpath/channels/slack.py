"""The channel of Slack: events, clicks and commands by HTTP or Socket Mode, as docs/slack.md tells."""

from __future__ import annotations

import asyncio
import logging
import os
import re
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse
from slack_bolt.adapter.sanic.async_handler import to_async_bolt_request, to_sanic_response
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from medpath.channels.slack_answers import NAME, Answers
from medpath.channels.slack_settings import SlackSettings, read_slack_settings
from medpath.channels.slack_signature import is_signed
from medpath.channels.slack_workspaces import patient_client
from medpath.channels.turns import Turns

logger = logging.getLogger(__name__)

ANY = re.compile("")
TURN_SECONDS = 25
# More at once would not answer sooner, but keep the next request waiting for its acknowledgement.
AT_ONCE = 2
# The launcher waits 10 seconds before it kills.
LAST_SECONDS = 8.0


class SlackChannel(InputChannel):
    """POST /webhooks/slack/events takes what Slack sends; without a token there is no such address."""

    def __init__(self, settings: SlackSettings | None) -> None:
        self._settings = settings

    @classmethod
    def name(cls) -> str:
        """The address under /webhooks."""
        return NAME

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> SlackChannel:
        """The channel as the environment describes it; raises SetupError."""
        return cls(read_slack_settings(os.environ))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The route of the channel, and what happens when the server starts and stops."""
        webhook = Blueprint("medpath_slack")
        if self._settings:
            connection = Connection(self._settings, on_new_message)
            webhook.listener("after_server_start")(connection.open)
            webhook.listener("before_server_stop")(connection.close)
            if self._settings.signing_secret:
                # Sanic marks a handler, which a method does not let it.
                webhook.add_route(partial(connection.receive), "/events", {"POST"}, name="receive")
        return webhook


class Connection:
    """Slack's side of a running server: acknowledges at once whatever comes, and answers in tasks of its own."""

    def __init__(self, settings: SlackSettings, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> None:
        self._settings = settings
        self._on_new_message = on_new_message
        self._tasks: set[asyncio.Task[None]] = set()
        self._bolt: AsyncApp | None = None
        self._socket: AsyncSocketModeHandler | None = None

    async def open(self, app: Sanic, _loop: Any = None) -> None:
        """Begins to take events; Slack itself need not be there yet."""
        answers = Answers(
            self._settings, Turns(self._on_new_message, TURN_SECONDS, AT_ONCE), app.ctx.agent.tracker_store
        )
        self._bolt = self._listening(answers)
        self._begin(answers.workspaces.learn())
        if self._settings.app_token:
            client = patient_client(self._settings)
            self._socket = AsyncSocketModeHandler(self._bolt, self._settings.app_token, logger, client)
            self._begin(self._socket.connect_async())

    async def close(self, _app: Sanic, _loop: Any = None) -> None:
        """Takes nothing more and finishes what is under way, within a bound."""
        self._bolt = None
        if self._socket:
            await self._socket.close_async()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=LAST_SECONDS)
            if late:
                logger.error("%s answers to Slack were not sent before the end.", len(late))

    async def receive(self, request: Request) -> HTTPResponse:
        """Answers one request: an acknowledgement, or a refusal of what Slack did not sign."""
        if self._bolt is None:  # Slack sends it again
            return response.text("Medpath is starting or stopping.", 503)
        if not is_signed(request.body, request.headers, self._settings.signing_secret or ""):
            return response.text("This request is not signed.", 401)
        try:
            asked = to_async_bolt_request(request)
        except (ValueError, AttributeError, TypeError, RecursionError):  # no JSON, or none that is an object
            return response.text("This request cannot be read.", 400)
        return to_sanic_response(await self._bolt.async_dispatch(asked))

    def _listening(self, answers: Answers) -> AsyncApp:
        bolt = AsyncApp(
            logger=_bolt_logger(),
            name="medpath",
            signing_secret=self._settings.signing_secret or "Socket Mode needs none",
            authorize=_anybody,
            ssl_check_enabled=False,  # answers what nobody signed
            ignoring_self_events_enabled=False,  # Answers does, which knows who Medpath is in each workspace
        )

        def take(handle: Callable[[str, dict[str, Any]], Coroutine[Any, Any, None]]) -> Callable[..., Awaitable[None]]:
            async def taken(ack: Any, body: dict[str, Any], context: Any) -> None:
                await ack()
                self._begin(handle(context.team_id or "", body))

            return taken

        bolt.event(ANY)(take(answers.event))
        bolt.command(ANY)(take(answers.command))
        bolt.action(ANY)(take(answers.click))
        return bolt

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception():
            logger.error("An event of Slack's was not answered.", exc_info=task.exception())


async def _anybody(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """Lets Bolt pass everything on at once: the token is looked up when the answer is written."""
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)


def _bolt_logger() -> logging.Logger:
    """Bolt warns of tokens in the environment that it does not use."""
    bolt = logging.getLogger("medpath.slack_bolt")
    bolt.setLevel(logging.ERROR)
    return bolt
