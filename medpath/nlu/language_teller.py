"""Rasa component: tells the language of the messages whose reply may be in another language than English."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_NAME_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from medpath.language.intents import CRISIS, CRISIS_AND_QUESTION
from medpath.language.tongues import language_of
from medpath.nlu.intent_classifier import MessageClassifier

LANGUAGE = "language"
TOLD = frozenset({CRISIS, CRISIS_AND_QUESTION, "other_language"})


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LanguageTeller(GraphComponent):
    """Sets the entity `language`, a code such as "es", from which Rasa fills the slot that chooses a response."""

    @classmethod
    def required_components(cls) -> list[type]:
        """The classifier says whether the language matters."""
        return [MessageClassifier]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageTeller:
        """A teller; it has no settings."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Marks the messages of these intents, English ones too, lest an earlier language stay in the slot."""
        for message in messages:
            text = message.get(TEXT) or ""
            if (message.get(INTENT) or {}).get(INTENT_NAME_KEY) in TOLD:
                entity = {"entity": LANGUAGE, "value": language_of(text), "start": 0, "end": len(text)}
                message.set(ENTITIES, [*message.get(ENTITIES, []), entity], add_to_output=True)
        return messages
