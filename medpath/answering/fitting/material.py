"""Gathers the cases to fit on: builds search and classifier without a quarter of the questions, and asks it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from medpath.answering.fitting.choices import Asked, Case, is_left_out, make_case, present_ids
from medpath.answering.question import Question
from medpath.answering.search.index import Corpus, build_index
from medpath.answering.search.searching import Search
from medpath.knowledge.records import Knowledge
from medpath.language.intents import (
    ASK,
    CRISIS,
    OUT_OF_SCOPE,
    IntentModel,
    IntentTraining,
    kind_rows,
    question_rows,
    train_intents,
)
from medpath.language.topics import TopicMatcher

Encode = Callable[[Sequence[str]], np.ndarray]
# There are far fewer declined messages than sample questions.
OUTSIDE_WEIGHT = 5.0


@dataclass(frozen=True)
class Understanding:
    """Search and classifier as one, built from chosen questions and messages."""

    search: Search
    intents: IntentModel
    matcher: TopicMatcher
    encode: Encode
    encode_doors: Encode

    def normal(self, text: str) -> str:
        """The text in normal form."""
        return " ".join(word.norm for word in self.matcher.words(text))

    def question(self, text: str) -> Question:
        """A text with what the classifier makes of it."""
        vector = self.encode([self.matcher.mend(text)])[0]
        likely = self.intents.probabilities(self.normal(text), vector, self.encode_doors([text])[0])
        return Question(text, dict(zip(self.intents.intents, likely, strict=True)), vector=vector)

    def case(self, asked: Asked, fact_ids: Sequence[str], weight: float = 1.0) -> Case:
        """What the search finds for a question."""
        question = self.question(asked.text)
        return make_case(asked, question, self.search.candidates(question), fact_ids, weight)


def understand(
    corpus: Corpus, messages: Sequence[tuple[str, str]], matcher: TopicMatcher, encode: Encode, encode_doors: Encode
) -> Understanding:
    """Builds search and classifier from a corpus and from messages with their intents.

    `encode_doors` gives the vectors by which the kinds of messages are told apart.
    """
    asked = [
        (question, ASK + fact.aspect)
        for fact, own in zip(corpus.facts, corpus.questions, strict=True)
        for question in fact.taught()
        if question in own
    ]
    pairs = [*(message for message in messages if message[1] != CRISIS), *asked]
    normal = [" ".join(word.norm for word in matcher.words(text)) for text, _ in pairs]
    taught, training = [intent for _, intent in pairs], IntentTraining()
    questions = encode([pairs[row][0] for row in question_rows(taught)])
    kinds = encode_doors([pairs[row][0] for row in kind_rows(taught, training)])
    intents = train_intents(normal, taught, questions, kinds, training)
    index = build_index(corpus, encode, lambda text: [word.norm for word in matcher.words(text)], matcher.mentions)
    return Understanding(Search(corpus, index, matcher, encode), intents, matcher, encode, encode_doors)


def left_out_cases(
    knowledge: Knowledge,
    messages: Sequence[tuple[str, str]],
    matcher: TopicMatcher,
    encode: Encode,
    encode_doors: Encode,
) -> list[Case]:
    """The left-out quarter of sample questions and declined messages, asked of what was built without it.

    A fact all of whose questions would be left out keeps them.
    """
    full = Corpus.of(knowledge)
    kept = [[q for q in own if not is_left_out(q)] or list(own) for own in full.questions]
    without = understand(
        Corpus(full.topics, full.facts, kept),
        [message for message in messages if not is_left_out(message[0])],
        matcher,
        encode,
        encode_doors,
    )
    ids = [fact.id for fact in knowledge.facts]
    inside = [
        Asked(question, frozenset({fact.id}), frozenset())
        for fact, own, rest in zip(full.facts, full.questions, kept, strict=True)
        for question in own
        if is_left_out(question) and question not in rest
    ]
    outside = [
        Asked(text, frozenset(), frozenset())
        for text, intent in messages
        if intent in OUT_OF_SCOPE and is_left_out(text)
    ]
    return [
        *(without.case(asked, ids) for asked in inside),
        *(without.case(asked, ids, OUTSIDE_WEIGHT) for asked in outside),
    ]


def present(asked: Sequence[Asked], knowledge: Knowledge) -> list[Asked]:
    """Questions with the fact ids of today."""
    return [Asked(q.text, present_ids(q.gold, knowledge), present_ids(q.partial, knowledge)) for q in asked]
