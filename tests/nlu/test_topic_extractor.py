"""The topics that the component finds in messages, after training and after loading."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from rasa.shared.nlu.constants import ENTITIES
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from medpath.nlu.topic_extractor import MENDED_TEXT, NORMAL_TEXT, TopicExtractor

Make = Callable[[str], Message]
Found = list[tuple[str, str]]


@pytest.fixture(params=["trained", "loaded"])
def extractor(
    request: pytest.FixtureRequest,
    small_home: Path,
    component: Callable[..., TopicExtractor],
    training_data: TrainingData,
) -> TopicExtractor:
    """The extractor after its training, and another one loaded from what the first has stored."""
    trained = component(TopicExtractor)
    trained.train(training_data)
    return trained if request.param == "trained" else component(TopicExtractor, "load")


def _topics(message: Message, text: str) -> Found:
    return [(text[entity["start"] : entity["end"]], entity["value"]) for entity in message.get(ENTITIES)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("When is Step 1?", [("Step 1", "usmle-step-1")]),
        ("STEP-1 before the match", [("STEP-1", "usmle-step-1"), ("the match", "main-match")]),
        ("what is on the exam", [("the exam", "usmle-step-1|usmle-step-2")]),
        ("Good morning", []),
        ("", []),
    ],
)
def test_named_topics_become_entities(extractor: TopicExtractor, message: Make, text: str, found: Found) -> None:
    """A name gives its topic with its place in the message; a shared name gives all its topics joined by a bar."""
    (read,) = extractor.process([message(text)])
    assert _topics(read, text) == found


def test_words_are_mended_for_the_next_components(extractor: TopicExtractor, message: Make) -> None:
    """The classifier gets the words in normal form and the encoder the mended text; the text itself stays."""
    (read,) = extractor.process([message("Good mornign, how long is the Exam?")])
    assert read.get(NORMAL_TEXT) == "good morning how long is the exam"
    assert read.get(MENDED_TEXT) == "Good morning, how long is the Exam?"
    assert read.get("text") == "Good mornign, how long is the Exam?"


def test_entities_of_other_components_stay(extractor: TopicExtractor, message: Make) -> None:
    """What another component has found is kept beside the topics."""
    given = message("Is Step 1 on Monday?")
    given.set(ENTITIES, [{"entity": "day", "value": "Monday"}])
    (read,) = extractor.process([given])
    assert [entity["entity"] for entity in read.get(ENTITIES)] == ["day", "topic"]


def test_training_examples_get_their_normal_text(extractor: TopicExtractor, training_data: TrainingData) -> None:
    """Every example is brought to its normal form before the classifier is trained, without entities."""
    examples = extractor.process_training_data(training_data).intent_examples
    assert [example.get(NORMAL_TEXT) for example in examples][:2] == ["how much is step 1", "what doe step 1 cost"]
    assert all(example.get(MENDED_TEXT) for example in examples)
    assert not any(example.get(ENTITIES) for example in examples)
