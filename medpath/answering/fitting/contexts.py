"""Fits how the readings of a message in its conversation are weighed, on conversations with known answers.

The order of the facts is fitted by the listwise softmax loss (Cao et al. 2007) with a quadratic penalty, the
probability that the first one is meant by logistic regression. What a turn finds is judged with the right answers
before it, so that one wrong turn does not spoil those after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from medpath.answering.conversation.adviser import Adviser
from medpath.answering.conversation.memory import Memory
from medpath.answering.conversation.weighing import SIGNALS, SIGNS, ContextRanking, Turn, Weighed, signs_of
from medpath.answering.fitting.choices import fit_probability
from medpath.answering.question import Question
from medpath.errors import FittingError, KnowledgeError
from medpath.knowledge.records import Knowledge
from medpath.knowledge.yaml_lines import LineList, read_yaml

Ask = Callable[[str], Question]
PENALTY = 2.0
FOLDS = 8


@dataclass(frozen=True)
class Case:
    """A message that others came before, with the facts for it, and which of them are right; none if it is no question.

    `group` names the conversation, which stays in one part when the fit is tried on what it has not seen.
    """

    group: str
    turn: Turn
    weighed: Weighed
    right: np.ndarray
    asked: bool


def read_conversations(path: Path) -> list[dict[str, Any]]:
    """The conversations of a file: {name, turns}, each turn with `say`; raises FittingError for anything else."""
    try:
        content = read_yaml(path)
    except KnowledgeError as error:
        raise FittingError(error.faults[0]) from error
    if not isinstance(content, LineList):
        raise FittingError(f"{path}: holds no list of conversations. Each needs name and turns.")
    for number, one in enumerate(content):
        turns = one.get("turns") if isinstance(one, dict) else None
        if not isinstance(turns, list) or not all(isinstance(t, dict) and isinstance(t.get("say"), str) for t in turns):
            raise FittingError(f"{path}:{content.item_lines[number]}: needs name and turns, and each turn needs say.")
    return list(content)


def cases_of(conversation: Mapping[str, Any], adviser: Adviser, knowledge: Knowledge, ask: Ask) -> Iterator[Case]:
    """The turns of a conversation that hang on others and whose right facts are known."""
    memory = Memory()
    for turn in conversation["turns"]:
        question = ask(turn["say"])
        right = [fact.id for name in turn.get("facts", ()) if (fact := knowledge.fact(name))]
        if not right:
            memory = adviser.reply(question, memory)[1] if "all" in turn or "topics" in turn else memory
            continue
        found = adviser.turn(question, memory)
        if not found.alone:
            weighed = adviser.weighing.weigh(found)
            yield Case(str(conversation["name"]), found, weighed, _right(weighed, right, knowledge), True)
        memory = adviser.remember(found, _likeliest(found, right))


def outside_cases(texts: Sequence[str], cases: Sequence[Case], adviser: Adviser, ask: Ask) -> Iterator[Case]:
    """Messages that no fact answers, each said in the middle of one of the conversations."""
    random = np.random.default_rng(7)
    for text in texts:
        group = cases[int(random.integers(len(cases)))]
        found = adviser.turn(ask(text), group.turn.memory)
        if not found.alone:
            weighed = adviser.weighing.weigh(found)
            yield Case(group.group, found, weighed, np.zeros(len(weighed.numbers), dtype=bool), False)


def _likeliest(turn: Turn, right: Sequence[str]) -> str:
    """Of the right facts the one that the search finds likeliest."""
    likely = dict.fromkeys(right, 0.0)
    for reading in turn.readings.values():
        for fact, share in zip(reading.facts, reading.shares, strict=True):
            if fact.id in likely:
                likely[fact.id] = max(likely[fact.id], reading.sure * float(share))
    return max(likely, key=lambda fact: likely[fact])


def _right(weighed: Weighed, right: Sequence[str], knowledge: Knowledge) -> np.ndarray:
    return np.array([knowledge.facts[number].id in right for number in weighed.numbers])


def fit(cases: Sequence[Case]) -> ContextRanking:
    """The weights by which right facts come first, and those of the probability that the first one is right.

    The probability is fitted on parts that the weights have not seen.
    """
    pairs = [(case, ranking) for part, ranking in in_folds(cases) for case in part]
    orders = [ranking.order(case.weighed) for case, ranking in pairs]
    right = np.array([case.right[order[0]] for (case, _), (order, _) in zip(pairs, orders, strict=True)])
    signs = np.stack([signs_of(c.turn, c.weighed, *order) for (c, _), order in zip(pairs, orders, strict=True)])
    return ContextRanking(fit_weights(cases), *fit_probability(signs, right))


def fit_weights(cases: Sequence[Case]) -> np.ndarray:
    """Weights of the signals, shape (len(SIGNALS),), by which right facts come first."""
    from scipy.optimize import minimize

    usable = [case for case in cases if case.right.any()]
    signals = np.concatenate([case.weighed.signals for case in usable])
    right = np.concatenate([case.right for case in usable]).astype(float)
    sizes = np.array([len(case.right) for case in usable])
    starts, spread = np.cumsum(sizes) - sizes, signals.std(axis=0) + 1e-6
    signals = signals / spread

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = signals @ weights
        powers = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
        total, good = np.add.reduceat(powers, starts), np.add.reduceat(powers * right, starts)
        slope = powers / np.repeat(total, sizes) - powers * right / np.repeat(good, sizes)
        value = float((np.log(total) - np.log(good)).sum() + PENALTY * weights @ weights)
        return value, signals.T @ slope + 2 * PENALTY * weights

    return np.asarray(minimize(loss, np.zeros(len(SIGNALS)), jac=True, method="L-BFGS-B").x) / spread


def in_folds(cases: Sequence[Case]) -> Iterator[tuple[list[Case], ContextRanking]]:
    """Parts of whole conversations, each with a ranking whose weights were fitted without it."""
    groups = sorted({case.group for case in cases})
    parts = dict(zip(groups, np.random.default_rng(7).permutation(len(groups)) % FOLDS, strict=True))
    for fold in range(FOLDS):
        kept = [case for case in cases if parts[case.group] == fold]
        if kept:
            weights = fit_weights([case for case in cases if parts[case.group] != fold])
            yield kept, ContextRanking(weights, np.zeros(len(SIGNS)), 0.0)


@dataclass(frozen=True)
class Outcome:
    """Numbers of follow-ups: all of them, those with the right fact first, and what comes of a threshold."""

    asked: int
    first: int
    right: int
    wrong: int
    outside: int
    declined: int

    def __str__(self) -> str:
        return (
            f"right fact first {self.first} of {self.asked}, answered right {self.right}, wrong {self.wrong}; "
            f"of {self.outside} messages that no fact answers {self.declined} not answered"
        )


def judge(cases: Sequence[Case], fitted: ContextRanking, answer: float) -> Outcome:
    """What comes of conversations at a threshold, the weights by cross-validation over conversations."""
    rows = []
    for part, ranking in in_folds(cases):
        tried = ContextRanking(ranking.weights, fitted.signs, fitted.bias)
        for case in part:
            sure = tried.confidence(case.turn, case.weighed) >= answer
            rows.append((case.asked, bool(case.right[tried.order(case.weighed)[0][0]]), sure))
    inside = [(right, sure) for asked, right, sure in rows if asked]
    outside = [sure for asked, _, sure in rows if not asked]
    return Outcome(
        asked=len(inside),
        first=sum(right for right, _ in inside),
        right=sum(right and sure for right, sure in inside),
        wrong=sum(sure and not right for right, sure in inside),
        outside=len(outside),
        declined=sum(not sure for sure in outside),
    )
