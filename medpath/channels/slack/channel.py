"""The channel of Slack: events, clicks and commands by HTTP or Socket Mode, as docs/slack.md tells."""

from __future__ import annotations

import asyncio
import logging
import os
import re
from collections.abc import Awaitable, Callable, Collection, Coroutine
from functools import partial
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse
from slack_bolt.adapter.sanic.async_handler import to_async_bolt_request, to_sanic_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

from medpath.channels.slack.answers import NAME, Answers
from medpath.channels.slack.events import CLICK, COMMAND, EVENT
from medpath.channels.slack.outbox import OutboxError
from medpath.channels.slack.outbox_file import Taken
from medpath.channels.slack.settings import SlackSettings, read_slack_settings
from medpath.channels.slack.shapes import has_shape
from medpath.channels.slack.shared.outbox import outbox_of
from medpath.channels.slack.signature import is_signed
from medpath.channels.slack.socket import keep_connected
from medpath.channels.slack.workspaces import Workspaces, installation
from medpath.channels.turns import Turns
from medpath.observing.request_ids import under_an_id
from medpath.observing.slack import begin_at_zero, count_retry

logger = logging.getLogger(__name__)

ANY = re.compile("")
TURN_SECONDS = 25
# More at once would not answer sooner, but keep the next request waiting for its acknowledgement.
AT_ONCE = 2
# The launcher waits 10 seconds before it kills, of which the conversation store may need 3.
LAST_SECONDS = 6.0
UNREADABLE = "This request cannot be read."
NOT_KEPT = "Medpath cannot keep this at present. Please send it again."


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
            webhook.listener("before_server_start")(connection.prepare)
            webhook.listener("after_server_start")(connection.open)
            webhook.listener("before_server_stop")(connection.close)
            if self._settings.signing_secret:
                # Sanic marks a handler, which a method does not let it.
                webhook.add_route(partial(connection.receive), "/events", {"POST"}, name="receive")
        return webhook


class Connection:
    """Slack's side of a running server: keeps and acknowledges whatever comes, and answers in tasks of its own."""

    def __init__(self, settings: SlackSettings, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> None:
        self._settings = settings
        self._on_new_message = on_new_message
        self._outbox = outbox_of(os.environ)
        self._workspaces = Workspaces(settings)
        self._answering: set[asyncio.Task[None]] = set()
        self._lasting: list[asyncio.Task[None]] = []
        self._left: list[Taken] | None = None
        self._bolt: AsyncApp | None = None
        begin_at_zero(lambda: len(self._answering))

    async def prepare(self, _app: Sanic, _loop: Any = None) -> None:
        """Reads what is left from before, so that the first request is taken already."""
        try:
            await self._outbox.open()
        except OutboxError as error:
            logger.error("%s Slack has to wait.", error)
        else:
            self._left = await self._outbox.left()

    async def open(self, app: Sanic, _loop: Any = None) -> None:
        """Begins to take events; Slack itself need not be there yet."""
        turns = Turns(self._on_new_message, TURN_SECONDS, AT_ONCE)
        answers = Answers(self._workspaces, self._outbox, turns, app.ctx.agent.tracker_store)
        if self._left is not None:
            self._take_up(answers, self._left)
        self._lasting = [asyncio.create_task(work) for work in self._works(answers)]
        for task in self._lasting:
            task.add_done_callback(_tell_failure)

    def _works(self, answers: Answers) -> list[Coroutine[Any, Any, None]]:
        """What goes on as long as the server runs."""

        def take_over(taken: Taken) -> None:
            self._begin(answers.answer(taken, resumed=True))

        return [self._workspaces.learn(), self._listen(answers), self._outbox.watch(take_over)]

    async def close(self, _app: Sanic, _loop: Any = None) -> None:
        """Takes nothing more and finishes what is under way, within a bound; the rest stays in the outbox."""
        self._bolt = None
        await _cancelled(self._lasting)
        if self._answering:
            _, late = await asyncio.wait(self._answering, timeout=LAST_SECONDS)
            if late:
                logger.warning("%s answers to Slack are kept until the next start.", len(late))
                await _cancelled(late)
        await self._outbox.close()

    async def receive(self, request: Request) -> HTTPResponse:
        """Answers one request: an acknowledgement, or a refusal of what Slack did not sign."""
        if self._bolt is None:  # Slack sends it again
            return response.text("Medpath is starting or stopping.", 503)
        if not is_signed(request.body, request.headers, self._settings.signing_secret or ""):
            return response.text("This request is not signed.", 401)
        count_retry(request.headers)
        try:
            asked = to_async_bolt_request(request)
        except (ValueError, AttributeError, TypeError, LookupError, RecursionError):  # no JSON, or of another shape
            return response.text(UNREADABLE, 400)
        if not has_shape(asked.body):
            return response.text(UNREADABLE, 400)
        return to_sanic_response(await self._bolt.async_dispatch(asked))

    async def _listen(self, answers: Answers) -> None:
        if self._bolt is None:  # there was no outbox so far
            self._take_up(answers, await self._outbox.left())
        if self._settings.app_token and self._bolt:
            await keep_connected(self._bolt, self._settings)

    def _take_up(self, answers: Answers, left: list[Taken]) -> None:
        """Goes on with what is left from before, then takes what comes."""
        for taken in left:
            self._begin(answers.answer(taken, resumed=True))
        self._bolt = self._listening(answers)

    def _listening(self, answers: Answers) -> AsyncApp:
        bolt = AsyncApp(
            logger=_bolt_logger(),
            name="medpath.slack_app",  # Bolt silences the logger of this name
            signing_secret=self._settings.signing_secret or "Socket Mode needs none",
            authorize=_anybody,
            process_before_response=True,  # else Bolt acknowledges an event before it is kept
            ssl_check_enabled=False,  # answers what nobody signed
            ignoring_self_events_enabled=False,  # Answers does, which knows who Medpath is in each workspace
        )

        def take(kind: str) -> Callable[..., Awaitable[BoltResponse]]:
            async def taken(body: dict[str, Any], context: Any) -> BoltResponse:
                place = installation(context.team_id, context.enterprise_id, bool(context.is_enterprise_install))
                try:
                    found = await answers.take(kind, place, body)
                except OutboxError as error:
                    logger.error("%s Slack was asked to send an event again.", error)
                    return BoltResponse(status=503, body=NOT_KEPT)
                if found:
                    self._begin(answers.answer(found))
                return BoltResponse(status=200)

            return taken

        bolt.event(ANY)(take(EVENT))
        bolt.command(ANY)(take(COMMAND))
        bolt.action(ANY)(take(CLICK))
        return bolt

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = under_an_id(asyncio.create_task, work)
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)
        task.add_done_callback(_tell_failure)


def _tell_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception():
        logger.error("A part of the Slack channel has failed.", exc_info=task.exception())


async def _cancelled(tasks: Collection[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=LAST_SECONDS)


async def _anybody(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """Lets Bolt pass everything on at once: the token is looked up when the answer is written."""
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)


def _bolt_logger() -> logging.Logger:
    """Bolt warns of tokens in the environment that it does not use."""
    bolt = logging.getLogger("medpath.slack_bolt")
    bolt.setLevel(logging.ERROR)
    return bolt
