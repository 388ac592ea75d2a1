"""Multinomial logistic regression on rows that are half dense and half sparse.

scikit-learn's takes one matrix. Its sparse form of ours holds the 384 numbers of each sentence vector one by one, which
makes a training on 32,000 messages more than twice as long as two products do, one dense and one sparse.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize, sparse


@dataclass(frozen=True)
class Layer:
    """A linear classifier: `dense` of shape (width, classes), `sparse` (terms, classes), `bias` (classes,)."""

    classes: tuple[str, ...]
    dense: np.ndarray
    sparse: np.ndarray
    bias: np.ndarray

    def scores(self, vector: np.ndarray, columns: np.ndarray, values: np.ndarray) -> np.ndarray:
        """The decision value of each class for one message."""
        return vector @ self.dense + values @ self.sparse[columns] + self.bias


def fit_regression(
    dense: np.ndarray, terms: sparse.csr_matrix, labels: np.ndarray, inverse_penalty: float, iterations: int
) -> Layer:
    """Fits `labels` of shape (rows,) to `dense` of shape (rows, width) and `terms` of shape (rows, terms).

    Minimizes inverse_penalty * (sum of log losses) + half the squared weights, without the bias, by L-BFGS; what it
    has after `iterations` steps counts. At least two different labels are needed (ValueError).
    """
    classes, target = np.unique(labels, return_inverse=True)
    if len(classes) < 2:
        raise ValueError(f"Nothing to tell apart: all {len(labels)} labels are {classes}.")
    rows, width = dense.shape
    solid, loose = dense.astype(np.float32), terms.astype(np.float32)
    loose_columns = loose.T.tocsr()
    shape = (width + loose.shape[1] + 1, len(classes))
    row_numbers = np.arange(rows)

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(shape)
        single = weights.astype(np.float32)
        scores = solid @ single[:width] + loose @ single[width:-1] + single[-1]
        scores -= scores.max(axis=1, keepdims=True)
        powers = np.exp(scores)
        sums = powers.sum(axis=1, keepdims=True)
        lost = float((np.log(sums[:, 0]) - scores[row_numbers, target]).sum(dtype=np.float64))
        powers /= sums
        powers[row_numbers, target] -= 1
        slope = np.vstack([solid.T @ powers, loose_columns @ powers, powers.sum(axis=0, keepdims=True)])
        slope = inverse_penalty * slope.astype(np.float64)
        slope[:-1] += weights[:-1]
        return inverse_penalty * lost + 0.5 * float((weights[:-1] ** 2).sum()), slope.ravel()

    found = optimize.minimize(
        loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": iterations}
    )
    weights = found.x.reshape(shape).astype(np.float32)
    return Layer(tuple(str(name) for name in classes), weights[:width], weights[width:-1], weights[-1])
