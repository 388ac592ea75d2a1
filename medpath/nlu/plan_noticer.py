"""Rasa component: notices the messages that ask for a plan, and takes that intent from those that only sound so."""

from __future__ import annotations

import functools
from datetime import date
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from medpath.nlu.intent_classifier import MessageClassifier
from medpath.nlu.message_reader import ASKED, PARTS, STORY
from medpath.planning.conversing.asking import PlanAsking, plan_asking

PLAN, QUESTION = "plan", "question"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class PlanNoticer(GraphComponent):
    """Sets the intent plan by what a message says; the classifier's word counts where it says nothing else."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Works on what the classifier says."""
        return [MessageClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The intents of messages that are no plan whatever they say besides."""
        return {"never": []}

    def __init__(self, config: dict[str, Any]) -> None:
        self._never = frozenset(config["never"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PlanNoticer:
        """A noticer with its settings."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Makes plan of the intent where a plan is asked for, and a question of plan where none is."""
        for message in messages:
            intent = message.get(INTENT) or {}
            name = intent.get(INTENT_NAME_KEY)
            if name in self._never:
                continue
            text = message.get(ASKED, message.get(TEXT) or "")
            asked = " ".join(part.get(TEXT) for part in message.get(PARTS) or []) if message.get(STORY) else ""
            begins = bool(text) and self._asking.begins(text, date.today(), sounds_so=name == PLAN, asked=asked)
            if begins != (name == PLAN):
                meant = {INTENT_NAME_KEY: PLAN if begins else QUESTION, PREDICTED_CONFIDENCE_KEY: 1.0}
                message.set(INTENT, meant, add_to_output=True)
        return messages

    # Loads words and names, and so not before the first message.
    @functools.cached_property
    def _asking(self) -> PlanAsking:
        return plan_asking()
