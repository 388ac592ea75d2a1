"""Messages are read beside the event loop, long ones apart from short ones."""

from __future__ import annotations

import asyncio
import threading
from contextvars import ContextVar
from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor

from medpath.channels.incoming import SHORT_MESSAGE
from medpath.serving.reading_lanes import read_in_lanes

LONG = "a," * SHORT_MESSAGE
here: ContextVar[str] = ContextVar("here")


class Reader:
    """What stands for Rasa's processor: a long message is not read before it is let go."""

    def __init__(self, http_interpreter: Any = None) -> None:
        self.http_interpreter = http_interpreter
        self.let_go = threading.Event()
        self.threads: list[int] = []

    async def read(
        self, message: UserMessage, tracker: Any = None, only_output_properties: bool = True
    ) -> dict[str, Any]:
        self.threads.append(threading.get_ident())
        if message.text == LONG:
            assert self.let_go.wait(60)
        if message.text == "broken":
            raise ValueError("broken")
        return {"text": message.text, "here": here.get("nowhere")}

    async def parse(self, text: str) -> dict[str, Any]:
        return await MessageProcessor.parse_message(self, UserMessage(text))  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def lanes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MessageProcessor, "parse_message", Reader.read)
    read_in_lanes()


def test_short_messages_are_read_while_a_long_one_is() -> None:
    """And the loop goes on, too: it is what lets the long one go here, after the short one has been read."""

    async def meet() -> tuple[dict[str, Any], dict[str, Any]]:
        reader = Reader()
        long = asyncio.create_task(reader.parse(LONG))
        short = await reader.parse("hello")
        assert not long.done()
        reader.let_go.set()
        assert threading.get_ident() not in reader.threads
        return short, await long

    assert [read["text"] for read in asyncio.run(meet())] == ["hello", LONG]


def test_a_reading_knows_its_turn_and_tells_its_failures() -> None:
    """What stands in the context of a turn is there in the thread, and what breaks there breaks the turn."""

    async def meet() -> dict[str, Any]:
        here.set("in this turn")
        with pytest.raises(ValueError, match="broken"):
            await Reader().parse("broken")
        return await Reader().parse("hello")

    assert asyncio.run(meet())["here"] == "in this turn"


def test_what_another_server_reads_is_waited_for_on_the_loop() -> None:
    """Rasa's HTTP interpreter has a connection that belongs to the loop."""
    reader = Reader(http_interpreter=object())
    asyncio.run(reader.parse("hello"))
    assert reader.threads == [threading.get_ident()]
