"""What the answering tests share: the real encoder, a search over eight hand-made facts, and the trained project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from made_facts import eight_facts

from medpath.answering.answerer import Answerer
from medpath.answering.counting.measures import Measures, load_measures
from medpath.answering.replies.comparison_rows import RowBook, load_row_book
from medpath.answering.replies.composing import Composer, Texts, load_texts
from medpath.answering.replies.premises import Premises
from medpath.answering.search.index import Corpus, SearchIndex, build_index
from medpath.answering.search.ranking import SIGNS, Ranking
from medpath.answering.search.searching import FEATURES, Search
from medpath.answering.service import KNOWLEDGE, answerer
from medpath.knowledge.compiled import load_compiled
from medpath.knowledge.records import Fact, Knowledge
from medpath.language.encoder import SentenceEncoder
from medpath.language.lexicon import build_lexicon, names_of
from medpath.language.topics import TopicMatcher
from medpath.language.wording import load_wording
from medpath.project import Project, find_project

MakeAnswerer = Callable[..., Answerer]
WEIGHTS = {"question_best": 12.0, "text": 4.0, "words": 2.0, "named": 3.0, "other_named": -3.0, "narrow_unnamed": -2.0}


@pytest.fixture(scope="session")
def project() -> Project:
    return find_project()


@pytest.fixture(scope="session")
def whole(project: Project) -> Knowledge:
    """The knowledge of the product."""
    return load_compiled(project.index / KNOWLEDGE)


@pytest.fixture(scope="session")
def measures(project: Project) -> Measures:
    return load_measures(project.ranking.parent / "measures.yml")


@pytest.fixture(scope="session")
def book(project: Project, measures: Measures) -> RowBook:
    return load_row_book(project.ranking.parent / "comparison_rows.yml", measures)


@pytest.fixture(scope="session")
def encoder(project: Project) -> SentenceEncoder:
    return SentenceEncoder(project.encoder)


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return eight_facts()


@pytest.fixture(scope="session")
def matcher(project: Project, knowledge: Knowledge) -> TopicMatcher:
    wording = load_wording(project.wording)
    asked = [question for fact in knowledge.facts for question in fact.questions]
    return build_lexicon(names_of(knowledge), asked, wording).matcher(wording)


@pytest.fixture(scope="session")
def normal_words(matcher: TopicMatcher) -> Callable[[str], list[str]]:
    return lambda text: [word.norm for word in matcher.words(text)]


@pytest.fixture(scope="session")
def index(
    knowledge: Knowledge, encoder: SentenceEncoder, matcher: TopicMatcher, normal_words: Callable[[str], list[str]]
) -> SearchIndex:
    return build_index(Corpus.of(knowledge), encoder.encode, normal_words, matcher.mentions)


@pytest.fixture(scope="session")
def search(knowledge: Knowledge, index: SearchIndex, matcher: TopicMatcher, encoder: SentenceEncoder) -> Search:
    return Search(Corpus.of(knowledge), index, matcher, encoder.encode)


@pytest.fixture(scope="session")
def texts(project: Project) -> Texts:
    return load_texts(project.ranking.parent / "texts.yml")


@pytest.fixture(scope="session")
def composer(knowledge: Knowledge, texts: Texts) -> Composer:
    return Composer(knowledge, texts)


@pytest.fixture(scope="session")
def half_sure() -> Callable[[float, float], Ranking]:
    """A ranking that is always sure to one half, so that the thresholds alone decide."""
    weights = np.array([WEIGHTS.get(name, 0.0) for name in FEATURES])
    return lambda answer, offer: Ranking(weights, np.zeros(len(SIGNS)), 0.0, answer, offer)


@pytest.fixture(scope="session")
def make_answerer(
    knowledge: Knowledge,
    search: Search,
    composer: Composer,
    half_sure: Callable[..., Ranking],
    normal_words: Callable[[str], list[str]],
) -> MakeAnswerer:
    """Makes an answerer over the eight facts with given thresholds and beliefs."""

    def make(answer: float, offer: float, beliefs: tuple[tuple[str, Fact], ...] = (), hedge: float = 0.0) -> Answerer:
        premises = Premises(beliefs, normal_words)
        ranking = replace(half_sure(answer, offer), hedge=hedge)
        return Answerer(knowledge, search, ranking, composer, premises)

    return make


@pytest.fixture(scope="session")
def trained() -> Answerer:
    """The answerer of the project as it was trained, loaded once a process."""
    return answerer()
