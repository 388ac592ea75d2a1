"""Erases conversations that have rested longer than they are kept: by command, and once a day while Medpath runs."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from datetime import timedelta

from medpath.conversations.database import Database
from medpath.project import Project

logger = logging.getLogger(__name__)

DAY_SECONDS = 24 * 60 * 60.0
# The first run comes when those who waited for the start have been answered.
FIRST_SECONDS = 60.0


def purge(database: Database, older_than: timedelta, now: float | None = None) -> tuple[int, int]:
    """Erases what is older; gives the numbers of whole conversations and of events in others that were erased.

    A conversation in which somebody spoke since then loses what was said before in earlier sessions: the present
    one, which begins with what it needs of them, stays whole. Each conversation is a transaction of its own, so that
    nobody waits long.
    """
    before = (time.time() if now is None else now) - older_than.total_seconds()
    conversations = events = 0
    for summary in database.summaries():
        if summary.last < before:
            database.erase(summary.conversation)
            conversations += 1
        elif summary.began < before:
            events += database.erase(summary.conversation, before)
    if conversations or events:
        database.wipe()
    return conversations, events


async def purge_daily(project: Project, first: float = FIRST_SECONDS, every: float = DAY_SECONDS) -> None:
    """Runs `medpath conversations purge` now and then, in a process of its own: it may take long and may fail."""
    await asyncio.sleep(first)
    while True:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "medpath.cli",
            "conversations",
            "purge",
            "--if-due",
            env={**os.environ, "MEDPATH_HOME": str(project.root)},
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            _, said = await process.communicate()
        finally:
            if process.returncode is None:  # Medpath is being stopped; what is not erased yet will be next time
                process.terminate()
                await process.wait()
        if process.returncode:
            logger.error("Old conversations were not erased: %s", said.decode(errors="replace").strip())
        await asyncio.sleep(every)
