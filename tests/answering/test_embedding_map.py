"""The linear map that draws questions to their facts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from medpath.answering.search.embedding_map import MapTraining, train_map, unit

QUICK = MapTraining(steps=150, batch=64, rate=1e-2)


@pytest.fixture(scope="module")
def toys() -> tuple[np.ndarray, ...]:
    """Pairs that agree in the first four of sixteen numbers, two pairs a fact, the rest being noise."""
    random = np.random.default_rng(3)
    facts = np.repeat(np.arange(24), 2)
    core = random.normal(size=(24, 4))[facts]
    anchors, positives = (np.hstack([core, random.normal(size=(48, 12))]) for _ in range(2))
    vectors = unit(np.concatenate([anchors, positives])).astype(np.float32)
    return vectors, np.arange(48), np.arange(48, 96), facts


def _found(
    vectors: np.ndarray, anchors: np.ndarray, positives: np.ndarray, facts: np.ndarray, mapping: np.ndarray
) -> float:
    """The share of anchors whose nearest positive belongs to their own fact."""
    mapped = unit(vectors @ mapping)
    nearest = (mapped[anchors] @ mapped[positives].T).argmax(axis=1)
    return float((facts[nearest] == facts).mean())


def test_without_steps_the_map_changes_nothing(toys: tuple[np.ndarray, ...]) -> None:
    """The training starts from the identity."""
    assert np.array_equal(train_map(*toys, MapTraining(steps=0)), np.eye(16, dtype=np.float32))


def test_training_draws_pairs_together(toys: tuple[np.ndarray, ...]) -> None:
    """After training most anchors lie nearest to a positive of their own fact, before it few do."""
    before, after = _found(*toys, np.eye(16)), _found(*toys, train_map(*toys, QUICK))
    assert before < 0.5
    assert after > 0.9


def test_training_twice_gives_the_same_map(toys: tuple[np.ndarray, ...]) -> None:
    """The same pairs and seed give the same map, so that an index can be reproduced."""
    assert np.array_equal(train_map(*toys, QUICK), train_map(*toys, QUICK))


def test_pairs_of_one_fact_do_not_repel_each_other(toys: tuple[np.ndarray, ...]) -> None:
    """Where all pairs belong to one fact there is nothing to tell apart, and the map stays the identity."""
    vectors, anchors, positives, facts = toys
    learnt = train_map(vectors, anchors, positives, np.zeros_like(facts), QUICK)
    assert np.array_equal(learnt, np.eye(16, dtype=np.float32))


def test_a_stronger_pull_keeps_the_map_nearer_to_the_identity(toys: tuple[np.ndarray, ...]) -> None:
    """The pull holds the map back from overfitting to few pairs."""
    loose, tight = (train_map(*toys, replace(QUICK, pull=pull)) for pull in (0.0, 10.0))
    assert np.linalg.norm(tight - np.eye(16)) < np.linalg.norm(loose - np.eye(16))


def test_unit_scales_rows_and_leaves_rows_of_zeros() -> None:
    """A row of zeros does not turn into NaN."""
    assert unit(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist() == [[0.6, 0.8], [0.0, 0.0]]
