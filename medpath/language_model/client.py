"""Asks the operator's language model by the OpenAI client, within bounds, and believes nothing that it says."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Any

import httpx
import openai

from medpath.answering.conversation.consulting import Inquiry, Verdict
from medpath.language_model.breaker import FAILURE, SLIP, Breaker, Budget
from medpath.language_model.prompt import SCHEMA_NAME, messages, read_verdict, schema
from medpath.language_model.settings import ModelSettings
from medpath.observing import model_turns as metrics

logger = logging.getLogger(__name__)

LARGEST_ANSWER = 128 * 1024
# Of one action server. Fewer than the turns that a Rasa server runs at once (channels.turns.AT_ONCE), so that a model
# that hangs leaves room for others.
MOST_WAITING = 6
AGENT = "medpath"
# All that is told: the client itself would tell of the machine, and of accounts that the environment names.
HEADERS = frozenset(
    {"host", "authorization", "accept", "accept-encoding", "content-type", "content-length", "connection", "user-agent"}
)
# How servers call a shape of the answer that they do not know.
SHAPES = ("response_format", "json_schema", "schema", "grammar", "json")
# 400 and 422: the request has a setting that the server or the model does not know.
UNKNOWN_SETTING = (openai.BadRequestError, openai.UnprocessableEntityError)


class Unusable(Exception):
    """The answer is not what was asked for."""


class OverBudget(Exception):
    """The minute has had its requests."""


@dataclass(frozen=True)
class Manner:
    """How the server is asked: what of the API it and the model understand is found out by trying."""

    structured: str = "json_schema"
    limit: str = "max_tokens"
    temperature: bool = True

    def without(self, complaint: str) -> Manner | None:
        """The manner without what a refusal complains of; None if nothing is left to leave out."""
        if "max_tokens" in complaint and self.limit == "max_tokens":
            return replace(self, limit="max_completion_tokens")
        if "temperature" in complaint and self.temperature:
            return replace(self, temperature=False)
        following = {"json_schema": "json_object", "json_object": ""}
        unknown = self.structured and any(shape in complaint for shape in SHAPES)
        return replace(self, structured=following[self.structured]) if unknown else None

    def options(self, inquiry: Inquiry, settings: ModelSettings) -> dict[str, Any]:
        """The settings of a request."""
        made: dict[str, Any] = {self.limit: settings.most_tokens}
        if self.temperature:
            made["temperature"] = 0
        if self.structured == "json_schema":
            described = {"name": SCHEMA_NAME, "strict": True, "schema": schema(inquiry)}
            made["response_format"] = {"type": "json_schema", "json_schema": described}
        elif self.structured:
            made["response_format"] = {"type": self.structured}
        return made


class LanguageModel:
    """The language model of an operator."""

    def __init__(self, settings: ModelSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self.settings = settings
        self._breaker = Breaker(clock)
        self._budget = Budget(settings.turns_per_minute, clock)
        self._manner = Manner()
        self._waiting = 0
        self._client = openai.AsyncOpenAI(
            base_url=settings.url,
            api_key=settings.key or "none",
            max_retries=0,
            timeout=settings.seconds,
            http_client=_http_client(settings),
        )
        self._chat = self._client.chat.completions  # imported when first named, which takes seconds
        metrics.configured()
        for name in ("openai", "httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)  # below that they log what is sent

    async def choose(self, inquiry: Inquiry, wider: Callable[[str], Inquiry]) -> Verdict | None:
        """What the model chooses, from the widest inquiry; None if the local replies are to stand.

        `wider` gives the inquiry after a further search. Takes no longer than the settings say.
        """
        if self.crowded:
            metrics.count(metrics.CROWDED)
            return None
        if not self._breaker.may_ask():
            metrics.count(metrics.SPARED)
            return None
        began = time.monotonic()
        self._waiting += 1
        try:
            found = await asyncio.wait_for(self._in_two_rounds(inquiry, wider), self.settings.seconds)
        except Exception as error:  # whatever a server may do, the person gets the local replies
            why = reason_of(error)
            self._learn(why)
            metrics.count(why, time.monotonic() - began)
            logger.warning("The language model was of no use (%s, %s).", why, type(error).__name__)
            return None
        except asyncio.CancelledError:
            self._breaker.let_go()
            raise
        finally:
            self._waiting -= 1
        self._breaker.succeeded()
        metrics.count(_outcome(found), time.monotonic() - began)
        return found

    @property
    def spared(self) -> bool:
        """Whether the server is being left alone at present."""
        return self._breaker.open

    @property
    def crowded(self) -> bool:
        """Whether as many wait for it as may."""
        return self._waiting >= MOST_WAITING

    def _learn(self, why: str) -> None:
        """Tells the breaker of a failure. What only one message may have caused weighs little."""
        if why == metrics.OVER_BUDGET:
            self._breaker.let_go()
        else:
            self._breaker.failed(SLIP if why in (metrics.UNUSABLE, metrics.NOT_UNDERSTOOD) else FAILURE)

    async def try_out(self, inquiry: Inquiry) -> Verdict:
        """The verdict on an inquiry, without falling back; raises what goes wrong."""
        return await asyncio.wait_for(self._ask(inquiry), self.settings.seconds)

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.close()

    async def _in_two_rounds(self, inquiry: Inquiry, wider: Callable[[str], Inquiry]) -> Verdict:
        verdict = await self._ask(inquiry)
        return await self._ask(wider(verdict.search)) if verdict.search else verdict

    async def _ask(self, inquiry: Inquiry) -> Verdict:
        verdict = read_verdict(await self._written(inquiry), inquiry)
        if verdict is None:
            raise Unusable
        return verdict

    async def _written(self, inquiry: Inquiry) -> str:
        """The text of the model's answer; what the server does not understand is left out, then and later."""
        manner: Manner | None = self._manner
        while manner is not None:
            if not self._budget.spend():
                raise OverBudget
            try:
                completion = await self._chat.create(
                    model=self.settings.model, messages=messages(inquiry), **manner.options(inquiry, self.settings)
                )
                self._manner = manner
                return completion.choices[0].message.content or ""
            except UNKNOWN_SETTING as error:
                manner, refusal = manner.without(str(error)), error
        raise refusal


def reason_of(error: Exception) -> str:
    """What went wrong, as one of metrics.FALLBACKS."""
    if isinstance(error, asyncio.TimeoutError | openai.APITimeoutError):
        return metrics.SLOW
    if isinstance(error, OverBudget):
        return metrics.OVER_BUDGET
    if isinstance(error, Unusable) or isinstance(error.__cause__, Unusable):
        return metrics.UNUSABLE
    if isinstance(error, openai.APIConnectionError):
        return metrics.UNREACHABLE
    if isinstance(error, UNKNOWN_SETTING):
        return metrics.NOT_UNDERSTOOD
    return metrics.REFUSED if isinstance(error, openai.APIStatusError) else metrics.UNUSABLE


def _outcome(verdict: Verdict) -> str:
    if verdict.things:
        return metrics.CHOSEN
    return metrics.ASKED_BACK if verdict.readings else metrics.NOTHING


def _http_client(settings: ModelSettings) -> httpx.AsyncClient:
    """A client that goes to no other host, tells nothing of this machine and reads no more than an answer can hold."""

    async def bare(request: httpx.Request) -> None:
        for name in [name for name in request.headers if name.lower() not in HEADERS]:
            del request.headers[name]
        request.headers["User-Agent"] = AGENT
        request.headers["Accept-Encoding"] = "identity"

    async def bounded(response: httpx.Response) -> None:
        if response.headers.get("content-encoding", "identity") != "identity":
            raise Unusable
        response.stream = _Bounded(response.stream)

    return httpx.AsyncClient(
        follow_redirects=False,
        timeout=settings.seconds,
        # A proxy of the environment is for what leaves the operator's network.
        trust_env=settings.url.startswith("https:"),
        event_hooks={"request": [bare], "response": [bounded]},
    )


class _Bounded(httpx.AsyncByteStream):
    """A stream that ends in an error where it goes on for too long."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        async for part in self._stream:
            read += len(part)
            if read > LARGEST_ANSWER:
                raise Unusable
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()
