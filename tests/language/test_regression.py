"""Logistic regression on dense and sparse columns side by side, against scikit-learn's on one matrix."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from medpath.language.regression import fit_regression

ROWS, WIDTH, TERMS = 240, 6, 40


def material(classes: int) -> tuple[np.ndarray, sparse.csr_matrix, np.ndarray]:
    """Vectors and terms that tell the classes apart but for a few rows."""
    chance = np.random.default_rng(3)
    target = chance.integers(classes, size=ROWS)
    dense = chance.normal(size=(ROWS, WIDTH)) + chance.normal(size=(classes, WIDTH))[target]
    terms = sparse.random(ROWS, TERMS, density=0.1, random_state=3, format="csr")
    return dense, terms, np.array([f"kind_{number}" for number in target])


@pytest.mark.parametrize("classes", [2, 3, 7])
def test_it_fits_what_scikit_learn_fits(classes: int) -> None:
    """With steps enough both find the one minimum, and so the same probabilities."""
    dense, terms, labels = material(classes)
    ours = fit_regression(dense, terms, labels, 2.0, 500)
    joined = sparse.hstack([sparse.csr_matrix(dense), terms]).tocsr()
    model = LogisticRegression(C=2.0, max_iter=2000, tol=1e-6, multi_class="multinomial").fit(joined, labels)
    scores = dense @ ours.dense + terms @ ours.sparse + ours.bias
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    assert ours.classes == tuple(model.classes_)
    assert np.allclose(powers / powers.sum(axis=1, keepdims=True), model.predict_proba(joined), atol=0.01)


def test_few_steps_fit_less() -> None:
    """The number of steps is kept to."""
    dense, terms, labels = material(3)
    little, much = (fit_regression(dense, terms, labels, 2.0, steps) for steps in (1, 100))
    assert np.abs(little.dense).sum() < np.abs(much.dense).sum()


def test_one_label_is_refused() -> None:
    """Nothing can be learned from messages of one kind, and the error says so."""
    dense, terms, _ = material(2)
    with pytest.raises(ValueError, match="all 240 labels"):
        fit_regression(dense, terms, np.array(["greet"] * ROWS), 1.0, 10)
