"""Rasa component: sentence vectors from all-MiniLM-L6-v2 through ONNX Runtime."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from medpath.language.encoder import SentenceEncoder, vector_text
from medpath.language.intents import ASK
from medpath.language.vector_cache import training_vectors
from medpath.nlu.message_reader import ASKED, with_parts
from medpath.nlu.topic_extractor import MENDED_TEXT, TopicExtractor
from medpath.project import find_project

# The answering is given the vector with the message, which spares it to encode it once more.
VECTOR = "vector"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceFeaturizer(Featurizer, GraphComponent):
    """Sets a dense sentence feature of width 384 and length 1 on each message."""

    @classmethod
    def required_components(cls) -> list[type]:
        """The extractor mends the typing errors first."""
        return [TopicExtractor]

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config[FEATURIZER_CLASS_ALIAS], config)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Only Rasa's own settings of a featurizer."""
        return Featurizer.get_default_config()

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to validate."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceFeaturizer:
        """A featurizer that loads the encoder when it is first needed."""
        config = {FEATURIZER_CLASS_ALIAS: execution_context.node_name, **config}
        return cls(config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Sets the features of the questions, from the vectors of the last training where they are known.

        Other kinds of messages are learned from the vectors of the door encoder, half the work of a training.
        """
        examples = [message for message in training_data.intent_examples if asks_aspect(message)]
        cache = training_vectors(find_project())
        vectors = cache([message.get(ASKED, message.get(TEXT)) for message in examples])
        cache.save()
        for message, vector in zip(examples, vectors, strict=True):
            self._set(message, vector)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the feature of each message and of its questions."""
        every = with_parts(messages)
        vectors = self._encoder.gists([message.get(MENDED_TEXT, message.get(TEXT)) or "" for message in every])
        for message, vector in zip(every, vectors, strict=True):
            self._set(message, vector)
            message.set(VECTOR, vector_text(vector), add_to_output=True)
        return messages

    # Loaded when it is first needed, once also where two messages are read at the same time.
    @functools.cached_property
    def _encoder(self) -> SentenceEncoder:
        return SentenceEncoder(find_project().encoder)

    def _set(self, message: Message, vector: np.ndarray) -> None:
        message.add_features(Features(vector[None, :], FEATURE_TYPE_SENTENCE, TEXT, self._identifier))


def asks_aspect(message: Message) -> bool:
    """Whether a training example is a question whose aspect is known."""
    return bool(message.get(TEXT)) and (message.get(INTENT) or "").startswith(ASK)


def sentence_vector(message: Message) -> np.ndarray:
    """The vector that the featurizer set, shape (384,)."""
    features = message.get_dense_features(TEXT)[1]
    assert features is not None, "the featurizer stands before this component in the pipeline"
    return np.asarray(features.features[0])
