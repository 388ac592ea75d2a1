"""Search over all facts: the signals by which a question and a fact are compared."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from medpath.answering.question import Question
from medpath.answering.search.embedding_map import unit
from medpath.answering.search.index import Corpus, Encode, SearchIndex
from medpath.knowledge.records import Fact
from medpath.language.topics import Mention, TopicMatcher

CANDIDATES = 50
# The leading columns of the vectors choose the facts that are looked at closely: 1 instead of 2.5 ms.
LEADING = 128
SHORTLIST = 80
LATEST = 1000
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
# By how much less a fact about a state may be like a question than a general one, the states' names left out of both.
# Of 236 questions that name a state and have an answer this loses one; 0.1 loses eight.
MARGIN = 0.2


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
        # A question comes back in the message after it.
        self._vector = functools.lru_cache(LATEST)(lambda text: encode([matcher.mend(text)])[0])
        topics = sorted({topic.id for topic in corpus.topics})
        numbers = {topic: i for i, topic in enumerate(topics)}
        self._leading = np.ascontiguousarray(index.questions[:, :LEADING])
        self._topic_ids, self._topic_number = topics, numbers
        self._topic = np.array([numbers[topic.id] for topic in corpus.topics])
        owners = np.repeat(self._topic, np.diff(index.starts))
        self._centre = index.questions.mean(axis=0)
        self._centres = np.zeros((len(topics), index.questions.shape[1]), dtype=np.float32)
        np.add.at(self._centres, owners, index.questions)
        self._centres /= np.maximum(np.bincount(owners, minlength=len(topics)), 1)[:, None]
        self._narrow = np.array([topic.kind in NARROW_KINDS for topic in corpus.topics])
        self._aspect = np.array([fact.aspect for fact in corpus.facts])
        self._number = {fact.id: number for number, fact in enumerate(corpus.facts)}
        self._audience = [fact.audience for fact in corpus.facts]
        sizes = np.diff(index.starts)
        self._local_starts = np.cumsum(sizes[index.places.local]) - sizes[index.places.local]
        self._general = ~np.repeat(index.places.facts.any(axis=1), sizes)

    def candidates(self, question: Question) -> Candidates:
        """The likeliest facts, best first by a rough mix."""
        (found,) = self.candidates_of([question])
        return found

    def candidates_of(self, questions: Sequence[Question]) -> list[Candidates]:
        """The same for each of several questions.

        Going through all sample questions takes as long for six questions as for two: it waits for the memory.
        """
        if not questions:
            return []
        mapped = np.stack([self._mapped(question) for question in questions])
        leading = np.maximum.reduceat(mapped[:, :LEADING] @ self._leading.T, self._index.starts[:-1], axis=1)
        texts = mapped @ self._index.texts.T
        return list(map(self._candidates, questions, mapped, leading, texts))

    def _candidates(self, question: Question, mapped: np.ndarray, leading: np.ndarray, texts: np.ndarray) -> Candidates:
        """Of one question: `leading` and `texts`, of shape (facts,), compare it with the facts' questions and texts."""
        words = self._words(question)
        mentions = tuple(self._matcher.mentions(question.text))
        overlap = self._index.lexical.scores(words)
        rest = 0.3 * texts + 0.25 * overlap
        rough = 0.7 * leading + rest
        rough[[self._number[fact] for fact in question.shown if fact in self._number]] = -np.inf
        rough[self._misplaced(self._matcher.mend(question.text))] = -np.inf
        facts = _highest(rough, SHORTLIST)
        facts = facts[np.isfinite(rough[facts])]
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

    def named(self, question: Question) -> list[str]:
        """The ids of the topics that a question names; an ambiguous name counts for none."""
        mentions = self._matcher.mentions(question.text)
        return [mention.topics[0] for mention in mentions if len(mention.topics) == 1]

    def encoded(self, question: Question) -> Question:
        """The question with its sentence vector."""
        if question.vector is not None:
            return question
        return replace(question, vector=self._vector(question.text))

    def fit(self, question: Question, facts: np.ndarray) -> np.ndarray:
        """How a question fits given facts by its meaning alone, float of shape (len(facts), 3).

        The first column compares it with the nearest sample question of a fact, the second with what its sample
        questions say beyond what all of their topic say, the third with its text.
        """
        mapped = self._mapped(question)
        rows, numbers = self._rows(facts)
        first, asked = np.cumsum(numbers) - numbers, self._index.questions[rows]
        beyond = asked - np.repeat(self._centres[self._topic[facts]], numbers, axis=0)
        beyond /= np.maximum(np.linalg.norm(beyond, axis=1, keepdims=True), 1e-6)
        said = mapped - self._centre
        said /= max(float(np.linalg.norm(said)), 1e-6)
        columns = [
            np.maximum.reduceat(asked @ mapped, first),
            np.maximum.reduceat(beyond @ said, first),
            self._index.texts[facts] @ mapped,
        ]
        return np.stack(columns, axis=1)

    def likeness(self, fact: Fact, other: Fact) -> float:
        """The cosine of the texts of two facts."""
        texts = self._index.texts
        return float(texts[self._number[fact.id]] @ texts[self._number[other.id]])

    def text_likeness(self, fact: Fact, facts: np.ndarray) -> np.ndarray:
        """The cosine of the text of a fact and those of others, given by number, float of shape (len(facts),)."""
        texts = self._index.texts
        return texts[facts] @ texts[self._number[fact.id]]

    def sentence_likeness(self, question: Question, texts: Sequence[str]) -> np.ndarray:
        """The cosine of a question and each of the texts, float of shape (len(texts),)."""
        return unit(self._encode(texts) @ self._index.map) @ self._mapped(question)

    def near(self, text: str, facts: Sequence[Fact]) -> list[float]:
        """The cosine of a question and the nearest sample question of each fact."""
        numbers = np.array([self._number[fact.id] for fact in facts])
        return [float(value) for value in self.fit(Question(text), numbers)[:, 0]]

    def shared_words(self, question: Question, facts: np.ndarray) -> np.ndarray:
        """How much facts and a question share rare words, float of shape (len(facts),)."""
        return self._index.lexical.scores(self._words(question))[facts]

    def nearness(self, question: Question, topics: Sequence[str], facts: np.ndarray) -> np.ndarray:
        """How near facts are to what was spoken of, float of shape (len(facts), 2).

        The first column compares the topic of a fact with `topics`, the second its sample questions with a question.
        """
        rows, numbers = self._rows(facts)
        mapped = self._mapped(question)
        near = np.add.reduceat(self._index.questions[rows] @ mapped, np.cumsum(numbers) - numbers) / numbers
        known = [self._topic_number[topic] for topic in topics if topic in self._topic_number]
        if not known:
            return np.stack([np.zeros(len(facts)), near], axis=1)
        centres = self._centres - self._centre
        centres = centres[known] / np.linalg.norm(centres[known], axis=1, keepdims=True)
        own = self._centres[self._topic[facts]] - self._centre
        own /= np.linalg.norm(own, axis=1, keepdims=True)
        return np.stack([(own @ centres.T).max(axis=1), near], axis=1)

    def _misplaced(self, text: str) -> np.ndarray:
        """The numbers of the facts about a state that a question does not mean.

        They are about another one than it names, or what it says beside the name fits some general fact much better.
        """
        places = self._index.places
        named, rest = places.named(text), places.rest(text)
        if not named:
            return np.zeros(0, dtype=np.int64)
        if not self._words(Question(rest)):
            return np.flatnonzero(places.elsewhere(named))
        said = self._mapped(Question(rest))[:LEADING]
        own = np.maximum.reduceat(self._index.beside[:, :LEADING] @ said, self._local_starts)
        general = (self._leading @ said)[self._general].max(initial=-1)
        return places.local[places.elsewhere(named)[places.local] | (own < general - MARGIN)]

    def _mapped(self, question: Question) -> np.ndarray:
        """The vector of a question in the space of the index, of length 1."""
        mapped = self.encoded(question).vector @ self._index.map
        return mapped / max(float(np.linalg.norm(mapped)), 1e-12)

    def _words(self, question: Question) -> list[str]:
        return [word.norm for word in self._matcher.words(question.text)]

    def _rows(self, facts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The rows of the sample questions of facts, one fact after another, and how many each has."""
        first, numbers = self._index.starts[facts], self._index.starts[facts + 1] - self._index.starts[facts]
        return np.repeat(first - np.cumsum(numbers) + numbers, numbers) + np.arange(numbers.sum()), numbers

    def _question_columns(self, mapped: np.ndarray, facts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """How near the nearest, the three nearest and all sample questions of each fact are."""
        rows, numbers = self._rows(facts)
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
