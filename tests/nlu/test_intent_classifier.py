"""How the kind of a message is decided, and the component that decides it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from medpath.nlu.intent_classifier import MessageClassifier, choose_intent, intents_of_story, rank_intents
from medpath.nlu.message_reader import MessageReader
from medpath.nlu.sentence_featurizer import SentenceFeaturizer
from medpath.nlu.topic_extractor import TopicExtractor

NAMES = ("thank", "greet", "off_topic", "ask_cost", "ask_dates", "ask_pay")
Read = Callable[[str], Message]


def _choose(likely: list[float]) -> tuple[str, float]:
    name, sure = choose_intent(NAMES, np.array(likely))
    return name, pytest.approx(sure)


def test_aspects_count_together_against_other_kinds() -> None:
    """A question spread over aspects beats a kind likelier than each of them, and bears the likeliest aspect."""
    assert _choose([0, 0, 0.4, 0.25, 0.3, 0.05]) == ("ask_dates", 0.6)


def test_other_kinds_do_not_count_together() -> None:
    """Two unlikely kinds do not outvote a question."""
    assert _choose([0.2, 0.3, 0.1, 0.4, 0, 0]) == ("ask_cost", 0.4)


def test_a_likelier_kind_beats_all_aspects() -> None:
    """A greeting that is likelier than any question is one."""
    assert _choose([0, 0.6, 0, 0.2, 0.1, 0.1]) == ("greet", 0.6)


@pytest.mark.parametrize("names", [("greet", "thank"), ("ask_cost", "ask_dates")])
def test_a_model_without_questions_or_without_other_kinds_works(names: tuple[str, ...]) -> None:
    """Where training saw only one side the likeliest intent of it is chosen."""
    assert choose_intent(names, np.array([0.4, 0.6]))[0] == names[1]


@pytest.mark.parametrize(
    ("whole", "parts", "kind"),
    [
        ([0.9, 0, 0, 0.1, 0, 0], [[0, 0, 0, 0, 0.9, 0.1], [0.9, 0, 0, 0.1, 0, 0]], "ask_dates"),
        ([0, 0, 0.6, 0.4, 0, 0], [[0, 0, 0, 0, 0.9, 0.1]], "ask_dates"),
        ([0, 0, 0.9, 0.1, 0, 0], [[0, 0, 0, 0, 0.9, 0.1]], "off_topic"),
        ([0, 0.6, 0, 0.4, 0, 0], [[0.6, 0, 0, 0.4, 0, 0]], "greet"),
        ([0, 0.6, 0, 0.4, 0, 0], [], "greet"),
    ],
)
def test_what_asks_in_a_story_tells_its_kind(whole: list[float], parts: list[list[float]], kind: str) -> None:
    """The likeliest question does, unless none is likely or the story as a whole surely goes through a door."""
    likely = intents_of_story(NAMES, np.array(whole), [np.array(part) for part in parts])
    assert choose_intent(NAMES, likely)[0] == kind


@given(st.lists(st.floats(0, 1), min_size=len(NAMES), max_size=len(NAMES)).filter(any))
def test_there_is_always_an_intent(raw: list[float]) -> None:
    """Whatever the probabilities, an intent is chosen with a probability, and the ranking falls."""
    likely = np.array(raw) / sum(raw)
    name, sure = choose_intent(NAMES, likely)
    assert name in NAMES
    assert 0 < sure <= 1 + 1e-9
    ranked = [entry["confidence"] for entry in rank_intents(NAMES, likely)]
    assert ranked == sorted(ranked, reverse=True)


def test_the_ranking_holds_the_likeliest_intents() -> None:
    """Of many intents only the likeliest are handed on, likeliest first, as plain numbers for JSON."""
    names = tuple(f"ask_{number}" for number in range(40))
    ranked = rank_intents(names, np.linspace(0, 0.05, 40))
    assert [entry["name"] for entry in ranked[:2]] == ["ask_39", "ask_38"]
    assert len(ranked) < 20
    assert all(type(entry["confidence"]) is float for entry in ranked)


@pytest.fixture
def pipeline(
    small_home: Path, component: Callable[..., object], training_data: TrainingData
) -> Callable[[MessageClassifier], Read]:
    """The components before the classifier, trained, and the training data as they leave it."""
    reader, extractor, featurizer = (component(kind) for kind in (MessageReader, TopicExtractor, SentenceFeaturizer))
    reader.train(training_data)
    reader.process_training_data(training_data)
    extractor.train(training_data)
    featurizer.process_training_data(extractor.process_training_data(training_data))

    def with_classifier(classifier: MessageClassifier) -> Read:
        def read(text: str) -> Message:
            messages = [Message({"text": text})]
            for each in (reader, extractor, featurizer, classifier):
                messages = each.process(messages)
            return messages[0]

        return read

    return with_classifier


def test_it_learns_kinds_and_aspects(
    pipeline: Callable[[MessageClassifier], Read],
    component: Callable[..., MessageClassifier],
    training_data: TrainingData,
) -> None:
    """After training on a few examples new wordings get their intent, and so they do after loading it again."""
    trained = component(MessageClassifier)
    trained.train(training_data)
    expected = {
        "what is the price of Step 1": "ask_cost",
        "how many hours does the exam take": "ask_duration",
        "hello, good morning": "greet",
        "I want to die": "crisis",
    }
    for classifier in (trained, component(MessageClassifier, "load")):
        read = pipeline(classifier)
        assert {text: read(text).get(INTENT)["name"] for text in expected} == expected


def test_danger_is_not_overruled(
    pipeline: Callable[[MessageClassifier], Read],
    component: Callable[..., MessageClassifier],
    training_data: TrainingData,
) -> None:
    """Where somebody is in danger that is the intent; the ranking tells what the rest of the message asks."""
    trained = component(MessageClassifier)
    trained.train(training_data)
    read = pipeline(trained)("I want to die. What is the price of Step 1?")
    assert read.get(INTENT)["name"] == "crisis_and_question"
    assert read.get(INTENT_RANKING_KEY)[0]["name"] == "ask_cost"
    assert read.get("asked") == "What is the price of Step 1?"


def test_loading_gives_the_probabilities_of_the_training(
    pipeline: Callable[[MessageClassifier], Read],
    component: Callable[..., MessageClassifier],
    training_data: TrainingData,
) -> None:
    """What is stored in half precision predicts what was trained, to within a hundredth."""
    trained = component(MessageClassifier)
    trained.train(training_data)
    first, second = (
        {
            entry["name"]: entry["confidence"]
            for entry in pipeline(each)("how long is the Match").get(INTENT_RANKING_KEY)
        }
        for each in (trained, component(MessageClassifier, "load"))
    )
    assert first == pytest.approx(second, abs=0.01)
    assert sum(first.values()) == pytest.approx(1, abs=1e-3)
