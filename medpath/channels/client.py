"""Talks to a running Medpath over its REST channel; the shell and `medpath ask` use it."""

from __future__ import annotations

import asyncio
from types import TracebackType

import aiohttp

from medpath.channels.replies import Reply, read_reply
from medpath.errors import ServiceError

TURN_SECONDS = 30.0


class Client:
    """One connection to a running Medpath, used as an async context manager."""

    def __init__(self, base_url: str) -> None:
        self._url = base_url.rstrip("/") + "/webhooks/rest/webhook"
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Client:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TURN_SECONDS))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def send(self, conversation: str, text: str) -> list[Reply]:
        """Sends one message of a conversation and gives the replies in order.

        Raises ServiceError if the server cannot be reached, takes too long or answers with an error.
        """
        if self._session is None:
            raise ServiceError("The client is used outside `async with`.")
        try:
            async with self._session.post(self._url, json={"sender": conversation, "message": text}) as response:
                if response.status != 200:
                    raise ServiceError(f"Medpath answered with HTTP status {response.status}. See its log.")
                return [read_reply(message) for message in await response.json()]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ServiceError(f"What answers at {self._url} is not Medpath.") from error
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            raise ServiceError(f"Medpath cannot be reached ({type(error).__name__}). Is it running?") from error
