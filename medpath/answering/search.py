"""Search over all facts: the signals by which a question and a fact are compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from medpath.answering.index import Corpus, Encode, SearchIndex
from medpath.answering.question import Question
from medpath.language.topics import Mention, TopicMatcher

CANDIDATES = 50
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
        self._topic_ids = topics
        self._topic = np.array([numbers[topic.id] for topic in corpus.topics])
        self._narrow = np.array([topic.kind in NARROW_KINDS for topic in corpus.topics])
        self._aspect = np.array([fact.aspect for fact in corpus.facts])
        self._audience = [fact.audience for fact in corpus.facts]

    def candidates(self, question: Question) -> Candidates:
        """The likeliest facts, best first by a rough mix."""
        known = question.vector
        raw = self._encode([self._matcher.mend(question.text)])[0] if known is None else known
        mapped = raw @ self._index.map
        mapped /= max(float(np.linalg.norm(mapped)), 1e-12)
        words = [word.norm for word in self._matcher.words(question.text)]
        mentions = tuple(self._matcher.mentions(question.text))
        asked = self._index.questions @ mapped
        best = np.maximum.reduceat(asked, self._index.starts[:-1])
        texts = self._index.texts @ mapped
        overlap = self._index.lexical.scores(words)
        rough = 0.7 * best + 0.3 * texts + 0.25 * overlap
        facts = np.argsort(-rough)[:CANDIDATES]
        columns = [
            *self._question_columns(asked, best, facts),
            texts[facts],
            overlap[facts],
            *self._topic_columns(question, mentions, facts),
            *self._aspect_columns(question, facts),
            *self._neighbour_columns(best, facts),
            best[facts] - best[facts].max(),
            texts[facts] - texts[facts].max(),
            overlap[facts] - overlap[facts].max(),
            self._audience_column(question.audience | self._matcher.audiences(words), facts),
        ]
        return Candidates(facts, np.stack(columns, axis=1).astype(np.float32), mentions)

    def _question_columns(self, asked: np.ndarray, best: np.ndarray, facts: np.ndarray) -> list[np.ndarray]:
        first = self._index.starts[facts]
        numbers = self._index.starts[facts + 1] - first
        column = np.arange(numbers.max())
        there = column < numbers[:, None]
        similar = np.where(there, asked[np.minimum(first[:, None] + column, len(asked) - 1)], -np.inf)
        highest = -np.sort(-similar, axis=1)[:, :HIGHEST]
        top = np.where(np.isfinite(highest), highest, 0).sum(axis=1) / np.minimum(numbers, HIGHEST)
        mean = np.where(there, similar, 0).sum(axis=1) / numbers
        return [best[facts], top, mean]

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
        topics = self._topic[facts]
        level = {topic: np.sort(best[facts[topics == topic]])[-3:].mean() for topic in np.unique(topics)}
        values = np.array([level[topic] for topic in topics])
        return [values, values - values.max()]

    def _audience_column(self, told: frozenset[str], facts: np.ndarray) -> np.ndarray:
        """1 where a fact holds only for people that the person is not known to belong to."""
        chosen = [self._audience[fact] for fact in facts]
        return np.array([bool(who) and who not in told for who in chosen], dtype=np.float32)
