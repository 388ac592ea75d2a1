"""Notices whether any part of a message says that somebody may harm himself or be in danger.

A linear classifier on the vector of the door encoder and on words and letters, as medpath.language.intents has them,
looks at windows over the whole message and at each sentence; the likeliest window and the likeliest sentence decide,
less so the more there are, in other languages than English a sentence alone.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from medpath.language.intents import TermWeights, fit_terms, joined_row, letter_terms, term_matrix, word_terms
from medpath.language.regression import Layer
from medpath.language.segments import marked_sentences, sentences, windows
from medpath.language.tongues import ENGLISH, language_of

Encode = Callable[[Sequence[str]], np.ndarray]

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_REPEATED = re.compile(r"(.)\1{2,}")
# Shorter sentences, in letters, say nothing apart from the others, and shorter remainders ask nothing.
LEAST_SAID = 9
MOST_CUTS = 40
# In all sentences of a message together: the help lines wait for what is looked at.
MOST_CUTS_IN_ALL = 160
# More sentences than prose has in 3,000 letters are encoded together, in half the time. Up to here each is judged
# as if it stood alone: the 8-bit encoder scales its numbers by the largest of what it is given.
MOST_ALONE = 40
# A sentence out of its context may sound worse than it is: the windows count more.
WINDOW_SHARE = 0.7
# From this score on, that of the plainest words, a sentence counts whatever stands around it: fitted on the kept halves
# of benchmarks/doors, where 5 gave help lines for nothing to 52 messages, 12 to 37, and the same 204 of 244 were found.
SURE_SENTENCE = 12.0


@dataclass(frozen=True)
class DangerTraining:
    """Settings of the training; `scale` stretches the unit vectors, `term_weight` what words and letters say."""

    scale: float = 4.0
    vector_penalty: float = 0.3
    term_penalty: float = 5.0
    term_weight: float = 1.5
    iterations: int = 300


@dataclass(frozen=True)
class DangerModel:
    """Scores how much a text speaks of danger, as the logarithm of the odds."""

    words: TermWeights
    letters: TermWeights
    layer: Layer

    def scores(self, texts: Sequence[str], vectors: np.ndarray) -> np.ndarray:
        """Float array of shape (len(texts),) for texts and their door vectors of shape (len(texts), width)."""
        return np.array([self._one(plain(text), vector) for text, vector in zip(texts, vectors, strict=True)])

    def _one(self, text: str, vector: np.ndarray) -> float:
        scores = self.layer.scores(vector, *joined_row(text, self.words, self.letters))
        return float(scores[1] - scores[0])

    def save(self, folder: Path) -> None:
        """Writes the model under `folder`."""
        arrays = {"dense": self.layer.dense, "sparse": self.layer.sparse, "bias": self.layer.bias}
        half = {key: value.astype(np.float16) for key, value in arrays.items()}
        np.savez(folder / "danger.npz", words=self.words.rarity, letters=self.letters.rarity, **half)
        names = {"words": list(self.words.terms), "letters": list(self.letters.terms)}
        (folder / "danger.json").write_text(json.dumps(names), encoding="utf-8")


def load_danger(folder: Path) -> DangerModel:
    """Reads what DangerModel.save wrote."""
    names = json.loads((folder / "danger.json").read_text(encoding="utf-8"))
    with np.load(folder / "danger.npz") as arrays:
        words, letters = (
            TermWeights({term: i for i, term in enumerate(names[name])}, arrays[name]) for name in ("words", "letters")
        )
        parts = (arrays[name].astype(np.float32) for name in ("dense", "sparse", "bias"))
        return DangerModel(words, letters, Layer(("safe", "danger"), *parts))


def plain(text: str) -> str:
    """The words in small letters, without apostrophes and without letters that were leaned on ("sooooo")."""
    normal = _REPEATED.sub(r"\1\1", unicodedata.normalize("NFKC", text).lower())
    return " ".join(word.replace("'", "").replace("’", "") for word in _WORD.findall(normal))


def train_danger(
    danger: Sequence[str], safe: Sequence[str], encode: Encode, training: DangerTraining | None = None
) -> DangerModel:
    """Trains on statements of danger against other messages, of longer ones also on their windows.

    Their sentences are left out: taught as harmless ones they hide danger in a few words (10 of 191 messages that cross
    from one subject or language to another).

    Vectors and terms are fitted apart and added up: fitted together the terms, which alone carry the languages that the
    encoder does not know, would count for nothing.
    """
    from sklearn.linear_model import LogisticRegression

    how = training or DangerTraining()
    harmless = dict.fromkeys(part for text in safe for part in (text, *_looked_at(text)[0]))
    texts = [*danger, *harmless]
    vectors, words_of = encode(texts), [plain(text) for text in texts]
    words, letters = fit_terms(words_of, word_terms, 2), fit_terms(words_of, letter_terms, 4)
    terms = sparse.hstack([term_matrix(words_of, words, word_terms), term_matrix(words_of, letters, letter_terms)])
    target = np.arange(len(texts)) < len(danger)

    def fitted(rows: Any, penalty: float) -> tuple[np.ndarray, np.ndarray]:
        model = LogisticRegression(C=penalty, max_iter=how.iterations, tol=1e-3).fit(rows, target)
        return np.vstack([-model.coef_, model.coef_]).T / 2, np.concatenate([-model.intercept_, model.intercept_]) / 2

    by_vector, vector_bias = fitted(vectors * how.scale, how.vector_penalty)
    by_term, term_bias = fitted(terms.tocsr(), how.term_penalty)
    bias = vector_bias + how.term_weight * term_bias
    layer = Layer(("safe", "danger"), by_vector * how.scale, how.term_weight * by_term, bias)
    return DangerModel(words, letters, layer)


class DangerWatch:
    """Looks at a whole message."""

    def __init__(self, model: DangerModel, encode: Encode, threshold: float) -> None:
        """`threshold` is the probability from which a text counts as one of danger."""
        self.encode, self.threshold = encode, threshold
        self._model = model

    def look(self, text: str) -> float:
        """The probability that a text speaks of danger in any part."""
        return self._looks([text])[0]

    def rest(self, text: str, asks: Callable[[str], bool]) -> str:
        """What a message that speaks of danger says besides: its harmless sentences, or nothing.

        Of a sentence that holds both, the harmless side stays only if it asks: other scraps say nothing.
        """
        parts = marked_sentences(text)
        kept, cuts_left = [], MOST_CUTS_IN_ALL
        for part, danger in zip(parts, self._looks_apart(parts), strict=True):
            if danger < self.threshold / 2:
                kept.append(part)
                continue
            cuts = _cuts(part)
            if len(cuts) <= cuts_left:
                cuts_left -= len(cuts)
                side = self._harmless_side(part, cuts)
                kept.append(side if asks(side) else "")
        return " ".join(part for part in kept if part)

    def _looks_apart(self, parts: Sequence[str]) -> list[float]:
        return [self.look(part) for part in parts] if len(parts) <= MOST_ALONE else self._looks(parts)

    def _looks(self, texts: Sequence[str]) -> list[float]:
        """The probability of each text; all of them are encoded together."""
        parted = [_looked_at(text) for text in texts]
        distinct = list(dict.fromkeys(one for wide, narrow in parted for one in (*wide, *narrow)))
        scores = dict(zip(distinct, self._scores(distinct), strict=True))
        rows = (([scores[one] for one in wide], [scores[one] for one in narrow]) for wide, narrow in parted)
        return [_likely(text, *row) for text, row in zip(texts, rows, strict=True)]

    def _harmless_side(self, sentence: str, cuts: Sequence[int]) -> str:
        """What stands before or after the danger in a sentence without marks; nothing if no cut parts them."""
        if not cuts:
            return ""
        sides = [*(sentence[:cut].strip(" ,") for cut in cuts), *(sentence[cut:].strip(" ,") for cut in cuts)]
        scores = self._scores(sides)
        others = np.roll(scores, len(cuts))  # what stands on the other side of the same cut
        worth = np.where([len(side) >= LEAST_SAID for side in sides], others - scores, -np.inf)
        best = int(worth.argmax())
        return sides[best] if _logistic(float(scores[best])) < self.threshold / 2 else ""

    def _scores(self, texts: Sequence[str]) -> np.ndarray:
        return self._model.scores(texts, self.encode(texts))


def _cuts(sentence: str) -> list[int]:
    """The beginnings of all words but the first; none of an endless sentence: each cut costs two encodings."""
    cuts = [match.start() for match in _WORD.finditer(sentence)][1:]
    return cuts if len(cuts) <= MOST_CUTS else []


def _looked_at(text: str) -> tuple[list[str], list[str]]:
    """The windows and the sentences of a text that are looked at."""
    wide, narrow = ([part.of(text) for part in parts] for parts in (windows(text), sentences(text)))
    # "Khan" or "MD" between two points says nothing by itself.
    return wide, [sentence for sentence in narrow if len(sentence) >= LEAST_SAID or not sentence.isascii()] or wide


def _likely(text: str, wide: Sequence[float], narrow: Sequence[float]) -> float:
    """The probability that the scores of the windows and of the sentences of a text give; 0 if there are none."""
    if not wide:
        return 0.0
    window, sentence = float(max(wide)), float(max(narrow))
    alone = sentence
    if len(wide) > 1:
        # Of many different ones the worst sounds worse than it would alone. Of 359 long messages without danger 37 got
        # the help lines without this, 33 with it, 27 with twice as much, and of 77 with danger in them 77, 76 and 75.
        window, sentence = window - math.log(len(set(wide))) / 2, sentence - math.log(len(set(narrow))) / 2
    score = WINDOW_SHARE * window + (1 - WINDOW_SHARE) * sentence
    # In a language that the encoder does not know a question beside it hides it sooner: there each sentence counts by
    # itself. Of 118 messages in other languages, 48 of them of danger, 48 get the help lines and 2 for nothing.
    if alone > max(score, 0.0) and (alone >= SURE_SENTENCE or language_of(text) != ENGLISH):
        score = alone
    return _logistic(score)


def _logistic(score: float) -> float:
    return float(1 / (1 + np.exp(-score)))
