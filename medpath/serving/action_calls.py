"""Calls of the action server without what Rasa 3.6.21 does anew with each: 32 of the 50 ms of a turn (two cores).

It proves the soundness of its own JSON schema (30 ms), tries the schemas of all kinds of events on each event (1 ms)
and opens an HTTP session (1 ms). Each event is checked again right after, when Rasa makes an object of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from medpath.channels.incoming import AWAY, FAILED
from medpath.errors import TurnAbandoned
from medpath.observing.request_ids import HEADER, current_request
from medpath.observing.stages import ACTION_CALL, timed
from medpath.observing.tracing import trace_headers
from medpath.serving.environment import LOOPBACK
from medpath.serving.shared_secret import headers

logger = logging.getLogger(__name__)

# What aiohttp raises when there is no server, or when it goes in the middle of a request or of its answer.
LOST = (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError)
# An action server that is started again is back within this time; nobody waits for one that is not.
BACK_SECONDS = 15.0
RETRY_SECONDS = 0.2
# A call with which the action server has ended so often may be what ends it.
MOST_LOST = 2
REJECTED = 400

# Sanic closes an idle connection after 5 seconds; a connection that it is about to close must not be used.
IDLE_SECONDS = 3


class KeptEndpoint(EndpointConfig):
    """An endpoint that keeps its connections open, tells the shared secret and sends no past events.

    Our actions remember by slots; the events of a long conversation would be most of what is sent.
    """

    _kept: aiohttp.ClientSession | None = None
    # By the monotonic clock; None while calls are answered.
    _away_since: float | None = None

    @classmethod
    def at(cls, url: str, endpoint: EndpointConfig) -> KeptEndpoint:
        """One with the settings of `endpoint` for the action server at a URL."""
        return cls(url, endpoint.params, {**endpoint.headers, **headers()}, **endpoint.kwargs)

    @contextlib.asynccontextmanager
    async def session(self) -> AsyncIterator[aiohttp.ClientSession]:
        """The one session of this endpoint, made at the first call because it belongs to the running loop."""
        if self._kept is None:
            connector = aiohttp.TCPConnector(keepalive_timeout=IDLE_SECONDS)
            self._kept = aiohttp.ClientSession(connector=connector, headers=self.headers)
        yield self._kept

    @timed(ACTION_CALL)
    async def request(self, *given: Any, json: dict[str, Any], **options: Any) -> Any:
        """As EndpointConfig.request, but patient: a call is made again while the action server is being started.

        Raises TurnAbandoned if that takes too long or the call fails; Rasa's ClientResponseError if an action says
        that it does not apply.
        """
        slim = {**json, "tracker": {**json["tracker"], "events": []}}
        options["headers"] = {HEADER: current_request(), **trace_headers()}
        lost = 0
        while True:
            try:
                answer = await super().request(*given, json=slim, **options)
                self._away_since = None
                return answer
            except LOST as error:
                lost += not isinstance(error, aiohttp.ClientConnectorError)
                if lost >= MOST_LOST or not self._may_come_back():
                    logger.error("The action server cannot be reached: %s", error)
                    raise TurnAbandoned(AWAY, is_suspect=lost >= MOST_LOST) from error
                await asyncio.sleep(RETRY_SECONDS)
            except ClientResponseError as error:
                if error.status == REJECTED:
                    raise
                logger.error("The action server answered with status %s.", error.status)
                raise TurnAbandoned(FAILED, is_suspect=True) from error

    def _may_come_back(self) -> bool:
        if self._away_since is None:
            self._away_since = time.monotonic()
        return time.monotonic() - self._away_since < BACK_SECONDS


def local_url(port: int) -> str:
    """Where the action server of this machine answers that listens on a port."""
    return f"http://{LOOPBACK}:{port}/webhook"


def check_quickly() -> None:
    """Replaces the check of action results by one of the shape that Rasa reads next; it raises TurnAbandoned."""

    def check(action: RemoteAction, result: Any) -> bool:
        lists = [result.get(key, []) for key in ("events", "responses")] if isinstance(result, dict) else [None]
        if not all(isinstance(entries, list) and all(isinstance(e, dict) for e in entries) for entries in lists):
            logger.error("The action server's result for %s is no object of events and responses.", action.name())
            raise TurnAbandoned(FAILED, is_suspect=True)
        return True

    RemoteAction._validate_action_result = check
