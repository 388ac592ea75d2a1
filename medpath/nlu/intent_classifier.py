"""Rasa component: the kind of a message and the aspect that a question asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from medpath.language.intents import (
    ASK,
    CRISIS,
    CRISIS_AND_QUESTION,
    OUT_OF_SCOPE,
    SURE_DOOR,
    SURELY_ASKS,
    IntentModel,
    IntentTraining,
    kind_rows,
    load_intents,
    question_rows,
    train_intents,
)
from medpath.language.vector_cache import training_door_vectors
from medpath.nlu.message_reader import ASKED, DOOR_VECTOR, PARTS, STORY, MessageReader, with_parts
from medpath.nlu.sentence_featurizer import SentenceFeaturizer, sentence_vector
from medpath.nlu.topic_extractor import NORMAL_TEXT
from medpath.project import find_project

RANKED = 14
# Of a message that asks several things the intent ranking of each question, by its text.
QUESTIONS = "questions"
_TRAINING = {"inverse_penalty": IntentTraining.inverse_penalty, "scale": IntentTraining.scale}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class MessageClassifier(IntentClassifier, GraphComponent):
    """Ranks the intents of a message; first whether it is a question at all, then which aspect it asks for."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Works on the vectors of both encoders."""
        return [MessageReader, SentenceFeaturizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Settings of IntentTraining."""
        return dict(_TRAINING)

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, model: IntentModel | None = None
    ) -> None:
        self._config, self._storage, self._resource, self._model = config, model_storage, resource, model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MessageClassifier:
        """A new, untrained classifier."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> MessageClassifier:
        """The classifier as it was trained."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, load_intents(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Trains on all examples that have a text and an intent; crisis is for MessageReader to find."""
        examples = [m for m in training_data.intent_examples if m.get(TEXT) and m.get(INTENT) not in (None, CRISIS)]
        settings = IntentTraining(**{key: self._config[key] for key in _TRAINING})
        intents = [message.get(INTENT) for message in examples]
        cache = training_door_vectors(find_project())
        door_vectors = cache([examples[row].get(ASKED) for row in kind_rows(intents, settings)])
        cache.save()
        self._model = train_intents(
            [message.get(NORMAL_TEXT) for message in examples],
            intents,
            np.stack([sentence_vector(examples[row]) for row in question_rows(intents)]),
            door_vectors,
            settings,
        )
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the intent, unless somebody is in danger, the intent ranking, and that of each of several questions."""
        assert self._model is not None, "Rasa trains or loads a component before it is used"
        likelihoods = {
            id(message): self._model.probabilities(
                message.get(NORMAL_TEXT), sentence_vector(message), message.get(DOOR_VECTOR)
            )
            for message in with_parts(messages)
        }
        for message in with_parts(messages):
            likely = likelihoods[id(message)]
            if message.get(STORY):
                parts = [likelihoods[id(part)] for part in message.get(PARTS)]
                likely = intents_of_story(self._model.intents, likely, parts)
            if (message.get(INTENT) or {}).get(INTENT_NAME_KEY) not in (CRISIS, CRISIS_AND_QUESTION):
                name, sure = choose_intent(self._model.intents, likely)
                message.set(INTENT, {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: sure}, add_to_output=True)
            message.set(INTENT_RANKING_KEY, rank_intents(self._model.intents, likely), add_to_output=True)
        for message in messages:
            ranked = {part.get(TEXT): part.get(INTENT_RANKING_KEY) for part in message.get(PARTS) or []}
            message.set(QUESTIONS, ranked, add_to_output=True)
        return messages


def intents_of_story(names: tuple[str, ...], whole: np.ndarray, parts: Sequence[np.ndarray]) -> np.ndarray:
    """The probabilities of a story: those of the stretch that asks, unless the whole surely goes through a door."""
    asks = np.array([name.startswith(ASK) for name in names])
    doors = np.array([name in OUT_OF_SCOPE for name in names])
    asking = max(parts, key=lambda likely: float(likely[asks].sum()), default=whole)
    surely = float(asking[asks].sum()) >= SURELY_ASKS and float(whole[doors].max(initial=0.0)) < SURE_DOOR
    return asking if surely else whole


def choose_intent(names: tuple[str, ...], likely: np.ndarray) -> tuple[str, float]:
    """The intent of a message and how sure it is.

    The aspects count together against each other kind of message, because one question spreads over many aspects.
    """
    asks = np.array([name.startswith(ASK) for name in names])
    question, other = float(likely[asks].sum()), float(likely[~asks].max(initial=0.0))
    side = np.flatnonzero(asks == (question >= other))
    return names[max(side, key=lambda i: likely[i])], max(question, other)


def rank_intents(names: tuple[str, ...], likely: np.ndarray) -> list[dict[str, Any]]:
    """The likeliest intents with their probabilities, likeliest first."""
    return [
        {INTENT_NAME_KEY: names[i], PREDICTED_CONFIDENCE_KEY: float(likely[i])} for i in np.argsort(-likely)[:RANKED]
    ]
