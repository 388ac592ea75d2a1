"""Pictures of a reply, uploaded to Slack as files: an address on this machine is none that Slack could show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from medpath.channels.slack.events import Thread
from medpath.channels.slack.refusals import Refusal, Refused

SECONDS = 20
LARGEST = 10 * 2**20


@dataclass(frozen=True)
class Picture:
    """Where a picture is, and its description for those who do not see it."""

    url: str
    alt: str


def pictures(message: Mapping[str, Any]) -> Iterator[Picture]:
    """The pictures in a message of the REST channel."""
    for picture in (message.get("custom") or {}).get("pictures") or ():
        yield Picture(picture["url"], picture["alt"])


async def upload(client: AsyncWebClient, thread: Thread, picture: Picture) -> None:
    """Puts a picture into a thread; raises one of FAILURES if that fails, Refused if there is no such picture."""
    try:
        content = await _fetched(picture.url)
    except (aiohttp.ClientResponseError, aiohttp.ClientPayloadError) as error:
        raise Refused(Refusal(f"the picture {picture.url} cannot be had: {error}", again=False)) from error
    name = PurePosixPath(urlsplit(picture.url).path).name or "picture"
    await client.files_upload_v2(
        filename=name,
        content=content,
        title=picture.alt,
        alt_txt=picture.alt,
        channel=thread.channel,
        thread_ts=thread.ts,
    )


async def _fetched(url: str) -> bytes:
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    async with aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as session, session.get(url) as response:
        content = await response.content.read(LARGEST + 1)
        while len(content) <= LARGEST and (more := await response.content.read(LARGEST)):
            content += more
    if len(content) > LARGEST:
        raise aiohttp.ClientPayloadError(f"{url} is larger than {LARGEST} bytes")
    return content
