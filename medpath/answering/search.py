"""Search over all facts: the signals by which a question and a fact are compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from medpath.answering.index import Corpus, Encode, SearchIndex
from medpath.answering.question import Question
from medpath.language.topics import Mention, TopicMatcher

CANDIDATES = 50
# The leading columns of the vectors choose the facts that are looked at closely: 1 instead of 2.5 ms.
LEADING = 128
SHORTLIST = 200
FEATURES = (
    "question_best",
    "question_top3",
    "question_mean",
    "text",
    "words",
    "named",
    "other_named",
    "narrow_unnamed",
    "context",
    "aspect",
    "aspect_gap",
    "topic",
    "topic_gap",
    "question_gap",
    "text_gap",
    "words_gap",
    "audience_other",
)
NARROW_KINDS = frozenset({"state", "specialty", "fellowship", "organisation"})
UNLIKELY = 1e-3
SHARED_NAME = 0.7
HIGHEST = 3


@dataclass(frozen=True)
class Candidates:
    """The facts that may answer a question, as numbers into the corpus, with their signals.

    `features` has shape (candidates, len(FEATURES)). `mentions` are the topics that the question names.
    """

    facts: np.ndarray
    features: np.ndarray
    mentions: tuple[Mention, ...]


class Search:
    """Finds the candidates for a question."""

    def __init__(self, corpus: Corpus, index: SearchIndex, matcher: TopicMatcher, encode: Encode) -> None:
        self._index, self._matcher, self._encode = index, matcher, encode
        topics = sorted({topic.id for topic in corpus.topics})
        numbers = {topic: i for i, topic in enumerate(topics)}
        self._leading = np.ascontiguousarray(index.questions[:, :LEADING])
        self._topic_ids = topics
        self._topic = np.array([numbers[topic.id] for topic in corpus.topics])
        self._narrow = np.array([topic.kind in NARROW_KINDS for topic in corpus.topics])
        self._aspect = np.array([fact.aspect for fact in corpus.facts])
        self._number = {fact.id: number for number, fact in enumerate(corpus.facts)}
        self._audience = [fact.audience for fact in corpus.facts]

    def candidates(self, question: Question) -> Candidates:
        """The likeliest facts, best first by a rough mix."""
        known = question.vector
        raw = self._encode([self._matcher.mend(question.text)])[0] if known is None else known
        mapped = raw @ self._index.map
        mapped /= max(float(np.linalg.norm(mapped)), 1e-12)
        words = [word.norm for word in self._matcher.words(question.text)]
        mentions = tuple(self._matcher.mentions(question.text))
        texts = self._index.texts @ mapped
        overlap = self._index.lexical.scores(words)
        rest = 0.3 * texts + 0.25 * overlap
        roughly = np.maximum.reduceat(self._leading @ mapped[:LEADING], self._index.starts[:-1])
        rough = 0.7 * roughly + rest
        rough[[self._number[fact] for fact in question.shown if fact in self._number]] = -np.inf
        facts = _highest(rough, SHORTLIST)
        best, top, mean = self._question_columns(mapped, facts)
        chosen = _highest(0.7 * best + rest[facts], CANDIDATES)
        facts, best, top, mean = facts[chosen], best[chosen], top[chosen], mean[chosen]
        columns = [
            best,
            top,
            mean,
            texts[facts],
            overlap[facts],
            *self._topic_columns(question, mentions, facts),
            *self._aspect_columns(question, facts),
            *self._neighbour_columns(best, facts),
            best - best.max(),
            texts[facts] - texts[facts].max(),
            overlap[facts] - overlap[facts].max(),
            self._audience_column(question.audience | self._matcher.audiences(words), facts),
        ]
        return Candidates(facts, np.stack(columns, axis=1).astype(np.float32), mentions)

    def _question_columns(self, mapped: np.ndarray, facts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """How near the nearest, the three nearest and all sample questions of each fact are."""
        first, numbers = self._index.starts[facts], self._index.starts[facts + 1] - self._index.starts[facts]
        rows = np.repeat(first - np.cumsum(numbers) + numbers, numbers) + np.arange(numbers.sum())
        there = np.arange(numbers.max()) < numbers[:, None]
        near = np.full(there.shape, -np.inf, dtype=np.float32)
        near[there] = self._index.questions[rows] @ mapped
        highest = -np.sort(-near, axis=1)[:, :HIGHEST]
        top = np.where(np.isfinite(highest), highest, 0).sum(axis=1) / np.minimum(numbers, HIGHEST)
        return highest[:, 0], top, np.where(there, near, 0).sum(axis=1) / numbers

    def _topic_columns(self, question: Question, mentions: Sequence[Mention], facts: np.ndarray) -> list[np.ndarray]:
        named = self._named(mentions)
        strength = np.array([named.get(self._topic_ids[self._topic[fact]], 0.0) for fact in facts])
        other = max(named.values(), default=0.0) - strength
        unnamed = (self._narrow[facts] & (strength == 0)).astype(np.float32)
        remembered = [] if named else question.context
        context = np.array([self._topic_ids[self._topic[fact]] in remembered for fact in facts], dtype=np.float32)
        return [strength, other, unnamed * (1 - context), context]

    def _named(self, mentions: Sequence[Mention]) -> dict[str, float]:
        named: dict[str, float] = {}
        for mention in mentions:
            share = SHARED_NAME if len(mention.topics) > 1 else 1.0
            for topic in mention.topics:
                trust = self._index.trust.get((mention.name, topic), 0.5)
                named[topic] = max(named.get(topic, 0.0), share * trust)
        return named

    def _aspect_columns(self, question: Question, facts: np.ndarray) -> list[np.ndarray]:
        aspects = question.aspects()
        likely = np.log(np.array([aspects.get(self._aspect[fact], 0.0) for fact in facts]) + UNLIKELY)
        return [likely, likely - np.log(max(aspects.values(), default=0.0) + UNLIKELY)]

    def _neighbour_columns(self, best: np.ndarray, facts: np.ndarray) -> list[np.ndarray]:
        """How well the three best candidates of a fact's topic fit."""
        _, topics = np.unique(self._topic[facts], return_inverse=True)
        order = np.lexsort((-best, topics))
        place = np.arange(len(order)) - np.searchsorted(topics[order], topics[order])
        leading = order[place < HIGHEST]
        total = np.bincount(topics[leading], weights=best[leading])
        values = (total / np.bincount(topics[leading]))[topics]
        return [values, values - values.max()]

    def _audience_column(self, told: frozenset[str], facts: np.ndarray) -> np.ndarray:
        """1 where a fact holds only for people that the person is not known to belong to."""
        chosen = [self._audience[fact] for fact in facts]
        return np.array([bool(who) and who not in told for who in chosen], dtype=np.float32)


def _highest(scores: np.ndarray, number: int) -> np.ndarray:
    """The places of the highest scores, highest first."""
    best = np.argpartition(-scores, number)[:number] if len(scores) > number else np.arange(len(scores))
    return best[np.argsort(-scores[best])]
