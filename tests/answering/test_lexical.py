"""Word overlap by BM25."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medpath.answering.search.lexical import LexicalIndex, build_lexical, load_lexical

DOCUMENTS = [
    ["match", "day", "is", "the", "day", "of", "the", "match", "result"],
    ["the", "day", "on", "which", "step", "one", "scores", "match", "no", "table"],
    ["the", "license", "fee", "of", "texas"],
    ["the", "license", "of", "ohio", "and", "its", "board"],
]


@pytest.fixture(scope="module")
def lexical() -> LexicalIndex:
    return build_lexical(DOCUMENTS)


def test_the_fact_that_shares_most_words_comes_first(lexical: LexicalIndex) -> None:
    """A question's words lead to the fact that holds them."""
    assert int(lexical.scores(["fee", "for", "a", "texas", "license"]).argmax()) == 2


def test_neighbouring_words_count_as_a_pair() -> None:
    """Of two facts with the same words the one that has them side by side comes first."""
    lexical = build_lexical([["match", "day", "x"], ["day", "x", "match"], ["match", "day"], ["y", "z"]])
    scores = lexical.scores(["match", "day"])
    assert scores[0] > scores[1] > 0


def test_a_rare_word_weighs_more_than_a_common_one(lexical: LexicalIndex) -> None:
    """A word of one fact finds it more surely than a word that most facts have."""
    assert lexical.scores(["texas"])[2] > lexical.scores(["the"])[2]


def test_in_a_short_fact_a_word_weighs_more_than_in_a_long_one() -> None:
    """A long text does not win by holding a word among many."""
    scores = build_lexical([["fee", "a"], ["fee", *"bcdefgh"], ["i"]]).scores(["fee"])
    assert scores[0] > scores[1] > 0


def test_unknown_words_take_nothing_away(lexical: LexicalIndex) -> None:
    """Words that no fact has are passed over, and a question of nothing else scores zero everywhere."""
    assert np.array_equal(lexical.scores(["texas", "qwertz"]), lexical.scores(["texas"]))
    assert lexical.scores(["qwertz"]).tolist() == [0, 0, 0, 0]


def test_saying_a_word_twice_changes_nothing(lexical: LexicalIndex) -> None:
    """Repetition in a question brings no fact forward."""
    assert np.array_equal(lexical.scores(["fee", "the", "fee"])[2:], lexical.scores(["the", "fee"])[2:])


def test_saved_and_loaded_the_scores_are_the_same(lexical: LexicalIndex, tmp_path: Path) -> None:
    """The index survives the way over the disk, terms of two words included."""
    lexical.save(tmp_path)
    loaded = load_lexical(tmp_path)
    for question in ("match day", "the license of texas"):
        assert np.array_equal(loaded.scores(question.split()), lexical.scores(question.split()))


@given(st.lists(st.sampled_from(sorted({word for words in DOCUMENTS for word in words} | {"qwertz"})), max_size=12))
def test_scores_stay_in_their_range(words: list[str]) -> None:
    """Whatever is asked, each fact's score is a number from 0 to little more than 1."""
    scores = build_lexical(DOCUMENTS).scores(words)
    assert scores.shape == (4,)
    assert ((scores >= 0) & (scores <= 2.2)).all()
