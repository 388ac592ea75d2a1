"""How densely the sample questions stand, by an encoder that counts letters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from small_knowledge import DEGREE, EXAM, SmallKnowledge

from medpath.knowledge import density
from medpath.knowledge.density import close_samples, nearest_samples


def by_letters(sentences: Sequence[str]) -> np.ndarray:
    """How often each letter stands in each sentence: vectors whose length is not 1."""
    return np.array([[text.lower().count(letter) for letter in "abcdefghijklmnopqrstuvwxyz"] for text in sentences])


def test_close_questions_of_two_facts(small: SmallKnowledge) -> None:
    """Two questions with the same letters are found once, with both facts, however often each letter stands."""
    small.edit(EXAM, "- best time for step nine", "- length DT, length DT")
    (pair,) = close_samples(small.load(), 0.999, by_letters)
    assert {pair.question, pair.sample} == {"length DT, length DT", "DT length"}
    assert {pair.asked, pair.fact} == {"step-nine/advice", "doctor-of-tests/length"}


def test_close_questions_of_one_fact(small: SmallKnowledge) -> None:
    """Questions of one fact may say the same."""
    small.edit(DEGREE, "- years of dt school", "- length DT")
    assert close_samples(small.load(), 0.999, by_letters) == []


def test_order_of_close_questions(small: SmallKnowledge) -> None:
    """The closest pair comes first, and none below the threshold comes at all."""
    cosines = [pair.cosine for pair in close_samples(small.load(), 0.7, by_letters)]
    assert cosines == sorted(cosines, reverse=True)
    assert len(cosines) > 1
    assert min(cosines) >= 0.7


def test_pairs_across_blocks(small: SmallKnowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions are compared block by block to save memory, which changes nothing in what is found."""
    whole = close_samples(small.load(), 0.5, by_letters)
    monkeypatch.setattr(density, "_ROWS", 5)
    assert {pair.question + pair.sample for pair in close_samples(small.load(), 0.5, by_letters)} == {
        pair.question + pair.sample for pair in whole
    }


def test_nearest_question(small: SmallKnowledge) -> None:
    """Each question gets the sample question nearest to it, with its fact."""
    (pair,) = nearest_samples(small.load(), ["STEP NINE: FEE!"], by_letters)
    assert (pair.sample, pair.fact, pair.asked) == ("step nine fee", "step-nine/fee", "")
    assert pair.cosine == pytest.approx(1)


def test_no_questions(small: SmallKnowledge) -> None:
    """Nothing asked has nothing near to it."""
    assert nearest_samples(small.load(), [], by_letters) == []
