"""What kind of message it is: trained on a small set of our own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medpath.language.intents import (
    IntentModel,
    IntentTraining,
    kind_rows,
    letter_terms,
    load_intents,
    question_rows,
    train_intents,
    word_terms,
)

MESSAGES = {
    "greet": ["hello there", "hello friend", "good morning", "hello"],
    "thank": ["thanks a lot", "thanks", "many thanks", "thanks so much"],
    "decline": ["book me a flight", "book a hotel", "weather in paris", "book a table"],
    "ask_cost": ["what does the exam cost", "what is the price of it", "cost of the exam", "price of the license"],
    "ask_duration": ["how long is it", "how long does the exam take", "how many year", "how long is the residency"],
    "ask_pay": ["what do they earn", "how much do they earn", "salary of a resident", "what salary do they earn"],
}
INTENTS = tuple(MESSAGES)
TEXTS = [text for texts in MESSAGES.values() for text in texts]
TAUGHT = [intent for intent, texts in MESSAGES.items() for _ in texts]
NO_VECTOR = np.zeros(len(INTENTS), dtype=np.float32)


def one_hot(intent: str) -> np.ndarray:
    """A unit vector that stands for a meaning, as the encoder would give it."""
    return np.eye(len(INTENTS), dtype=np.float32)[INTENTS.index(intent)]


def trained(training: IntentTraining | None = None) -> IntentModel:
    return trained_on(TEXTS, TAUGHT, training)


def trained_on(texts: list[str], intents: list[str], training: IntentTraining | None = None) -> IntentModel:
    vectors = np.stack([one_hot(intent) for intent in intents])
    kinds = kind_rows(intents, training or IntentTraining())
    return train_intents(texts, intents, vectors[question_rows(intents)], vectors[kinds], training)


@pytest.fixture(scope="module")
def model() -> IntentModel:
    return trained()


def best(model: IntentModel, text: str, vector: np.ndarray) -> str:
    return model.intents[int(model.probabilities(text, vector).argmax())]


def test_what_was_taught(model: IntentModel) -> None:
    """Every message that was taught is recognised, acts and aspects alike."""
    assert [best(model, text, one_hot(intent)) for text, intent in zip(TEXTS, TAUGHT, strict=True)] == TAUGHT


def test_every_intent_has_a_probability(model: IntentModel) -> None:
    """All intents that were taught are told, and the inner class of all questions is not."""
    assert sorted(model.intents) == sorted(INTENTS)


@pytest.mark.parametrize("intent", INTENTS)
def test_the_meaning_alone(model: IntentModel, intent: str) -> None:
    """A message in words that were never taught is recognised by its vector."""
    assert best(model, "qqqq zzzz", one_hot(intent)) == intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [("many thanks again", "thank"), ("cost of the license", "ask_cost"), ("how long", "ask_duration")],
)
def test_the_words_count(model: IntentModel, text: str, intent: str) -> None:
    """The words that an intent was taught with make it likelier, whatever the vector tells."""
    position = model.intents.index(intent)
    silent, said = model.probabilities("qqqq", NO_VECTOR), model.probabilities(text, NO_VECTOR)
    assert said[position] > 1.1 * silent[position]


@given(text=st.text("abehlostk ", max_size=40) | st.sampled_from(TEXTS), angle=st.floats(0, 6.3))
@settings(deadline=None)
def test_probabilities_add_up(model: IntentModel, text: str, angle: float) -> None:
    """The probabilities of any message, also an empty one, are none below 0 and add up to 1."""
    vector = np.cos(angle) * one_hot("greet") + np.sin(angle) * one_hot("ask_pay")
    probabilities = model.probabilities(text, vector)
    assert probabilities.min() >= 0
    assert probabilities.sum() == pytest.approx(1)


def test_saved_model(model: IntentModel, tmp_path: Path) -> None:
    """A model comes back from its files with the same probabilities within half precision."""
    model.save(tmp_path)
    found = load_intents(tmp_path)
    assert found.intents == model.intents
    for text, intent in [*zip(TEXTS, TAUGHT, strict=True), ("", "greet"), ("hello how long", "decline")]:
        vector = one_hot(intent)
        kept, was = found.probabilities(text, vector), model.probabilities(text, vector)
        np.testing.assert_allclose(kept, was, atol=2e-3)
        assert kept.sum() == pytest.approx(1)


def test_training_is_repeatable(model: IntentModel) -> None:
    """The same messages train the same model."""
    assert np.array_equal(trained().probabilities("hello", NO_VECTOR), model.probabilities("hello", NO_VECTOR))


def test_many_questions_do_not_drown_the_acts() -> None:
    """With few of the questions taken for the first step, all of them still teach the aspects."""
    few = trained(IntentTraining(questions_for_kind=3))
    assert [best(few, text, one_hot(intent)) for text, intent in zip(TEXTS, TAUGHT, strict=True)] == TAUGHT


def test_two_aspects() -> None:
    """Two aspects and one act are told apart like many."""
    chosen = [i for i, intent in enumerate(TAUGHT) if intent in ("greet", "ask_cost", "ask_pay")]
    texts, intents = [TEXTS[i] for i in chosen], [TAUGHT[i] for i in chosen]
    model = trained_on(texts, intents)
    assert [best(model, text, one_hot(intent)) for text, intent in zip(texts, intents, strict=True)] == intents


def test_terms() -> None:
    """Words count with their neighbours, and letters within words with the words' ends."""
    assert word_terms("how long is") == ["how", "long", "is", "how long", "long is"]
    assert letter_terms("do it") == [" d", "do", "o ", " do", "do ", " do ", " i", "it", "t ", " it", "it ", " it "]
    assert word_terms("") == letter_terms("") == []
