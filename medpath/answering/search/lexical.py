"""Word overlap between questions and facts: Okapi BM25 over single words and pairs of words."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse

SATURATION = 1.2
LENGTH_WEIGHT = 0.6
OFFSET = 3.0


@dataclass(frozen=True)
class LexicalIndex:
    """BM25 (Robertson and Zaragoza 2009) weights of terms in facts.

    `weights` is a sparse float32 array of shape (terms, facts); `rarity` holds the inverse document frequency
    of each term.
    """

    terms: dict[str, int]
    rarity: np.ndarray
    weights: sparse.csr_matrix

    def scores(self, words: Sequence[str]) -> np.ndarray:
        """Float32 of shape (facts,): BM25 relative to what the whole question could reach, about 0 to 1."""
        known = sorted({self.terms[term] for term in terms_of(words) if term in self.terms})
        if not known:
            return np.zeros(self.weights.shape[1], dtype=np.float32)
        total = np.zeros(self.weights.shape[1], dtype=np.float32)
        for term in known:
            row = slice(self.weights.indptr[term], self.weights.indptr[term + 1])
            total[self.weights.indices[row]] += self.weights.data[row]
        return total / (float(self.rarity[known].sum()) + OFFSET)

    def save(self, folder: Path) -> None:
        """Writes the index under `folder`."""
        sparse.save_npz(folder / "lexical.npz", self.weights, compressed=False)
        np.save(folder / "rarity.npy", self.rarity)
        (folder / "terms.txt").write_text("\n".join(self.terms), encoding="utf-8")


def load_lexical(folder: Path) -> LexicalIndex:
    """Reads what LexicalIndex.save wrote."""
    terms = (folder / "terms.txt").read_text(encoding="utf-8").split("\n")
    weights = sparse.load_npz(folder / "lexical.npz")
    return LexicalIndex({term: i for i, term in enumerate(terms)}, np.load(folder / "rarity.npy"), weights)


def terms_of(words: Sequence[str]) -> list[str]:
    """Words and pairs of neighbouring words."""
    return [*words, *(f"{left} {right}" for left, right in itertools.pairwise(words))]


def build_lexical(documents: Sequence[Sequence[str]]) -> LexicalIndex:
    """Builds the index from the words of each fact; terms that only one fact has are kept if single words."""
    counts = [Counter(terms_of(words)) for words in documents]
    spread = Counter(term for count in counts for term in count)
    terms = {term: i for i, term in enumerate(sorted(t for t, n in spread.items() if n > 1 or " " not in t))}
    lengths = np.array([sum(count.values()) for count in counts], dtype=np.float32)
    rows, columns, values = [], [], []
    for fact, count in enumerate(counts):
        for term, number in count.items():
            if term in terms:
                rows.append(terms[term])
                columns.append(fact)
                values.append(number)
    amounts = np.array(values, dtype=np.float32)
    damping = SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * lengths[columns] / lengths.mean())
    rarity = _rarity(np.array([spread[term] for term in terms], dtype=np.float32), len(documents))
    data = rarity[rows] * amounts * (SATURATION + 1) / (amounts + damping)
    weights = sparse.csr_matrix((data, (rows, columns)), shape=(len(terms), len(documents)), dtype=np.float32)
    return LexicalIndex(terms, rarity, weights)


def _rarity(spread: np.ndarray, documents: int) -> np.ndarray:
    return np.log(1 + (documents - spread + 0.5) / (spread + 0.5)).astype(np.float32)
