"""Reads messages beside the event loop, long ones apart from short ones, so that nobody's letter stops everybody.

Nearly all of the reading is the encoders' work, during which the loop and the other lane can go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from contextvars import copy_context
from functools import partial
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor
from rasa.shared.core.trackers import DialogueStateTracker

from medpath.channels.incoming import is_long
from medpath.observing.stages import UNDERSTANDING, stage
from medpath.serving.probes import PROBE


def read_in_lanes() -> None:
    """Lets Rasa read each message in a thread: one after another in each lane."""
    read = MessageProcessor.parse_message
    short, long = (ThreadPoolExecutor(1, f"reading-{lane}") for lane in ("short", "long"))

    async def parse_message(
        self: MessageProcessor,
        message: UserMessage,
        tracker: DialogueStateTracker | None = None,
        only_output_properties: bool = True,
    ) -> dict[str, Any]:
        reading = partial(read, self, message, tracker, only_output_properties)
        if self.http_interpreter:  # another server reads
            return await reading()
        lane = long if is_long(message.text or "") else short
        with nullcontext() if message.sender_id == PROBE else stage(UNDERSTANDING):
            return await asyncio.get_running_loop().run_in_executor(lane, copy_context().run, _result, reading)

    MessageProcessor.parse_message = parse_message


def _result(reading: Callable[[], Coroutine[Any, Any, dict[str, Any]]]) -> dict[str, Any]:
    """What a coroutine gives that waits for nothing, as Rasa's does which runs its graph."""
    try:
        reading().send(None)
    except StopIteration as done:
        return dict(done.value)
    raise RuntimeError("Rasa waits for something while it reads a message.")
