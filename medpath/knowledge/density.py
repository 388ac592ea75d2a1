"""How densely the sample questions stand: which of different facts are too close, and what nobody's is near to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from medpath.knowledge.records import Knowledge

# Of questions that a sample question is nearer to than 0.8, 99 % come right; of those below 0.6, 23 %.
TOO_FAR = 0.7
TOO_CLOSE = 0.92
_ROWS = 1024

Encode = Callable[[Sequence[str]], np.ndarray]


@dataclass(frozen=True)
class Pair:
    """A question, asked of a fact or of nobody's, with the nearest sample question, its fact and their cosine."""

    question: str
    asked: str
    sample: str
    fact: str
    cosine: float


def close_samples(knowledge: Knowledge, above: float, encode: Encode) -> list[Pair]:
    """The sample questions with a nearer neighbor at another fact than `above` allows, closest first."""
    samples, vectors = _samples(knowledge, encode)
    found = []
    for start in range(0, len(samples), _ROWS):
        cosines = vectors[start : start + _ROWS] @ vectors[start:].T
        for row, column in zip(*np.nonzero(cosines >= above), strict=True):
            (asked, question), (fact, sample) = samples[start + row], samples[start + column]
            if row < column and asked != fact:
                found.append(Pair(question, asked, sample, fact, float(cosines[row, column])))
    return sorted(found, key=lambda pair: -pair.cosine)


def nearest_samples(knowledge: Knowledge, questions: Sequence[str], encode: Encode) -> list[Pair]:
    """Each question with the sample question that is nearest to it."""
    if not questions:
        return []
    samples, vectors = _samples(knowledge, encode)
    cosines = _unit(encode(questions)) @ vectors.T
    nearest = cosines.argmax(axis=1)
    return [
        Pair(question, "", samples[best][1], samples[best][0], float(row[best]))
        for question, row, best in zip(questions, cosines, nearest, strict=True)
    ]


def _samples(knowledge: Knowledge, encode: Encode) -> tuple[list[tuple[str, str]], np.ndarray]:
    samples = [(fact.id, question) for fact in knowledge.facts for question in fact.questions]
    return samples, _unit(encode([question for _, question in samples]))


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
