"""Lets the Rasa server use our conversation store as it is, and looks after it while the server runs."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa.core.agent import Agent
from rasa.core.tracker_store import InMemoryTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from sanic import Sanic

from medpath.conversations.retention import purge_daily
from medpath.project import Project
from medpath.serving.conversation_store import ConversationStore


def use_store_itself() -> None:
    """Replaces the wrapper that Rasa puts around every tracker store.

    It answers a failure with a store in memory that nothing is ever written back from, says so in the log alone,
    with what was to be written, and hides all that the store can do beside.
    """

    def unwrapped(store: TrackerStore | None, domain: Domain) -> TrackerStore:
        kept = store or InMemoryTrackerStore(domain)
        kept.domain = domain
        return kept

    Agent._create_tracker_store = staticmethod(unwrapped)


def keep_conversations(app: Sanic, project: Project) -> None:
    """Erases old conversations once a day, and writes what still waits when the server stops."""
    purging: list[asyncio.Task[None]] = []

    async def begin(_app: Sanic, _loop: Any = None) -> None:
        purging.append(asyncio.get_running_loop().create_task(purge_daily(project)))

    async def end(app: Sanic, _loop: Any = None) -> None:
        for task in purging:
            task.cancel()
        await asyncio.gather(*purging, return_exceptions=True)
        agent = getattr(app.ctx, "agent", None)
        if agent is not None and isinstance(agent.tracker_store, ConversationStore):
            await agent.tracker_store.close()

    app.register_listener(begin, "after_server_start")
    # After the channels have finished what they do when the server stops.
    app.register_listener(end, "after_server_stop")
