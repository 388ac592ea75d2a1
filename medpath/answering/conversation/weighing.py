"""Weighs the readings of a message in its conversation against each other, fact by fact."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from medpath.answering.answerer import Reading
from medpath.answering.conversation.memory import Memory
from medpath.answering.question import Question
from medpath.answering.search.ranking import in_order, in_shares, logistic
from medpath.answering.search.searching import Search
from medpath.errors import SetupError
from medpath.knowledge.records import Fact, Knowledge
from medpath.knowledge.yaml_lines import read_yaml
from medpath.language.following import ABOUT, JOINED, NAMED, OPENED, PLAIN, SWAPPED, Shape
from medpath.language.intents import ASK
from medpath.language.topics import TopicMatcher

WAYS = (PLAIN, ABOUT, NAMED, SWAPPED, JOINED, OPENED)
HANGING = frozenset({"follow_up", "correct", "more", "profile"})
SIGNALS = (
    "plain_share",
    "plain_log_share",
    "named_share",
    "joined_share",
    "joined_log_share",
    "highest_share",
    "residual",
    "text",
    "words",
    "about_text",
    "joined_best",
    "label",
    "aspect",
    "aspect_before_bare",
    "shown",
    "named_bare",
    "near_topic",
    "near_topic_hanging",
    "near_topic_named",
    "near_question",
    "near_question_short",
    "near_question_hanging",
    "near_question_named",
    "plain_hanging",
    "plain_pointing",
    "swapped_short",
    "remembered",
    "remembered_hanging",
    "remembered_named",
    "remembered_residual",
    "remembered_text",
    "remembered_words",
    "remembered_about_best",
    "swapped_best",
    "swapped_text",
    "joined_text",
    "joined_best_bare",
    "joined_best_hanging",
    "words_bare",
    "shown_named",
    "shown_short",
    "told",
    "told_hanging",
    "near_told",
    "near_told_hanging",
    "near_told_pointing",
    "near_told_named",
    "near_told_short",
    "plain_short",
    "joined_pointing",
    "joined_short",
    "label_best",
    "label_text",
    "label_best_hanging",
    "label_best_short",
    "opened_share",
    "opened_log_share",
    "opened_best",
)
SIGNS = ("probability", "margin", "share", "plain_sure", "residual", "words", "outside", "remembered", "named", "short")
MOST_OF_A_WAY = 12
MOST_TOPICS = 2
UNLIKELY = 0.01
LEAST_SHARE = 0.003
SHORT = 3


@dataclass(frozen=True)
class Turn:
    """A message after the search.

    `readings` holds what the search found for each way to read it; `named` the topics that it names itself.
    """

    question: Question
    shape: Shape
    memory: Memory
    named: frozenset[str]
    readings: Mapping[str, Reading]

    @property
    def alone(self) -> bool:
        """Whether nothing that was said before bears on the message."""
        return len(self.readings) == 1


@dataclass(frozen=True)
class Weighed:
    """The facts that may be meant, as numbers into the knowledge, with their signals of shape (n, len(SIGNALS))."""

    numbers: np.ndarray
    signals: np.ndarray


class Weighing:
    """Finds the signals by which the facts for a message in its conversation are compared."""

    def __init__(self, knowledge: Knowledge, search: Search, matcher: TopicMatcher) -> None:
        self._knowledge, self._search, self._matcher = knowledge, search, matcher
        self._label = functools.cache(self._normal)
        self._number = {fact.id: number for number, fact in enumerate(knowledge.facts)}

    def weigh(self, turn: Turn) -> Weighed:
        """The best facts of each reading and those of the remembered topics, with their signals."""
        memory, shape, search = turn.memory, turn.shape, self._search
        numbers = np.array(list(dict.fromkeys([*self._found(turn), *self._of_topics(memory)])))
        facts = [self._knowledge.facts[number] for number in numbers]
        shares = {way: self._shares(turn.readings.get(way), numbers) for way in WAYS}
        logs = {way: np.log(share + LEAST_SHARE) - np.log(LEAST_SHARE) for way, share in shares.items()}
        asked = turn.readings[PLAIN].question
        fits = (self._fit(turn, way, numbers) for way in (PLAIN, ABOUT, JOINED, SWAPPED, OPENED))
        plain, about, joined, swapped, opened = fits
        words = search.shared_words(asked, numbers)
        near = search.nearness(Question(memory.question), memory.topics, numbers)
        wanted, before = _aspects(turn.question.intents), _aspects(memory.aspects)
        remembered = _flags(fact.topic in memory.topics for fact in facts)
        shown = _flags(fact.id in memory.facts for fact in facts)
        hanging = sum(p for name, p in turn.question.intents.items() if name in HANGING)
        pointing = float(shape.leads or shape.corrects or shape.points)
        short, bare, named = float(shape.words <= SHORT), float(shape.named and shape.rest == 0), float(shape.named)
        told = next((fact for one in memory.facts[:1] if (fact := self._knowledge.fact(one))), None)
        lead = _flags(told is not None and fact.id == told.id for fact in facts)
        near_told = search.text_likeness(told, numbers) * (1 - lead) if told else np.zeros(len(numbers))
        labeled = search.fit(Question(f"{told.label} {asked.text}"), numbers) if told else np.zeros((len(numbers), 3))
        signals = {
            "plain_share": shares[PLAIN],
            "plain_log_share": logs[PLAIN],
            "named_share": shares[NAMED],
            "joined_share": shares[JOINED],
            "joined_log_share": logs[JOINED],
            "highest_share": np.max(list(shares.values()), axis=0),
            "residual": plain[:, 1],
            "text": plain[:, 2],
            "words": words,
            "about_text": about[:, 2],
            "joined_best": joined[:, 0],
            "label": self._label_words(asked.text, facts),
            "aspect": _logs([wanted.get(fact.aspect, 0.0) for fact in facts]),
            "aspect_before_bare": bare * _logs([before.get(fact.aspect, 0.0) for fact in facts]),
            "shown": shown,
            "named_bare": bare * _flags(fact.topic in turn.named for fact in facts),
            "near_topic": near[:, 0],
            "near_topic_hanging": hanging * near[:, 0],
            "near_topic_named": named * near[:, 0],
            "near_question": near[:, 1],
            "near_question_short": short * near[:, 1],
            "near_question_hanging": hanging * near[:, 1],
            "near_question_named": named * near[:, 1],
            "plain_hanging": hanging * shares[PLAIN],
            "plain_pointing": pointing * shares[PLAIN],
            "swapped_short": short * shares[SWAPPED],
            "remembered": remembered,
            "remembered_hanging": hanging * remembered,
            "remembered_named": named * remembered,
            "remembered_residual": plain[:, 1] * remembered,
            "remembered_text": plain[:, 2] * remembered,
            "remembered_words": words * remembered,
            "remembered_about_best": about[:, 0] * remembered,
            "swapped_best": swapped[:, 0],
            "swapped_text": swapped[:, 2],
            "joined_text": joined[:, 2],
            "joined_best_bare": joined[:, 0] * bare,
            "joined_best_hanging": joined[:, 0] * hanging,
            "words_bare": words * bare,
            "shown_named": named * shown,
            "shown_short": short * shown,
            "told": lead,
            "told_hanging": lead * hanging,
            "near_told": near_told,
            "near_told_hanging": near_told * hanging,
            "near_told_pointing": near_told * pointing,
            "near_told_named": near_told * named,
            "near_told_short": near_told * short,
            "plain_short": short * shares[PLAIN],
            "joined_pointing": joined[:, 0] * pointing,
            "joined_short": joined[:, 0] * short,
            "label_best": labeled[:, 0],
            "label_text": labeled[:, 2],
            "label_best_hanging": labeled[:, 0] * hanging,
            "label_best_short": labeled[:, 0] * short,
            "opened_share": shares[OPENED],
            "opened_log_share": logs[OPENED],
            "opened_best": opened[:, 0],
        }
        return Weighed(numbers, np.stack([signals[name] for name in SIGNALS], axis=1))

    def _fit(self, turn: Turn, way: str, numbers: np.ndarray) -> np.ndarray:
        """How a reading of the message fits facts by its meaning; zeros if it cannot be read so."""
        reading = turn.readings.get(way)
        return np.zeros((len(numbers), 3)) if reading is None else self._search.fit(reading.question, numbers)

    def _label_words(self, text: str, facts: Sequence[Fact]) -> np.ndarray:
        """The share of the words of each fact's label that a message holds; a long label never reaches 1."""
        said = self._normal(text)
        return np.array([len(said & own) / (len(own) + 1) for own in (self._label(fact.label) for fact in facts)])

    def _normal(self, text: str) -> frozenset[str]:
        return frozenset(word.norm for word in self._matcher.words(text))

    def _found(self, turn: Turn) -> Iterable[int]:
        return (self._number[fact.id] for one in turn.readings.values() for fact in one.facts[:MOST_OF_A_WAY])

    def _of_topics(self, memory: Memory) -> Iterable[int]:
        topics = filter(None, map(self._knowledge.topic, memory.topics[:MOST_TOPICS]))
        return (self._number[fact.id] for topic in topics for fact in topic.facts)

    def _shares(self, reading: Reading | None, numbers: np.ndarray) -> np.ndarray:
        """How likely each fact is by one reading, which counts as much as it is sure."""
        if reading is None:
            return np.zeros(len(numbers))
        pairs = zip(reading.facts[:MOST_OF_A_WAY], reading.shares, strict=False)
        known = {self._number[fact.id]: share for fact, share in pairs}
        return reading.sure * np.array([known.get(number, 0.0) for number in numbers])


@dataclass(frozen=True)
class ContextRanking:
    """The fitted numbers: weights of the signals, and of the signs that the first fact is right.

    A follow-up is answered when its first fact is right with a probability of at least `answer`, below `hedge` as what
    may be meant, and asked back while it is at least `offer`.
    """

    weights: np.ndarray
    signs: np.ndarray
    bias: float
    answer: float = 0.5
    offer: float = 0.2
    hedge: float = 0.3

    def order(self, weighed: Weighed) -> tuple[np.ndarray, np.ndarray]:
        """Positions of the facts, best first, and their probabilities against each other."""
        return in_shares(weighed.signals @ self.weights)

    def confidence(self, turn: Turn, weighed: Weighed) -> float:
        """The probability that the first fact is meant."""
        return logistic(float(signs_of(turn, weighed, *self.order(weighed)) @ self.signs) + self.bias)


def signs_of(turn: Turn, weighed: Weighed, order: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """The signs that the first fact is meant, in the order of SIGNS."""
    best = dict(zip(SIGNALS, weighed.signals[order[0]], strict=True))
    second = probabilities[1] if len(probabilities) > 1 else 0.0
    margin = float(np.log(probabilities[0] + 1e-9) - np.log(second + 1e-9))
    outside = min(max(turn.question.outside(), 0.01), 0.99)
    return np.array(
        [
            probabilities[0],
            min(margin, 5.0),
            best["highest_share"],
            turn.readings[PLAIN].sure,
            best["residual"],
            best["words"],
            float(np.log(outside / (1 - outside))),
            best["remembered"],
            float(turn.shape.named),
            float(turn.shape.words <= SHORT),
        ]
    )


def load_context_ranking(path: Path) -> ContextRanking:
    """Reads the fitted numbers; raises SetupError if one is missing or no number."""
    content = read_yaml(path)
    try:
        return ContextRanking(
            weights=in_order(content["weights"], SIGNALS),
            signs=in_order(content["confidence"]["weights"], SIGNS),
            bias=float(content["confidence"]["bias"]),
            answer=float(content["thresholds"]["answer"]),
            offer=float(content["thresholds"]["offer"]),
            hedge=float(content["thresholds"]["hedge"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SetupError(
            f"{path}: {error!r} is missing or no number. Run `medpath fit` or restore the file."
        ) from error


def _aspects(intents: Mapping[str, float]) -> dict[str, float]:
    """The aspects that intents ask for, as shares of 1."""
    asks = {name[len(ASK) :]: p for name, p in intents.items() if name.startswith(ASK)}
    total = sum(asks.values()) or 1.0
    return {name: p / total for name, p in asks.items()}


def _flags(values: Iterable[bool]) -> np.ndarray:
    return np.array([float(value) for value in values])


def _logs(values: Sequence[float]) -> np.ndarray:
    return np.log(np.array(values) + UNLIKELY)
