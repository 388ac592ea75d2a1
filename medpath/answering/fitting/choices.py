"""Fits the ranking: the weights by which facts are ordered and the probability that the first one is right.

The material is questions that the search has not seen: a quarter of the sample questions and training
messages, left out of index and classifier for the purpose, and files of people's questions with their right
facts. The order is fitted by the listwise softmax loss (Cao et al. 2007), the probability by logistic
regression.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from medpath.answering.question import Question
from medpath.answering.search.ranking import SIGNS, Ranking, signs_of
from medpath.answering.search.searching import Candidates
from medpath.errors import FittingError, KnowledgeError
from medpath.knowledge.records import Knowledge
from medpath.knowledge.yaml_lines import LineList, read_yaml

LEFT_OUT_PART = 4
STEPS = 800
RATE = 0.03
PENALTY = 1e-3
BATCH = 512


@dataclass(frozen=True)
class Asked:
    """A question with the ids of the facts that answer it rightly or in part; none if it is out of scope."""

    text: str
    gold: frozenset[str]
    partial: frozenset[str]


@dataclass(frozen=True)
class Case:
    """A question after the search: its candidates, and which of them are right (gold) or acceptable."""

    question: Question
    candidates: Candidates
    gold: np.ndarray
    acceptable: np.ndarray
    in_scope: bool
    weight: float = 1.0


def is_left_out(text: str) -> bool:
    """Whether a sample question or message belongs to the fixed quarter that fitting leaves out."""
    return int(hashlib.sha1(text.encode()).hexdigest(), 16) % LEFT_OUT_PART == 0


def read_questions(path: Path) -> list[Asked]:
    """Reads a file of questions: a list with the keys q, verdict, gold and partial.

    Verdicts are answerable, partial, missing, out_of_scope and smalltalk; partial and missing ones are passed
    over. Raises FittingError for anything else.
    """
    try:
        rows = read_yaml(path)
    except KnowledgeError as error:
        raise FittingError(error.faults[0]) from error
    if not isinstance(rows, LineList):
        raise FittingError(f"{path}: holds no list of questions. Each needs q, verdict, gold and partial.")
    asked = []
    for number, row in enumerate(rows):
        if not isinstance(row, dict) or not isinstance(row.get("q"), str) or "verdict" not in row:
            raise FittingError(f"{path}:{rows.item_lines[number]}: needs at least q (text) and verdict.")
        if row["verdict"] in ("answerable", "out_of_scope", "smalltalk"):
            asked.append(Asked(row["q"], frozenset(row.get("gold") or ()), frozenset(row.get("partial") or ())))
    return asked


def present_ids(ids: Iterable[str], knowledge: Knowledge) -> frozenset[str]:
    """The ids that facts have today, for ids that they have or had."""
    return frozenset(fact.id for fact in map(knowledge.fact, ids) if fact is not None)


def make_case(
    asked: Asked, question: Question, candidates: Candidates, fact_ids: Sequence[str], weight: float = 1.0
) -> Case:
    """Joins a question with what the search found for it."""
    found = [fact_ids[number] for number in candidates.facts]
    gold = np.array([fact in asked.gold for fact in found])
    fine = np.array([fact in asked.gold or fact in asked.partial for fact in found])
    return Case(question, candidates, gold, fine, bool(asked.gold), weight)


def fit_weights(cases: Sequence[Case]) -> np.ndarray:
    """Weights of the signals, shape (len(FEATURES),), by which gold facts come first."""
    usable = [case for case in cases if case.gold.any()]
    features = np.stack([case.candidates.features for case in usable]).astype(np.float64)
    gold = np.stack([case.gold for case in usable]).astype(np.float64)
    chance = np.array([case.weight for case in usable])
    center, spread = features.mean(axis=(0, 1)), features.std(axis=(0, 1)) + 1e-6
    features = (features - center) / spread
    random = np.random.default_rng(7)
    weights, mean, square = (np.zeros(features.shape[2]) for _ in range(3))
    for step in range(1, STEPS + 1):
        rows = random.choice(len(features), BATCH, p=chance / chance.sum())
        scores = features[rows] @ weights
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        right = powers * gold[rows]
        slope = powers / powers.sum(axis=1, keepdims=True) - right / right.sum(axis=1, keepdims=True)
        gradient = np.einsum("bk,bkf->f", slope, features[rows]) / BATCH + PENALTY * weights
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
        weights -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return weights / spread


def fit_confidence(cases: Sequence[Case], weights: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights of the signs and the bias of the probability that the first candidate is acceptable."""
    order = Ranking(weights, np.zeros(len(SIGNS)), 0.0, 0.5, 0.5).order
    ordered = [order(case.candidates) for case in cases]
    signs = np.stack([signs_of(c.question, c.candidates, *o) for c, o in zip(cases, ordered, strict=True)])
    right = np.array([case.acceptable[o[0][0]] for case, o in zip(cases, ordered, strict=True)])
    return fit_probability(signs, right, [case.weight for case in cases])


def fit_probability(
    signs: np.ndarray, right: np.ndarray, weights: Sequence[float] | None = None
) -> tuple[np.ndarray, float]:
    """Weights and bias of the logistic function of `signs`, shape (n, k), that tells `right`, shape (n,)."""
    from sklearn.linear_model import LogisticRegression

    center, spread = signs.mean(axis=0), signs.std(axis=0) + 1e-6
    fitted = LogisticRegression(C=1.0, max_iter=500).fit((signs - center) / spread, right, sample_weight=weights)
    found = fitted.coef_[0] / spread
    return found, float(fitted.intercept_[0] - found @ center)


@dataclass(frozen=True)
class Outcome:
    """Shares of questions: `right` and `wrong` of the answerable ones, `declined` of those out of scope."""

    right: float
    wrong: float
    declined: float
    first: float

    def __str__(self) -> str:
        return (
            f"right first {self.right:.1%} (in the order of the search {self.first:.1%}), wrong {self.wrong:.1%}, "
            f"out of scope handled {self.declined:.1%}"
        )


def keep_unseen(fitted: Ranking, current: Ranking, cases: Sequence[Case]) -> Ranking:
    """The fitted ranking with the current weights of signals that no case shows, such as the conversation's context."""
    seen = np.any([case.candidates.features.any(axis=0) for case in cases], axis=0)
    weights = np.where(seen, fitted.weights, current.weights)
    return replace(fitted, weights=weights, outside=current.outside, hedge=current.hedge)


def judge(cases: Sequence[Case], ranking: Ranking, confidences: np.ndarray | None = None) -> Outcome:
    """What a ranking makes of cases; out of scope counts as handled when nothing is answered."""
    sure = (
        np.array([ranking.confidence(c.question, c.candidates) for c in cases]) if confidences is None else confidences
    )
    first = np.array([ranking.order(case.candidates)[0][0] for case in cases])
    answered = sure >= ranking.answer
    gold = np.array([case.gold[i] for case, i in zip(cases, first, strict=True)], dtype=bool)
    fine = np.array([case.acceptable[i] for case, i in zip(cases, first, strict=True)], dtype=bool)
    inside = np.array([case.in_scope for case in cases], dtype=bool)
    return Outcome(
        right=_share((answered & gold)[inside]),
        wrong=_share((answered & ~fine)[inside]),
        declined=_share((~answered)[~inside]),
        first=_share(gold[inside]),
    )


def _share(flags: np.ndarray) -> float:
    return float(flags.mean()) if len(flags) else float("nan")


def fit(cases: Sequence[Case], answer: float, offer: float) -> Ranking:
    """The ranking fitted on cases, with given thresholds."""
    weights = fit_weights(cases)
    signs, bias = fit_confidence(cases, weights)
    return Ranking(weights, signs, bias, answer, offer)


def fit_in_folds(left_out: Sequence[Case], asked: Sequence[Case], folds: int = 10) -> list[tuple[list[Case], Ranking]]:
    """Parts of `asked`, each with a ranking that was fitted without it; the thresholds are left to choose."""
    parts = np.random.default_rng(7).permutation(len(asked)) % folds
    fitted = []
    for fold in range(folds):
        seen = [case for case, part in zip(asked, parts, strict=True) if part != fold]
        kept = [case for case, part in zip(asked, parts, strict=True) if part == fold]
        fitted.append((kept, fit([*left_out, *seen], 0.5, 0.0)))
    return fitted


def cross_validated(folds: Iterable[tuple[Sequence[Case], Ranking]], answer: float) -> Outcome:
    """The outcome over folds at a threshold, each question counting once."""
    rows = [(judge(kept, replace(ranking, answer=answer)), kept) for kept, ranking in folds]
    inside = np.array([sum(case.in_scope for case in kept) for _, kept in rows], dtype=float)
    outside = np.array([sum(not case.in_scope for case in kept) for _, kept in rows], dtype=float)
    return Outcome(
        right=_mean([outcome.right for outcome, _ in rows], inside),
        wrong=_mean([outcome.wrong for outcome, _ in rows], inside),
        declined=_mean([outcome.declined for outcome, _ in rows], outside),
        first=_mean([outcome.first for outcome, _ in rows], inside),
    )


def _mean(shares: Sequence[float], sizes: np.ndarray) -> float:
    """The mean of shares over parts of different sizes; parts of size 0 have no share."""
    known = sizes > 0
    return float(np.average(np.array(shares)[known], weights=sizes[known])) if known.any() else float("nan")
