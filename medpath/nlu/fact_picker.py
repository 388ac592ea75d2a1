"""Rasa component: reads the payload of a button ("fact:topic/label") and the number of one."""

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

from medpath.nlu.message_reader import ASKED

_PAYLOAD = re.compile(r"\s*fact:([a-z0-9-]+/[a-z0-9-]+)\s*")
_NUMBER = re.compile(r"\W*\d\W*")
PICK_FACT, FOLLOW_UP = "pick_fact", "follow_up"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class FactPicker(GraphComponent):
    """Sets the intent pick_fact and the entity `fact`; typed by a person it does no more than show that fact.

    A lone digit gets the intent follow_up: what it picks stands in the memory of the conversation.
    """

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
            text = message.get(TEXT) or ""
            match = _PAYLOAD.fullmatch(text)
            if match:
                entity = {"entity": "fact", "value": match[1], "start": match.start(1), "end": match.end(1)}
                _mark(message, PICK_FACT)
                message.set(ENTITIES, [entity], add_to_output=True)
            elif _NUMBER.fullmatch(message.get(ASKED, text)):
                _mark(message, FOLLOW_UP)
        return messages


def _mark(message: Message, name: str) -> None:
    intent = {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: 1.0}
    message.set(INTENT, intent, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [intent], add_to_output=True)
