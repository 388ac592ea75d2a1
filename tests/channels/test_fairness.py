"""Many who ask at once: one address does not keep another one waiting, nor one conversation another."""

from __future__ import annotations

import asyncio
import random
import string
import uuid
from collections import Counter
from collections.abc import Iterator

import aiohttp
import pytest
from on_loopback import Running, make_project, started

from medpath.serving.launcher import free_ports

pytestmark = pytest.mark.slow

QUESTION = "How many years is an internal medicine residency?"
SESSIONS, MESSAGES = 130, 4
CROWD, ELSEWHERE = "127.0.0.1", "127.0.0.2"
# At the same address a visitor waits for one turn of each session, at another one for nobody.
QUESTIONS = {CROWD: 1, ELSEWHERE: 5}


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A Medpath of these tests alone: what the crowd has asked goes on after it."""
    with started(make_project(tmp_path_factory.mktemp("busy")), free_ports()) as medpath:
        yield medpath


class Caller:
    """Somebody at an address, who counts the statuses that come back."""

    def __init__(self, url: str, address: str) -> None:
        self._url = url
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, local_addr=(address, 0)), timeout=aiohttp.ClientTimeout(total=300)
        )
        self.statuses: Counter[int] = Counter()

    async def __aenter__(self) -> Caller:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()

    async def begin(self) -> str:
        """The token of a new session."""
        async with self._http.post(f"{self._url}/webhooks/web/sessions") as response:
            assert response.status == 201
            return str((await response.json())["session"]["token"])

    async def ask(self, token: str, text: str = QUESTION) -> str:
        """What is said to a message in a session, or the code of its refusal."""
        asked = {"id": uuid.uuid4().hex, "text": text}
        headers = {"Authorization": f"Bearer {token}"}
        async with self._http.post(f"{self._url}/webhooks/web/messages", json=asked, headers=headers) as response:
            content = await response.json()
            self.statuses[response.status] += 1
            return content["error"]["code"] if "error" in content else content["replies"][0]["kind"]

    async def send(self, sender: str, text: str) -> str:
        """What is said to a message over REST."""
        asked = {"sender": sender, "message": text}
        async with self._http.post(f"{self._url}/webhooks/rest/webhook", json=asked) as response:
            assert response.status == 200, await response.text()
            return str((await response.json())[0]["text"])


@pytest.mark.parametrize("address", [ELSEWHERE, CROWD], ids=["another address", "the same address"])
def test_130_sessions_of_one_address_do_not_keep_a_visitor_out(busy: Running, address: str) -> None:
    """While they send four messages each at once, somebody else asks and is answered each time.

    What of theirs waits for too long behind the rest of theirs is too fast: that is their own doing.
    """

    async def meet() -> tuple[list[str], int]:
        async with Caller(busy.url, CROWD) as crowd, Caller(busy.url, address) as visitor:
            tokens = await asyncio.gather(*(crowd.begin() for _ in range(SESSIONS)))
            token = await visitor.begin()
            asked = [asyncio.create_task(crowd.ask(token)) for token in tokens for _ in range(MESSAGES)]
            while not crowd.statuses[200]:
                await asyncio.sleep(0.01)
            heard = [await visitor.ask(token) for _ in range(QUESTIONS[address])]
            waiting = sum(not task.done() for task in asked)
            assert set(await asyncio.gather(*asked)) <= {"answer", "too_fast"}
            assert visitor.statuses.keys() == {200}
            return heard, waiting

    heard, waiting = asyncio.run(meet())
    assert heard == ["answer"] * QUESTIONS[address]
    assert waiting > 0


def test_long_messages_keep_nobody_waiting(busy: Running) -> None:
    """While the first of twelve that take seconds each is read, somebody else is answered again and again.

    On a slow machine the last of the twelve wait for so long that they are asked to be sent again.
    """
    chance = random.Random(1)

    async def meet() -> tuple[list[str], int]:
        async with Caller(busy.url, CROWD) as crowd, Caller(busy.url, ELSEWHERE) as visitor:
            tokens = await asyncio.gather(*(crowd.begin() for _ in range(12)))
            token = await visitor.begin()
            asked = [asyncio.create_task(crowd.ask(one, soup(chance))) for one in tokens]
            heard = [await visitor.ask(token) for _ in range(5)]
            done = sum(task.done() for task in asked)
            await asyncio.gather(*asked)
            assert crowd.statuses[200]
            assert crowd.statuses.keys() <= {200, 503}
            assert visitor.statuses.keys() == {200}
            return heard, done

    heard, done = asyncio.run(meet())
    assert heard == ["answer"] * 5
    assert done < 6


def soup(chance: random.Random) -> str:
    """As many words as fit into a message, none of them known."""
    return " ".join("".join(chance.choices(string.ascii_lowercase, k=7)) for _ in range(740))


def test_all_messages_of_one_sender_are_answered_in_order(busy: Running) -> None:
    """A hundred messages of one conversation, sent at once, wait for each other; none is lost or refused."""

    async def hurry() -> list[str]:
        async with Caller(busy.url, CROWD) as caller:
            return await asyncio.gather(*(caller.send("in-a-great-hurry", QUESTION) for _ in range(100)))

    answers = asyncio.run(hurry())
    assert len(answers) == 100
    assert all("sorry" not in answer for answer in answers)
