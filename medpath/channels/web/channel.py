"""The channel of the chat on web pages: sessions, messages and what was said, as docs/web-api.md tells."""

from __future__ import annotations

import functools
import os
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.core.tracker_store import TrackerStore
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from medpath.channels.callers import caller_address, check_host, check_origin, other_origin, read_hosts
from medpath.channels.past import latest_events
from medpath.channels.plans import plan_said
from medpath.channels.turns import Message, TooBusy, TooFast, Turns
from medpath.channels.web.history import TURNS_AT_ONCE, history, web_reply
from medpath.channels.web.limits import Limits
from medpath.channels.web.plan_files import FORMS, plan_file
from medpath.channels.web.refusals import BUSY_SECONDS, Refusal, busy, refusal_of, too_fast
from medpath.channels.web.requests import NAME, answered_message, check_empty, read_message, turns_before, visitor
from medpath.channels.web.sessions import SECRET, Sessions, secret
from medpath.channels.web.settings import ORIGINS, WebSettings, read_settings
from medpath.project import find_project
from medpath.sharing.settings import check_secret, redis_url

Handler = Callable[[Request], Awaitable[HTTPResponse]]
EXPOSED = "Retry-After, X-Request-ID"
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "authorization, content-type",
    "Access-Control-Max-Age": "7200",
}


class WebChannel(InputChannel):
    """POST /webhooks/web/sessions begins a conversation; POST and GET /webhooks/web/messages ask in it and read it.

    GET /webhooks/web/plan.svg and plan.ics give the picture and the calendar of a plan that was shown in it.
    """

    def __init__(
        self,
        settings: WebSettings,
        sessions: Sessions,
        hosts: frozenset[str] = frozenset(),
        redis: str | None = None,
    ) -> None:
        self._settings = settings
        self._sessions = sessions
        self._hosts = hosts
        self._limits = Limits(settings, redis)

    @classmethod
    def name(cls) -> str:
        """The address under /webhooks."""
        return NAME

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WebChannel:
        """The channel as credentials.yml and the environment describe it; raises SetupError."""
        settings = read_settings(credentials, os.environ.get(ORIGINS))
        check_secret(SECRET)
        sessions = Sessions(secret(os.environ.get(SECRET), find_project().web_secret))
        return cls(settings, sessions, read_hosts(os.environ), redis_url())

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes of the channel."""
        webhook = Blueprint("medpath_web")
        receive = functools.partial(self._receive, Turns(on_new_message, self._settings.turn_seconds))
        # `stream` leaves the body to the handler, which reads no more than it must.
        webhook.add_route(self._guarded(self._begin), "/sessions", {"POST"}, name="begin", stream=True)
        webhook.add_route(self._guarded(receive), "/messages", {"POST"}, name="receive", stream=True)
        webhook.add_route(self._guarded(self._history), "/messages", {"GET"}, name="history")
        for form in FORMS:
            send = functools.partial(self._plan_file, form)
            webhook.add_route(self._guarded(send), f"/plan.{form}", {"GET"}, name=f"plan_{form}")
        for path in ("sessions", "messages", *(f"plan.{form}" for form in FORMS)):
            webhook.add_route(_preflight, f"/{path}", {"OPTIONS"}, name=f"preflight_{path.replace('.', '_')}")
        return webhook

    async def _begin(self, request: Request) -> HTTPResponse:
        await check_empty(request)
        await self._limits.count_session(caller_address(request))
        return response.json({"session": self._sessions.begin().as_json()}, 201)

    async def _receive(self, turns: Turns, request: Request) -> HTTPResponse:
        sender = visitor(request, self._sessions)
        address = caller_address(request)
        await self._limits.count_message(sender.conversation, address)
        message = await read_message(request, sender.conversation, address)
        answered = {"id": message.id, "replies": await _replies(turns, message, _store(request))}
        renewed = self._sessions.renewed(sender)
        return response.json({**answered, "session": renewed.as_json()} if renewed else answered)

    async def _history(self, request: Request) -> HTTPResponse:
        sender = visitor(request, self._sessions)
        await self._limits.count_history(sender.conversation, caller_address(request))
        events, earlier = await latest_events(
            sender.conversation, _store(request), turns_before(request), TURNS_AT_ONCE
        )
        return response.json({"messages": history(events), "earlier": str(earlier) if earlier else None})

    async def _plan_file(self, form: str, request: Request) -> HTTPResponse:
        sender = visitor(request, self._sessions)
        await self._limits.count_history(sender.conversation, caller_address(request))
        return await plan_file(await plan_said(sender.conversation, _store(request), answered_message(request)), form)

    def _guarded(self, handle: Handler) -> Handler:
        """The handler behind the checks of host and origin; whatever goes wrong in it is answered and never shown."""

        async def answer(request: Request) -> HTTPResponse:
            try:
                check_host(request, self._hosts)
                check_origin(request, self._settings.allowed_origins)
                answered = await handle(request)
            except Refusal as refusal:
                answered = refusal.response()
            except Exception as error:
                answered = refusal_of(error).response()
            answered.headers.update(_headers(other_origin(request)))
            return answered

        return answer


async def _replies(turns: Turns, message: Message, store: TrackerStore) -> list[dict[str, Any]]:
    try:
        return [web_reply(said) for said in await turns.replies(message, store)]
    except TooFast as error:
        raise too_fast(BUSY_SECONDS) from error
    except TooBusy as error:
        raise busy() from error


async def _preflight(request: Request) -> HTTPResponse:
    """Lets any page ask, so that one that is not listed can read why it is refused."""
    return response.empty(headers={**PREFLIGHT, **_headers(other_origin(request))})


def _headers(origin: str | None) -> dict[str, str]:
    """`origin`: the other site whose page may read the answer, be it a refusal."""
    common = {"Vary": "Origin", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    if origin is None:
        return common
    return {**common, "Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": EXPOSED}


def _store(request: Request) -> TrackerStore:
    return request.app.ctx.agent.tracker_store
