"""How the facts for a message in its conversation are compared."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from medpath.answering.conversation.adviser import Adviser
from medpath.answering.conversation.memory import Memory
from medpath.answering.conversation.weighing import SIGNALS, SIGNS, ContextRanking, Turn, Weighed, load_context_ranking
from medpath.answering.fitting.fit_command import context_as_yaml
from medpath.answering.question import Question
from medpath.answering.service import adviser
from medpath.errors import SetupError
from medpath.project import find_project


@pytest.fixture(scope="module")
def trained() -> Adviser:
    return adviser()


@pytest.fixture(scope="module")
def after_psychiatry(trained: Adviser) -> Memory:
    return trained.reply(Question("how long is psych residency", {"ask_duration": 0.9}), Memory())[1]


def _ranking(**weights: float) -> ContextRanking:
    return ContextRanking(np.array([weights.get(name, 0.0) for name in SIGNALS]), np.zeros(len(SIGNS)), 0.0)


def test_every_fact_of_the_remembered_topic_is_weighed(trained: Adviser, after_psychiatry: Memory) -> None:
    """Each has a finite value for each signal, and no fact counts twice."""
    turn = trained.turn(Question("n the pay?", {"follow_up": 0.8}), after_psychiatry)
    weighed = trained.weighing.weigh(turn)
    assert weighed.signals.shape == (len(weighed.numbers), len(SIGNALS))
    assert np.isfinite(weighed.signals).all()
    assert len(set(weighed.numbers)) == len(weighed.numbers)
    remembered = weighed.signals[:, SIGNALS.index("remembered")]
    topic = trained.answerer.show(after_psychiatry.facts[0]).topics[0]
    assert topic == "psychiatry"
    assert remembered.sum() >= 5


def test_what_was_stated_is_marked(trained: Adviser, after_psychiatry: Memory) -> None:
    """The fact of the last answer alone has the signal `shown`."""
    weighed = trained.weighing.weigh(trained.turn(Question("and then"), after_psychiatry))
    assert weighed.signals[:, SIGNALS.index("shown")].sum() == len(after_psychiatry.facts) == 1


@pytest.mark.parametrize("text", ["/restart", "ok", "?!", ""])
def test_what_says_nothing_stands_alone(trained: Adviser, after_psychiatry: Memory, text: str) -> None:
    """A command or a filler is not read as a question about the last subject."""
    assert trained.turn(Question(text), after_psychiatry).alone


def test_before_the_first_answer_every_message_stands_alone(trained: Adviser) -> None:
    """There is nothing that it could go on with."""
    assert trained.turn(Question("n the pay?"), Memory()).alone


def test_the_order_follows_the_weights(trained: Adviser, after_psychiatry: Memory) -> None:
    """The fact with the most of a weighted signal stands first; the shares fall and add up to 1."""
    weighed = trained.weighing.weigh(trained.turn(Question("n the pay?"), after_psychiatry))
    order, shares = _ranking(words=3.0).order(weighed)
    assert weighed.signals[order[0], SIGNALS.index("words")] == weighed.signals[:, SIGNALS.index("words")].max()
    assert (np.diff(shares) <= 0).all()
    assert shares.sum() == pytest.approx(1.0)


def test_a_single_fact_has_a_confidence(trained: Adviser, after_psychiatry: Memory) -> None:
    """Where there is no second fact there is no margin to measure, and still a probability."""
    turn: Turn = trained.turn(Question("n the pay?"), after_psychiatry)
    weighed = trained.weighing.weigh(turn)
    one = Weighed(weighed.numbers[:1], weighed.signals[:1])
    assert _ranking().confidence(turn, one) == pytest.approx(0.5)


def test_what_is_fitted_is_written_and_read(tmp_path: Path) -> None:
    """The fitted numbers survive the way through their file."""
    path = tmp_path / "ranking.yml"
    fitted = ContextRanking(np.arange(len(SIGNALS)) / 8, np.arange(len(SIGNS)) / 4, -1.5, 0.25, 0.125)
    path.write_text(context_as_yaml(fitted), encoding="utf-8")
    found = load_context_ranking(path)
    assert np.array_equal(found.weights, fitted.weights)
    assert np.array_equal(found.signs, fitted.signs)
    assert (found.bias, found.answer, found.offer) == (fitted.bias, fitted.answer, fitted.offer)


@pytest.mark.parametrize("broken", ["weights: {}", "weights: 3", "{}"])
def test_a_broken_file_says_what_to_do(tmp_path: Path, broken: str) -> None:
    """A missing number is named with the way to mend it."""
    path = tmp_path / "ranking.yml"
    path.write_text(broken, encoding="utf-8")
    with pytest.raises(SetupError, match="medpath fit"):
        load_context_ranking(path)


def test_the_shipped_numbers_are_whole() -> None:
    """The project's own file has a number for every signal and no other."""
    content = yaml.safe_load(find_project().context_ranking.read_text(encoding="utf-8"))
    assert set(content["weights"]) == set(SIGNALS)
    assert set(content["confidence"]["weights"]) == set(SIGNS)
