"""GET /health of the Rasa server: says a greeting to it that nobody keeps."""

from __future__ import annotations

import logging
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.processor import MessageProcessor
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from medpath.errors import TurnAbandoned
from medpath.observing.state import tell_storage
from medpath.serving.conversation_store import ConversationStore
from medpath.serving.probes import PROBE

logger = logging.getLogger(__name__)

# Answered by a response of the domain: a dead action server does not make this one sick.
GREETING = "hello"


def add_health(app: Sanic) -> None:
    """Adds the route; it answers 200 if the understanding, the rules and the responses work.

    Whether conversations are kept is told besides; the log has the reason.
    """

    async def health(request: Request) -> HTTPResponse:
        try:
            sound = bool(await _said_to(GREETING, request.app.ctx.agent.processor))
        except (Exception, TurnAbandoned):
            logger.exception("The probe of the Rasa server failed.")
            sound = False
        kept = "not kept" if _storage_fault(request.app) else "kept"
        said = {"status": "ok" if sound else "failing", "conversations": kept}
        return response.json(said, 200 if sound else 500)

    app.add_route(health, "/health", {"GET"}, name="health")
    tell_storage(lambda: _storage_fault(app) is not None)


def _storage_fault(app: Sanic) -> str | None:
    store = app.ctx.agent.tracker_store
    return store.fault if isinstance(store, ConversationStore) else None


async def _said_to(text: str, processor: MessageProcessor) -> list[dict[str, Any]]:
    """The replies of a whole turn; the tracker store is left out, since a restart would mend no database."""
    output = CollectingOutputChannel()
    tracker = DialogueStateTracker(PROBE, processor.domain.slots)
    await processor._update_tracker_session(tracker, output)  # the rules look at what came before a message
    await processor._handle_message_with_tracker(UserMessage(text, output, PROBE), tracker)
    tracker = await processor.run_action_extract_slots(output, tracker)
    await processor._run_prediction_loop(output, tracker)
    return list(output.messages)
