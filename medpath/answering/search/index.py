"""The search index: vectors, words and names of all facts, compiled from the knowledge file at training time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from medpath.answering.search.embedding_map import train_map, turned, unit
from medpath.answering.search.lexical import LexicalIndex, build_lexical, load_lexical
from medpath.answering.search.places import Places, find_places, load_places
from medpath.knowledge.records import Fact, Knowledge, Topic
from medpath.language.topics import Mention

Encode = Callable[[Sequence[str]], np.ndarray]
Mentions = Callable[[str], list[Mention]]
Words = Callable[[str], list[str]]
MAX_PAIRS = 12
VECTORS = ("map", "questions", "texts", "beside")


@dataclass(frozen=True)
class SearchIndex:
    """What the search compares a question to; facts are counted in the order of Knowledge.facts.

    `map` has shape (384, 384). `questions` and `texts` hold mapped unit vectors, float32 of width 384, the columns
    in falling importance; the questions of fact i are rows `starts[i]` to `starts[i + 1]`. `trust` maps a name and a
    topic to the share of the sample questions holding the name that are about the topic. `beside` holds the vectors of
    what the sample questions of facts that are about a state, by `places`, say beside the states that they name.
    """

    map: np.ndarray
    questions: np.ndarray
    starts: np.ndarray
    texts: np.ndarray
    lexical: LexicalIndex
    trust: Mapping[tuple[str, str], float]
    places: Places
    beside: np.ndarray

    def save(self, folder: Path) -> None:
        """Writes the index under `folder`, vectors in half precision."""
        for name in VECTORS:
            np.save(folder / f"{name}.npy", getattr(self, name).astype(np.float16))
        np.save(folder / "starts.npy", self.starts)
        lines = [f"{name}\t{topic}\t{share:.4f}" for (name, topic), share in self.trust.items()]
        (folder / "trust.tsv").write_text("\n".join(lines), encoding="utf-8")
        self.lexical.save(folder)
        self.places.save(folder)


def load_index(folder: Path) -> SearchIndex:
    """Reads what SearchIndex.save wrote."""
    vectors = {name: np.load(folder / f"{name}.npy").astype(np.float32) for name in VECTORS}
    rows = [line.split("\t") for line in (folder / "trust.tsv").read_text(encoding="utf-8").splitlines()]
    trust = {(name, topic): float(share) for name, topic, share in rows}
    return SearchIndex(
        starts=np.load(folder / "starts.npy"),
        lexical=load_lexical(folder),
        trust=trust,
        places=load_places(folder),
        **vectors,
    )


@dataclass(frozen=True)
class Corpus:
    """The facts with the sample questions to index; a fitting run leaves some of them out."""

    topics: Sequence[Topic]
    facts: Sequence[Fact]
    questions: Sequence[Sequence[str]]

    @staticmethod
    def of(knowledge: Knowledge) -> Corpus:
        """All facts with all their questions."""
        topics = [topic for topic in knowledge.topics for _ in topic.facts]
        return Corpus(topics, knowledge.facts, [fact.questions for fact in knowledge.facts])

    def read_by(self, read: Callable[[str], str]) -> Corpus:
        """The same with every question as `read` reads it, which has to be how people's messages are read."""
        return replace(self, questions=[[read(question) for question in asked] for asked in self.questions])

    def heading(self, fact: int) -> str:
        """The topic's name with the fact's label."""
        return f"{self.topics[fact].name}: {self.facts[fact].label}"

    def text(self, fact: int) -> str:
        """The heading with the answer's text."""
        return f"{self.heading(fact)}. {self.facts[fact].text}"


def build_index(corpus: Corpus, encode: Encode, words: Words, mentions: Mentions) -> SearchIndex:
    """Encodes the facts, trains the map and gathers words and names."""
    numbers = range(len(corpus.facts))
    starts = np.concatenate([[0], np.cumsum([len(asked) for asked in corpus.questions])]).astype(np.int64)
    questions = encode([question for asked in corpus.questions for question in asked])
    texts = encode([corpus.text(i) for i in numbers])
    vectors = np.concatenate([questions, texts])
    mapping = turned(train_map(vectors, *_pairs(starts)), questions)
    places = find_places(corpus.topics, [corpus.heading(i) for i in numbers], corpus.questions)
    local = [places.rest(question) for fact in places.local for question in corpus.questions[fact]]
    documents = [words(" ".join([corpus.text(i), *corpus.questions[i]])) for i in numbers]
    return SearchIndex(
        map=mapping,
        questions=unit(questions @ mapping),
        starts=starts,
        texts=unit(texts @ mapping),
        lexical=build_lexical(documents),
        trust=_trust(corpus, mentions),
        places=places,
        beside=unit(encode(local) @ mapping) if local else np.zeros((0, mapping.shape[1]), dtype=np.float32),
    )


def _pairs(starts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of questions followed by texts: each question with others of its fact and with the fact's text."""
    anchors: list[int] = []
    positives: list[int] = []
    facts: list[int] = []
    for fact, (start, end) in enumerate(pairwise(starts)):
        for row in range(start, end):
            others = [other for other in range(start, end) if other != row][:MAX_PAIRS]
            partners = [*others, int(starts[-1]) + fact]
            anchors += [row] * len(partners)
            positives += partners
            facts += [fact] * len(partners)
    return np.array(anchors), np.array(positives), np.array(facts)


def _trust(corpus: Corpus, mentions: Mentions) -> dict[tuple[str, str], float]:
    seen: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    for topic, asked in zip(corpus.topics, corpus.questions, strict=True):
        for question in asked:
            for mention in mentions(question):
                for named in mention.topics:
                    seen[mention.name, named] += 1
                    right[mention.name, named] += named == topic.id
    return {key: (right[key] + 1) / (number + 2) for key, number in seen.items()}
