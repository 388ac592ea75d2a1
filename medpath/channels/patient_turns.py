"""Turns for messages that nobody can be asked to send again: one that fails is tried again until it succeeds."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from itertools import islice

from rasa.core.tracker_store import TrackerStore

from medpath.channels.output import error_message
from medpath.channels.past import events_of, said_to
from medpath.channels.slack.refusals import waits
from medpath.channels.turns import Message, Said, TurnFailed, Turns

logger = logging.getLogger(__name__)

# Some ten minutes: an action server that hangs and starts slowly is back by then.
TRIES = 16
# A message that may be what ends the action server: the launcher bears seven ends in a row, and each try costs two.
SUSPECT_TRIES = 3
# After this a server that was started again has left its failure behind (serving.supervision).
SUSPECT_SECONDS = 30.0


class PatientTurns:
    """Turns that are tried again with longer and longer pauses; in the end the person gets the apology."""

    def __init__(self, turns: Turns, pauses: Callable[[], Iterator[float]] = waits) -> None:
        self._turns = turns
        self._pauses = pauses

    async def said(self, message: Message, store: TrackerStore, resumed: bool) -> Said:
        """What is said to a message; `resumed` if it was perhaps asked before, by this process or another one.

        Nothing if it was asked before though it is not resumed. Raises StorageError if it cannot be told what was said.
        """
        pauses, suspected = islice(self._pauses(), TRIES - 1), 0
        while True:
            try:
                return await self._said(message, store, resumed)
            except TurnFailed as failed:
                suspected += failed.is_suspect
                pause = next(pauses, None)
                if pause is None or suspected >= SUSPECT_TRIES:
                    logger.error("A message was given up after it had failed again and again.")
                    return Said([error_message(message.conversation, str(failed))])
                pause = max(pause, SUSPECT_SECONDS) if failed.is_suspect else pause
            logger.warning("A message could not be answered yet. It is asked again in %.0f s.", pause)
            await asyncio.sleep(pause)

    async def _said(self, message: Message, store: TrackerStore, resumed: bool) -> Said:
        said = await self._turns.first_said(message, store)
        if said is None and resumed:  # the turn was over, but its answer was not in the outbox yet
            said = Said(said_to(message.id, await events_of(message.conversation, store)) or [])
        return said or Said([])
