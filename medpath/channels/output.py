"""What is said in a turn, collected in the shape of the REST channel."""

from __future__ import annotations

from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel


class StructuredOutput(CollectingOutputChannel):
    """Collects each reply as one message with text, buttons and the custom block together."""

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keeps the parts of a reply that are there."""
        parts = {key: message[key] for key in ("text", "buttons", "custom") if message.get(key)}
        if parts:
            await self._persist_message({"recipient_id": recipient_id, **parts})


def error_message(sender: str, text: str) -> dict[str, Any]:
    """A reply of kind error."""
    return {"recipient_id": sender, "text": text, "custom": {"kind": "error", "body": text}}
