"""The compiled index: what is built from the facts, and that it survives the way over the disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from medpath.answering.question import Question
from medpath.answering.search.index import Corpus, SearchIndex, load_index
from medpath.answering.search.searching import Search
from medpath.knowledge.records import Knowledge
from medpath.language.encoder import SentenceEncoder
from medpath.language.topics import TopicMatcher


def test_each_fact_has_its_own_questions(index: SearchIndex, knowledge: Knowledge, encoder: SentenceEncoder) -> None:
    """The rows of a fact are its own sample questions, mapped."""
    for number, fact in enumerate(knowledge.facts):
        own = encoder.encode(fact.questions) @ index.map
        rows = index.questions[index.starts[number] : index.starts[number + 1]]
        # The 8-bit encoder gives a sentence a slightly different vector in other company.
        assert ((rows * own).sum(axis=1) > 0.97 * np.linalg.norm(own, axis=1)).all()


def test_vectors_have_length_one(index: SearchIndex) -> None:
    """Products of vectors are similarities."""
    for vectors in (index.questions, index.texts):
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_the_heading_names_topic_and_label(knowledge: Knowledge) -> None:
    """A fact is indexed under the name of its topic, which its text may not repeat."""
    corpus = Corpus.of(knowledge)
    assert corpus.heading(2) == "USMLE Step 1: length of the exam"
    assert corpus.text(2).startswith(corpus.heading(2))
    assert corpus.text(2).endswith(knowledge.facts[2].text)


def test_a_name_is_trusted_by_what_the_sample_questions_mean_by_it(index: SearchIndex) -> None:
    """A name that only questions about its topic hold is trusted more than one that questions do not use."""
    assert index.trust["texas", "license-texas"] > 0.8
    assert ("the board", "license-texas") not in index.trust


def test_saved_and_loaded_the_index_is_the_same(index: SearchIndex, tmp_path: Path) -> None:
    """Half precision costs no more than a thousandth, and nothing else is lost."""
    index.save(tmp_path)
    loaded = load_index(tmp_path)
    for name in ("map", "questions", "texts"):
        assert np.allclose(getattr(loaded, name), getattr(index, name), atol=2e-3)
        assert getattr(loaded, name).dtype == np.float32
    assert loaded.starts.tolist() == index.starts.tolist()
    assert dict(loaded.trust) == pytest.approx(dict(index.trust), abs=1e-4)


def test_a_search_over_the_loaded_index_finds_the_same(
    index: SearchIndex, knowledge: Knowledge, matcher: TopicMatcher, encoder: SentenceEncoder, tmp_path: Path
) -> None:
    """What the running Medpath loads orders the facts as what was trained."""
    index.save(tmp_path)
    kept, loaded = (
        Search(Corpus.of(knowledge), each, matcher, encoder.encode) for each in (index, load_index(tmp_path))
    )
    for fact in knowledge.facts:
        question = Question(fact.questions[0])
        assert loaded.candidates(question).facts[:3].tolist() == kept.candidates(question).facts[:3].tolist()
