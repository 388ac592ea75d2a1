"""What kind of message it is, and if it is a question, which aspect it asks for.

Two classifiers in a row: logistic regression on sentence vector, word n-grams and letter n-grams decides
between the conversation acts, the declined kinds and `question`; a second one splits `question` into the
aspects. Taught together, the many sample questions of the knowledge file would drown the few acts.

The aspects are scikit-learn's to train; predicting one message with it costs 14 ms, nearly all of it set-up, so that
the fitted numbers are applied by a few lines of numpy here (0.3 ms).
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy import sparse

from medpath.language.regression import Layer, fit_regression

QUESTION = "question"
ASK = "ask_"
CRISIS = "crisis"
# The same, where something is asked besides: only then the action server is called after the help lines.
CRISIS_AND_QUESTION = "crisis_and_question"
# The doors: kinds that no fact answers. From this probability on a message surely goes through one.
OUT_OF_SCOPE = frozenset({"off_topic", "medical_advice", "legal_case", "immigration_case", "other_countries", CRISIS})
SURE_DOOR = 0.85
# How likely a stretch of a story has to be a question to be what the story asks.
SURELY_ASKS = 0.5


@dataclass(frozen=True)
class IntentTraining:
    """Settings of the training; `scale` stretches the unit vectors against the n-grams."""

    scale: float = 3.0
    inverse_penalty: float = 8.0
    iterations: int = 50
    aspect_penalty: float = 1e-5
    aspect_passes: int = 8
    questions_for_kind: int = 8000
    seed: int = 7


def word_terms(text: str) -> list[str]:
    """Words and pairs of neighbouring words of a text in normal form."""
    words = text.split()
    return [*words, *(f"{left} {right}" for left, right in itertools.pairwise(words))]


def letter_terms(text: str) -> list[str]:
    """Runs of two to four letters within words, the ends of words marked by a space."""
    padded = [f" {word} " for word in text.split()]
    return [word[i : i + size] for word in padded for size in (2, 3, 4) for i in range(len(word) - size + 1)]


@dataclass(frozen=True)
class TermWeights:
    """Tf-idf with sublinear term frequency, rows of length 1, as fitted by scikit-learn."""

    terms: dict[str, int]
    rarity: np.ndarray

    def row(self, found: Iterable[str]) -> tuple[np.ndarray, np.ndarray]:
        """The columns and values of one text's terms."""
        counts = Counter(self.terms[term] for term in found if term in self.terms)
        columns = np.fromiter(counts, dtype=np.int64, count=len(counts))
        amounts = np.fromiter(counts.values(), dtype=np.float64, count=len(counts))
        values = (1 + np.log(amounts)) * self.rarity[columns] if len(counts) else amounts
        length = float(np.linalg.norm(values))
        return columns, values / length if length else values


def joined_row(text: str, words: TermWeights, letters: TermWeights) -> tuple[np.ndarray, np.ndarray]:
    """The columns and values of a text's words and letters, the letters' columns after those of the words."""
    columns, values = words.row(word_terms(text))
    letter_columns, letter_values = letters.row(letter_terms(text))
    return np.concatenate([columns, letter_columns + len(words.terms)]), np.concatenate([values, letter_values])


@dataclass(frozen=True)
class IntentModel:
    """Predicts a probability for every intent of a message."""

    words: TermWeights
    letters: TermWeights
    kind: Layer
    aspect: Layer

    @property
    def intents(self) -> tuple[str, ...]:
        """The intents in the order of the probabilities."""
        return (*(kind for kind in self.kind.classes if kind != QUESTION), *self.aspect.classes)

    def probabilities(self, text: str, vector: np.ndarray, door_vector: np.ndarray | None = None) -> np.ndarray:
        """Float array of shape (len(self.intents),) that adds up to 1, for a text in normal form.

        `door_vector` is the text's vector by the encoder that the kinds were trained with, if that is another one.
        """
        joined = columns, values = joined_row(text, self.words, self.letters)
        of_words = columns < len(self.words.terms)
        own = vector if door_vector is None else door_vector
        kinds = _softmax(self.kind.scores(own, *joined))
        aspects = _one_against_rest(self.aspect.scores(vector, columns[of_words], values[of_words]))
        question = self.kind.classes.index(QUESTION)
        return np.concatenate([np.delete(kinds, question), kinds[question] * aspects])

    def save(self, folder: Path) -> None:
        """Writes the model under `folder`."""
        arrays: dict[str, np.ndarray] = {}
        for name in ("kind", "aspect"):
            layer: Layer = getattr(self, name)
            arrays |= {f"{name}_dense": layer.dense, f"{name}_sparse": layer.sparse, f"{name}_bias": layer.bias}
        half = {key: value.astype(np.float16) for key, value in arrays.items()}
        np.savez(folder / "intents.npz", words=self.words.rarity, letters=self.letters.rarity, **half)
        names = {
            "kind": self.kind.classes,
            "aspect": self.aspect.classes,
            "words": list(self.words.terms),
            "letters": list(self.letters.terms),
        }
        (folder / "intents.json").write_text(json.dumps(names), encoding="utf-8")


def load_intents(folder: Path) -> IntentModel:
    """Reads what IntentModel.save wrote."""
    names = json.loads((folder / "intents.json").read_text(encoding="utf-8"))
    with np.load(folder / "intents.npz") as arrays:
        layers = {
            name: Layer(
                tuple(names[name]),
                *(arrays[f"{name}_{part}"].astype(np.float32) for part in ("dense", "sparse", "bias")),
            )
            for name in ("kind", "aspect")
        }
        weights = {
            name: TermWeights({term: i for i, term in enumerate(names[name])}, arrays[name])
            for name in ("words", "letters")
        }
    return IntentModel(weights["words"], weights["letters"], layers["kind"], layers["aspect"])


def kind_rows(intents: Sequence[str], training: IntentTraining) -> np.ndarray:
    """The numbers of the messages on which the kinds are trained: all but the questions, and a sample of these."""
    asks = np.char.startswith(np.array(intents), ASK)
    chosen = np.random.default_rng(training.seed).permutation(np.flatnonzero(asks))[: training.questions_for_kind]
    return np.sort(np.concatenate([np.flatnonzero(~asks), chosen]))


def question_rows(intents: Sequence[str]) -> np.ndarray:
    """The numbers of the messages on which the aspects are trained: the questions."""
    return np.flatnonzero(np.char.startswith(np.array(intents), ASK))


def train_intents(
    texts: Sequence[str],
    intents: Sequence[str],
    question_vectors: np.ndarray,
    kind_vectors: np.ndarray,
    training: IntentTraining | None = None,
) -> IntentModel:
    """Trains on texts in normal form and their intents.

    `question_vectors`, of shape (questions, width), belong to the rows that question_rows gives, `kind_vectors`, of
    shape (kinds, width), to those of kind_rows; each may be of an encoder of its own.
    """
    from sklearn.linear_model import SGDClassifier

    how = training or IntentTraining()
    names, questions, rows = np.array(intents), question_rows(intents), kind_rows(intents, how)
    words = fit_terms(texts, word_terms, 2)
    letters = fit_terms([texts[i] for i in rows], letter_terms, 5)
    by_words = term_matrix(texts, words, word_terms)
    by_letters = term_matrix([texts[i] for i in rows], letters, letter_terms)
    kinds = np.where(np.char.startswith(names, ASK), QUESTION, names)[rows]
    terms = sparse.hstack([by_words[rows], by_letters]).tocsr()
    kind = fit_regression(kind_vectors * how.scale, terms, kinds, how.inverse_penalty, how.iterations)
    aspect = SGDClassifier(
        loss="log_loss", alpha=how.aspect_penalty, max_iter=how.aspect_passes, tol=None, random_state=how.seed
    ).fit(
        sparse.hstack([sparse.csr_matrix(question_vectors * how.scale), by_words[questions]]).tocsr(), names[questions]
    )
    kind = replace(kind, dense=kind.dense * how.scale)
    return IntentModel(words, letters, kind, _layer_of(aspect, question_vectors.shape[1], how.scale))


def _layer_of(fitted: object, width: int, scale: float) -> Layer:
    """A fitted linear classifier of scikit-learn whose first `width` columns were stretched by `scale`."""
    weights = np.asarray(getattr(fitted, "coef_"), dtype=np.float32).T  # noqa: B009 (either scikit-learn class)
    bias = np.asarray(getattr(fitted, "intercept_"), dtype=np.float32)  # noqa: B009
    classes = tuple(str(name) for name in getattr(fitted, "classes_"))  # noqa: B009
    if len(classes) == 2:  # scikit-learn keeps one column for two classes
        weights, bias = np.hstack([-weights, weights]), np.concatenate([-bias, bias])
    return Layer(classes, weights[:width] * scale, weights[width:], bias)


def fit_terms(texts: Sequence[str], terms_of: Callable[[str], list[str]], least: int) -> TermWeights:
    """The terms that at least `least` texts hold, with their rarity."""
    spread = Counter(term for text in texts for term in set(terms_of(text)))
    kept = sorted(term for term, number in spread.items() if number >= least)
    counts = np.array([spread[term] for term in kept], dtype=np.float64)
    return TermWeights({term: i for i, term in enumerate(kept)}, np.log((1 + len(texts)) / (1 + counts)) + 1)


def term_matrix(texts: Sequence[str], weights: TermWeights, terms_of: Callable[[str], list[str]]) -> sparse.csr_matrix:
    """The tf-idf rows of texts, of shape (texts, terms)."""
    rows = [weights.row(terms_of(text)) for text in texts]
    starts = np.concatenate([[0], np.cumsum([len(columns) for columns, _ in rows])])
    columns = np.concatenate([columns for columns, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return sparse.csr_matrix((values, columns, starts), shape=(len(texts), len(weights.terms)))


def _softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


def _one_against_rest(scores: np.ndarray) -> np.ndarray:
    """Probabilities of separately trained yes-or-no classifiers, brought to a sum of 1."""
    single = 1 / (1 + np.exp(-scores))
    return single / max(float(single.sum()), 1e-12)
