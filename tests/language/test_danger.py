"""How danger is noticed: a model taught on a handful of sentences, with the real encoder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from medpath.language.danger import (
    MOST_CUTS_IN_ALL,
    DangerModel,
    DangerTraining,
    DangerWatch,
    load_danger,
    plain,
    train_danger,
)
from medpath.language.encoder import SentenceEncoder
from medpath.language.splitting import Splitter, load_splitting
from medpath.project import find_project

DANGER = [
    "I want to die",
    "I want to kill myself",
    "i do not want to live anymore",
    "I am going to end my life tonight",
    "my roommate wants to kill himself",
    "I wish I was dead",
]
SAFE = [
    "When is Match Day?",
    "How do I switch programs?",
    "I am a PGY2 in internal medicine in Ohio",
    "I like the library on campus",
    "How long is residency?",
    "I am dying to get into dermatology",
    "This exam is killing me",
    "the deadline is killing my plans",
    "thank you",
    "What does Step 1 cost?",
]
# So few examples need a weaker penalty than thousands.
FREE = DangerTraining(vector_penalty=50.0)


@pytest.fixture(scope="module")
def model(own_encoder: SentenceEncoder) -> DangerModel:
    return train_danger(DANGER, SAFE, own_encoder.encode, FREE)


@pytest.fixture(scope="module")
def watch(model: DangerModel, own_encoder: SentenceEncoder) -> DangerWatch:
    return DangerWatch(model, own_encoder.encode, 0.5)


@pytest.fixture(scope="module")
def splitter() -> Splitter:
    return Splitter(load_splitting(find_project().following))


@pytest.mark.parametrize(
    "text",
    [
        "I want to kill myself",
        "I WANT TO KILL MYSELF!!!",
        "i want to kil myself",
        "I want to die. when is match day?",
        "when is match day? I want to die",
        "Dear all,\nwhen is match day?\nI want to die",
        "I am a PGY2 in internal medicine in Ohio. I want to kill myself",
        "I like the library on campus. " * 20 + "I want to kill myself.",
        "> I want to kill myself\nwhat should I say to this student?",
    ],
)
def test_danger_is_noticed_in_any_part(watch: DangerWatch, text: str) -> None:
    """Alone or beside other things, first or last, in capitals or with an error, a statement of danger counts."""
    assert watch.look(text) >= 0.5


@pytest.mark.parametrize("text", ["How do I switch programs?", "when is match day? how long is residency?", "", "?!"])
def test_other_messages_are_let_pass(watch: DangerWatch, text: str) -> None:
    """Ordinary questions are no danger, and neither is a message without a word."""
    assert watch.look(text) < 0.5


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("I want to die. When is Match Day?", "When is Match Day?"),
        ("How do I switch programs? I want to kill myself.", "How do I switch programs?"),
        ("I want to kill myself", ""),
        ("when is match day i want to kill myself", "when is match day"),
        ("the weather is nice here and I want to kill myself", ""),
    ],
)
def test_the_rest_is_what_was_asked_besides(watch: DangerWatch, splitter: Splitter, text: str, rest: str) -> None:
    """The question beside danger is left; of a statement alone, or with a scrap beside it, nothing is."""
    assert watch.rest(text, splitter.asks) == rest


def test_endless_danger_is_not_searched_for_ever(model: DangerModel, own_encoder: SentenceEncoder) -> None:
    """Of a message of 150 sentences of danger only some are searched for what is harmless in them."""
    looked_at: list[str] = []

    def encode(texts: Sequence[str]) -> np.ndarray:
        looked_at.extend(texts)
        return own_encoder.encode(texts)

    text = " ".join(f"I want to kill myself number {number} when is match day." for number in range(150))
    DangerWatch(model, encode, 0.5).rest(text, lambda side: True)
    assert len(looked_at) <= 2 * (150 + MOST_CUTS_IN_ALL)


def test_a_saved_model_says_the_same(model: DangerModel, own_encoder: SentenceEncoder, tmp_path: Path) -> None:
    """A model comes back from its files with the same scores within half precision."""
    model.save(tmp_path)
    texts = [*DANGER, *SAFE]
    vectors = own_encoder.encode(texts)
    was, found = (each.scores(texts, vectors) for each in (model, load_danger(tmp_path)))
    np.testing.assert_allclose(found, was, atol=2e-2)


def test_training_is_repeatable(model: DangerModel, own_encoder: SentenceEncoder) -> None:
    """The same messages train the same model."""
    again = train_danger(DANGER, SAFE, own_encoder.encode, FREE)
    vectors = own_encoder.encode(SAFE)
    assert np.array_equal(again.scores(SAFE, vectors), model.scores(SAFE, vectors))


def test_words_in_plain_form() -> None:
    """Capitals, apostrophes and letters that were leaned on make no difference."""
    assert plain("I DON’T want this, sooooo don't!!") == "i dont want this soo dont"
