"""The sentence vectors that the component puts on messages and training examples."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from medpath.nlu.sentence_featurizer import SentenceFeaturizer, asks_aspect, sentence_vector
from medpath.nlu.topic_extractor import MENDED_TEXT

Component = Callable[..., SentenceFeaturizer]
Make = Callable[[str], Message]


def test_messages_get_unit_vectors_by_meaning(small_home: Path, component: Component, message: Make) -> None:
    """Each message gets its own vector of length one, and messages of like meaning lie nearer to each other."""
    texts = ("How long does residency take?", "duration of residency training", "hello there")
    near, same, far = map(sentence_vector, component(SentenceFeaturizer).process([message(text) for text in texts]))
    assert np.linalg.norm([near, same, far], axis=1) == pytest.approx(1, abs=1e-5)
    assert near @ same > near @ far + 0.2


def test_the_mended_text_is_what_counts(small_home: Path, component: Component, message: Make) -> None:
    """Where the extractor mended typing errors the vector is that of the mended text."""
    plain, typed, mended = message("a residency"), message("a resdency"), message("a resdency")
    mended.set(MENDED_TEXT, "a residency")
    component(SentenceFeaturizer).process([plain, typed, mended])
    assert np.allclose(sentence_vector(mended), sentence_vector(plain), atol=1e-5)
    assert not np.allclose(sentence_vector(typed), sentence_vector(plain), atol=1e-2)


def test_a_message_without_text_gets_a_vector(small_home: Path, component: Component) -> None:
    """An empty message does not stop the pipeline."""
    (read,) = component(SentenceFeaturizer).process([Message({})])
    assert np.isfinite(sentence_vector(read)).all()


def test_training_and_use_give_the_same_vectors(
    small_home: Path, component: Component, training_data: TrainingData, message: Make
) -> None:
    """A question has the vector in training that the same message gets later, but for half precision."""
    featurizer = component(SentenceFeaturizer)
    examples = [one for one in featurizer.process_training_data(training_data).intent_examples if asks_aspect(one)]
    assert examples
    later = featurizer.process([message(example.get("text")) for example in examples])
    for example, same in zip(examples, later, strict=True):
        assert np.allclose(sentence_vector(example), sentence_vector(same), atol=1e-3)


def test_training_remembers_the_vectors(small_home: Path, component: Component, training_data: TrainingData) -> None:
    """The vectors of a training are stored for the next one."""
    component(SentenceFeaturizer).process_training_data(training_data)
    assert (small_home / "models" / "cache" / "vectors.npz").exists()
