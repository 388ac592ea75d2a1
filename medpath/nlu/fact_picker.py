"""Rasa component: reads the payload of a button ("fact:topic/label") as a picked fact."""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

_PAYLOAD = re.compile(r"\s*fact:([a-z0-9-]+/[a-z0-9-]+)\s*")
PICK_FACT = "pick_fact"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class FactPicker(GraphComponent):
    """Sets the intent pick_fact and the entity `fact`; typed by a person it does no more than show that fact."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FactPicker:
        """A picker; it has no settings."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Marks the messages that are payloads and leaves all others as they are."""
        for message in messages:
            match = _PAYLOAD.fullmatch(message.get(TEXT) or "")
            if match:
                intent = {INTENT_NAME_KEY: PICK_FACT, PREDICTED_CONFIDENCE_KEY: 1.0}
                entity = {"entity": "fact", "value": match[1], "start": match.start(1), "end": match.end(1)}
                message.set(INTENT, intent, add_to_output=True)
                message.set(INTENT_RANKING_KEY, [intent], add_to_output=True)
                message.set(ENTITIES, [entity], add_to_output=True)
        return messages
