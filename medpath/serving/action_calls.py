"""Calls of the action server without what Rasa 3.6.21 does anew with each: 32 of the 50 ms of a turn (two cores).

It proves the soundness of its own JSON schema (30 ms), tries the schemas of all kinds of events on each event (1 ms)
and opens an HTTP session (1 ms). Each event is checked again right after, when Rasa makes an object of it.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import EndpointConfig

from medpath.serving.shared_secret import headers

# Sanic closes an idle connection after 5 seconds; a connection that it is about to close must not be used.
IDLE_SECONDS = 3


class KeptEndpoint(EndpointConfig):
    """An endpoint that keeps its connections open, tells the shared secret and sends no past events.

    Our actions remember by slots; the events of a long conversation would be most of what is sent.
    """

    _kept: aiohttp.ClientSession | None = None

    @classmethod
    def like(cls, endpoint: EndpointConfig) -> KeptEndpoint:
        """One with the address and the settings of `endpoint`."""
        return cls(endpoint.url, endpoint.params, {**endpoint.headers, **headers()}, **endpoint.kwargs)

    @contextlib.asynccontextmanager
    async def session(self) -> AsyncIterator[aiohttp.ClientSession]:
        """The one session of this endpoint, made at the first call because it belongs to the running loop."""
        if self._kept is None:
            connector = aiohttp.TCPConnector(keepalive_timeout=IDLE_SECONDS)
            self._kept = aiohttp.ClientSession(connector=connector, headers=self.headers)
        yield self._kept

    async def request(self, *given: Any, json: dict[str, Any], **options: Any) -> Any:
        """As EndpointConfig.request; raises its ClientResponseError for an answer of 400 or more."""
        slim = {**json, "tracker": {**json["tracker"], "events": []}}
        return await super().request(*given, json=slim, **options)


def check_quickly() -> None:
    """Replaces the check of action results by one of the shape that Rasa reads next; it raises ValueError."""

    def check(action: RemoteAction, result: Any) -> bool:
        lists = [result.get(key, []) for key in ("events", "responses")] if isinstance(result, dict) else [None]
        if not all(isinstance(entries, list) and all(isinstance(e, dict) for e in entries) for entries in lists):
            raise ValueError(f"The action server's result for {action.name()} is no object of events and responses.")
        return True

    RemoteAction._validate_action_result = check
