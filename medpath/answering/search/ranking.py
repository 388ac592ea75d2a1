"""Turns the signals of the search into an order of the facts and a probability that the first one is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from medpath.answering.question import Question
from medpath.answering.search.searching import FEATURES, Candidates
from medpath.errors import SetupError
from medpath.knowledge.yaml_lines import read_yaml

SIGNS = (
    "probability",
    "margin",
    "question_best",
    "question_top3",
    "text",
    "words",
    "named",
    "other_named",
    "narrow_unnamed",
    "outside",
    "length",
)


@dataclass(frozen=True)
class Ranking:
    """The fitted numbers: weights of the signals, of the signs of a right answer, and the two thresholds.

    An answer is given when its probability of being right is at least `answer`, or `outside` where the message looks
    like a kind that is declined; below that the likeliest readings are offered while it is at least `offer`; below
    that the question is declined. An answer that is less sure than `hedge` is given as what may be meant.
    """

    weights: np.ndarray
    signs: np.ndarray
    bias: float
    answer: float
    offer: float
    outside: float = 0.9
    hedge: float = 0.0

    def order(self, candidates: Candidates) -> tuple[np.ndarray, np.ndarray]:
        """Positions of the candidates, best first, and their probabilities against each other."""
        return in_shares(candidates.features @ self.weights)

    def confidence(self, question: Question, candidates: Candidates) -> float:
        """The probability that the best candidate answers the question."""
        return logistic(float(signs_of(question, candidates, *self.order(candidates)) @ self.signs) + self.bias)


def in_shares(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions of scores, highest first, and their shares of 1 by the softmax function."""
    powers = np.exp(scores - scores.max())
    order = np.argsort(-powers)
    return order, powers[order] / powers.sum()


def logistic(value: float) -> float:
    """The probability of log odds."""
    return float(1 / (1 + np.exp(-value)))


def signs_of(question: Question, candidates: Candidates, order: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """The signs of a right answer, in the order of SIGNS."""
    best = candidates.features[order[0]]
    taken = [best[FEATURES.index(name)] for name in SIGNS[2:9]]
    margin = float(np.log(probabilities[0] + 1e-9) - np.log(probabilities[1] + 1e-9))
    length = float(np.log1p(len(question.text.split())))
    outside = min(max(question.outside(), 0.01), 0.99)
    return np.array([probabilities[0], min(margin, 5.0), *taken, float(np.log(outside / (1 - outside))), length])


def load_ranking(path: Path) -> Ranking:
    """Reads the fitted numbers; raises SetupError if one is missing or no number."""
    content = read_yaml(path)
    try:
        return Ranking(
            weights=in_order(content["weights"], FEATURES),
            signs=in_order(content["confidence"]["weights"], SIGNS),
            bias=float(content["confidence"]["bias"]),
            answer=float(content["thresholds"]["answer"]),
            offer=float(content["thresholds"]["offer"]),
            outside=float(content["thresholds"]["outside"]),
            hedge=float(content["thresholds"]["hedge"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SetupError(
            f"{path}: {error!r} is missing or no number. Run `medpath fit` or restore the file."
        ) from error


def in_order(values: Mapping[str, Any], names: Sequence[str]) -> np.ndarray:
    """The values of names as numbers; raises KeyError, TypeError or ValueError if one is missing or no number."""
    return np.array([float(values[name]) for name in names])
