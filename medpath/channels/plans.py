"""The plans that were shown in a conversation, and their pictures and calendars, made when somebody wants them."""

from __future__ import annotations

import asyncio
import functools
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

from rasa.core.tracker_store import TrackerStore

from medpath.channels.past import Turn, latest_events, said_in, turns
from medpath.channels.turns import TooBusy
from medpath.planning.showing.calendar_file import calendar_of_shown
from medpath.planning.showing.look import Look, load_look
from medpath.planning.showing.picture import picture_of
from medpath.planning.showing.shown import ShownPlan
from medpath.planning.tables.loading import read_table
from medpath.project import find_project
from medpath.serving.without_tensorflow import bring_back

CALENDAR = "ics"
PLAN = "plan"
# A picture takes a fifth of a second and some 100 KB.
MOST_WAITING, MOST_KEPT = 40, 40
TURNS_AT_ONCE = 20


class PlanFiles:
    """Makes pictures and calendars in one thread: Matplotlib's settings are those of the whole process."""

    def __init__(self, most_waiting: int = MOST_WAITING, most_kept: int = MOST_KEPT) -> None:
        self._most_waiting = most_waiting
        self._most_kept = most_kept
        self._waiting = 0
        self._worker = ThreadPoolExecutor(1, "plan_files")
        self._kept: OrderedDict[tuple[ShownPlan, str], bytes] = OrderedDict()

    async def file(self, plan: ShownPlan, form: str) -> bytes:
        """The file of a plan in a form: svg, png or ics.

        Raises TooBusy if too many wait, PlanningError for a picture of a plan without dates.
        """
        if form == CALENDAR:
            return await self._made(functools.partial(calendar_of_shown, plan, date.today()))
        key = plan, form
        if key not in self._kept:
            self._kept[key] = await self._made(functools.partial(_picture, plan, form))
        self._kept.move_to_end(key)
        if len(self._kept) > self._most_kept:
            self._kept.popitem(last=False)
        return self._kept[key]

    async def _made(self, make: functools.partial[bytes]) -> bytes:
        if self._waiting >= self._most_waiting:
            raise TooBusy
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._worker, make)
        finally:
            self._waiting -= 1


@functools.cache
def plan_files() -> PlanFiles:
    """The one that all channels of this process use."""
    return PlanFiles()


@functools.cache
def plan_look() -> Look:
    """How plans are drawn, read when the first one is shown."""
    return load_look(find_project().planning)


@functools.cache
def plan_texts() -> Mapping[str, str]:
    """The wording of a plan in words, read when the first one is shown."""
    texts: Mapping[str, str] = read_table(find_project().planning, "texts")["texts"]
    return texts


def intro_of(row: Mapping[str, Any], body: str) -> str:
    """What a reply's body says besides the plan itself, such as what a what-if changes."""
    return body.replace(row["text"], "").strip() if row.get("text") else ""


def _picture(plan: ShownPlan, form: str) -> bytes:
    bring_back("matplotlib")
    return picture_of(plan, plan_look(), form)


async def plan_said(conversation: str, store: TrackerStore, message_id: str | None) -> Mapping[str, Any] | None:
    """The plan that was shown last in a conversation, or the one in the answer to a message; None if there is none.

    Raises StorageError if the conversation cannot be read.
    """
    before: int | None = None
    while before is None or before > 0:
        events, before = await latest_events(conversation, store, before, TURNS_AT_ONCE)
        asked = [turn for turn in turns(events) if message_id in (None, turn.asked.message_id)]
        found = next(filter(None, map(_plan_in, reversed(asked))), None)
        if found:
            return found
    return None


def _plan_in(turn: Turn) -> Mapping[str, Any] | None:
    blocks = (message.get("custom") or {} for message in reversed(said_in(turn)))
    return next((block[PLAN] for block in blocks if block.get(PLAN)), None)
