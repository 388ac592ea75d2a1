"""A fact that answers two questions in a row: the second time only what of it answers is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from medpath.answering.replies.retelling import nearer, retold
from medpath.knowledge.records import Fact, Knowledge
from medpath.knowledge.sentences import sentences

MORE = "DOs renew every two years. The fee is $391 in 2026. Retired physicians pay nothing."


@pytest.fixture
def fact(whole: Knowledge) -> Fact:
    return replace(whole.facts[0], text="Florida asks for 40 hours of CME.", more=MORE)


@pytest.mark.parametrize(
    ("near", "told"),
    [
        ([0.9, 0.2, 0.1, 0.3], "Florida asks for 40 hours of CME."),
        ([0.2, 0.1, 0.8, 0.3], "The fee is $391 in 2026."),
        ([0.7, 0.1, 0.8, 0.3], "Florida asks for 40 hours of CME. The fee is $391 in 2026."),
        ([0.2, 0.78, 0.1, 0.8], "DOs renew every two years. Retired physicians pay nothing."),
        ([0.5, 0.5, 0.5, 0.5], "Florida asks for 40 hours of CME. DOs renew every two years."),
    ],
)
def test_what_is_nearest_to_the_question_is_told(fact: Fact, near: list[float], told: str) -> None:
    """One sentence, or two that are about as near, in the order of the fact."""

    def nearness(texts: Sequence[str]) -> np.ndarray:
        assert len(texts) == len(near)
        return np.array(near)

    assert retold(fact, nearness) == told


def test_a_fact_without_more_is_told_again(fact: Fact) -> None:
    """Where there is one sentence only, it is that one."""
    assert retold(replace(fact, more=""), lambda texts: np.zeros(len(texts))) == "Florida asks for 40 hours of CME."


@pytest.mark.parametrize(
    ("near", "told"),
    [([0.9, 0.2, 0.1, 0.3], ""), ([0.2, 0.1, 0.8, 0.3], "The fee is $391 in 2026."), ([0.5, 0.5, 0.5, 0.5], "")],
)
def test_of_the_second_part_what_is_nearer_than_the_first(fact: Fact, near: list[float], told: str) -> None:
    """One sentence, or none where the first part is the nearest."""
    assert nearer(fact, lambda texts: np.array(near)) == told
    assert nearer(replace(fact, more=""), lambda texts: np.array([0.1])) == ""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("See Dr. Brown at St. Luke in May. Then write.", 2),
        ("It costs $1.5 million a year. 40 hours count.", 2),
        ("U.S. graduates need none.", 1),
        ('Say "I am sorry. I was late." Then stop.', 2),
        ("", 0),
    ],
)
def test_abbreviations_and_figures_end_no_sentence(text: str, number: int) -> None:
    """A sentence ends before a capital or a number, not behind "Dr." or within a figure."""
    assert len(sentences(text)) == number


def test_every_fact_is_cut_into_whole_sentences(whole: Knowledge) -> None:
    """No sentence of the knowledge file is lost or left as a stump when it is cut."""
    for fact in whole.facts:
        parts = sentences(fact.more)
        assert "".join(" ".join(parts).split()) == "".join(fact.more.split())
        assert all(len(part) > 4 for part in parts), fact.id
