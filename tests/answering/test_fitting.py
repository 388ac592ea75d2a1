"""Fitting the ranking on questions with known answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from medpath.answering.fitting.choices import (
    Asked,
    Case,
    cross_validated,
    fit,
    fit_in_folds,
    is_left_out,
    judge,
    make_case,
    present_ids,
    read_questions,
)
from medpath.answering.question import Question
from medpath.answering.search.ranking import SIGNS, Ranking
from medpath.answering.search.searching import FEATURES, Candidates
from medpath.errors import FittingError
from medpath.knowledge.records import Knowledge

FACTS = 4
TEXT, WORDS = FEATURES.index("text"), FEATURES.index("words")


def _file(folder: Path, text: str) -> Path:
    path = folder / "questions.yml"
    path.write_text(text, encoding="utf-8")
    return path


def _case(seed: int, in_scope: bool = True) -> Case:
    """Four candidates; the right one has the highest `text`, in small numbers, and `words` misleads.

    Out of scope nothing is high.
    """
    random = np.random.default_rng(seed)
    features = random.normal(0, 0.1, size=(FACTS, len(FEATURES)))
    right = np.zeros(FACTS, dtype=bool)
    if in_scope:
        right[seed % FACTS] = True
        features[seed % FACTS, TEXT] += 1
        features[(seed + 1) % FACTS, WORDS] += 1
    features[:, TEXT] /= 100
    intents = {"ask_cost": 1.0} if in_scope else {"off_topic": 1.0}
    return Case(Question("one two three", intents), Candidates(np.arange(FACTS), features, ()), right, right, in_scope)


@pytest.fixture(scope="module")
def fitted() -> Ranking:
    return fit([_case(seed, seed % 5 > 0) for seed in range(200)], 0.5, 0.2)


def test_a_file_of_questions_is_read(tmp_path: Path) -> None:
    """Questions with a usable verdict are read with their right and acceptable facts."""
    path = _file(
        tmp_path,
        "- {q: When?, verdict: answerable, gold: [a/b], partial: [a/c]}\n"
        "- {q: Weather?, verdict: out_of_scope}\n- {q: Hi, verdict: smalltalk, gold: null}\n",
    )
    assert read_questions(path) == [
        Asked("When?", frozenset({"a/b"}), frozenset({"a/c"})),
        Asked("Weather?", frozenset(), frozenset()),
        Asked("Hi", frozenset(), frozenset()),
    ]


@pytest.mark.parametrize("verdict", ["partial", "missing", "whatever", "null", "[answerable]"])
def test_other_verdicts_are_passed_over(tmp_path: Path, verdict: str) -> None:
    """A question that is answered in part or not at all, or has an unknown verdict, is not fitted on."""
    path = _file(tmp_path, f"- {{q: When?, verdict: {verdict}, gold: [a/b]}}\n- {{q: How?, verdict: answerable}}\n")
    assert [asked.text for asked in read_questions(path)] == ["How?"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("- {q: When?, verdict: [", r"questions\.yml:\d"),
        ("q: When?", "no list"),
        ("", "no list"),
        ("- {q: A?, verdict: answerable}\n- {verdict: answerable}", r"questions\.yml:2"),
        ("- {q: 7, verdict: answerable}", r"questions\.yml:1"),
        ("- {q: A?, gold: [a/b]}", r"questions\.yml:1"),
        ("- When is Match Day?", r"questions\.yml:1"),
    ],
    ids=["broken", "mapping", "empty", "no q", "q is a number", "no verdict", "text only"],
)
def test_an_unusable_file_is_told_with_its_place(tmp_path: Path, content: str, said: str) -> None:
    """A file that cannot be fitted on raises FittingError with file and line or what is missing."""
    with pytest.raises(FittingError, match=said):
        read_questions(_file(tmp_path, content))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """A file that does not exist raises FittingError and no OSError."""
    with pytest.raises(FittingError, match=r"nowhere\.yml"):
        read_questions(tmp_path / "nowhere.yml")


def test_about_a_quarter_is_left_out_always_the_same() -> None:
    """The choice depends on the text alone: stable over runs, about a quarter of them."""
    texts = [f"Question number {number}?" for number in range(4000)]
    assert 0.22 < np.mean([is_left_out(text) for text in texts]) < 0.28
    assert [text for text in "abcdef" if is_left_out(text)] == ["a", "b", "c", "d"]


def test_gold_ids_of_an_older_file_are_brought_up_to_date(knowledge: Knowledge) -> None:
    """Former ids become those of today and ids that are gone fall away."""
    assert present_ids(["main-match/day", "gone/now", "step-1/duration"], knowledge) == {
        "main-match/match-day",
        "step-1/duration",
    }


def test_a_case_marks_right_and_acceptable_candidates() -> None:
    """Gold facts are right and acceptable, partial ones acceptable only, and a case without gold is out of scope."""
    candidates = Candidates(np.array([2, 0, 1]), np.zeros((3, len(FEATURES))), ())
    asked = Asked("?", frozenset({"a/c"}), frozenset({"a/a"}))
    case = make_case(asked, Question("?"), candidates, ["a/a", "a/b", "a/c"])
    assert case.gold.tolist() == [True, False, False]
    assert case.acceptable.tolist() == [True, True, False]
    assert case.in_scope
    assert not make_case(Asked("?", frozenset(), frozenset()), Question("?"), candidates, ["a", "b", "c"]).in_scope


def test_a_fitted_ranking_puts_the_right_fact_first(fitted: Ranking) -> None:
    """On cases that it has not seen the ranking finds the signal that tells and the one that misleads."""
    unseen = [_case(seed) for seed in range(1000, 1100)]
    first = [ranked[0] for ranked, _ in (fitted.order(case.candidates) for case in unseen)]
    assert np.mean([case.gold[i] for case, i in zip(unseen, first, strict=True)]) > 0.95
    assert fitted.weights[TEXT] > 0
    assert abs(fitted.weights[TEXT]) > abs(fitted.weights[WORDS])


def test_a_fitted_ranking_is_surer_inside_the_scope(fitted: Ranking) -> None:
    """Questions with a right fact are answered and messages out of scope are not."""
    inside, outside = [_case(seed) for seed in range(1000, 1050)], [_case(seed, False) for seed in range(2000, 2050)]
    outcome = judge([*inside, *outside], fitted)
    assert outcome.right > 0.9
    assert outcome.declined > 0.9


def test_thresholds_are_kept_as_given(fitted: Ranking) -> None:
    """Fitting chooses weights, the person chooses thresholds."""
    assert (fitted.answer, fitted.offer) == (0.5, 0.2)


def _by_text(answer: float) -> Ranking:
    """Orders by `text` alone."""
    weights = np.zeros(len(FEATURES))
    weights[TEXT] = 10
    return Ranking(weights, np.zeros(len(SIGNS)), 0.0, answer, 0.1)


def _judged(gold: int, fine: int, in_scope: bool = True) -> Case:
    """A case whose first candidate by `text` is number 0."""
    features = np.zeros((2, len(FEATURES)))
    features[0, TEXT] = 1
    places = np.arange(2)
    return Case(
        Question("?"), Candidates(places, features, ()), places == gold, (places == gold) | (places == fine), in_scope
    )


def test_the_judgement_counts_right_wrong_and_declined() -> None:
    """Shares are of the answerable questions and of those out of scope; a merely acceptable answer is neither."""
    cases = [_judged(0, -1), _judged(1, 0), _judged(1, -1), _judged(1, -1), _judged(-1, -1, in_scope=False)]
    outcome = judge(cases, _by_text(0.5), np.array([0.9, 0.9, 0.9, 0.1, 0.1]))
    assert (outcome.right, outcome.wrong, outcome.declined) == (0.25, 0.25, 1.0)
    assert outcome.first == 0.25


def test_who_answers_nothing_is_neither_right_nor_wrong() -> None:
    """Below the threshold the order of the search still counts as found first."""
    outcome = judge([_judged(0, -1), _judged(1, -1)], _by_text(0.9))
    assert (outcome.right, outcome.wrong, outcome.first) == (0.0, 0.0, 0.5)


def test_an_outcome_reads_as_shares() -> None:
    """The report gives percentages."""
    text = str(judge([_judged(0, -1), _judged(-1, -1, in_scope=False)], _by_text(0.4)))
    assert "100.0%" in text
    assert "0.0%" in text


def test_every_question_is_judged_once_without_its_fold() -> None:
    """Cross-validation weighs the folds by their questions, so that the shares are those over all of them."""
    seen, asked = (
        [_case(seed, seed % 2 > 0) for seed in range(60)],
        [_case(seed, seed % 3 > 0) for seed in range(100, 112)],
    )
    outcome = cross_validated(fit_in_folds(seen, asked, folds=3), 0.5)
    assert outcome.first > 0.9
    assert 0 <= outcome.wrong <= 1 - outcome.right
    assert outcome.right * 8 == pytest.approx(round(outcome.right * 8))


def test_a_file_of_few_questions_is_cross_validated() -> None:
    """Fewer questions than folds leave some folds empty and still give shares."""
    seen = [_case(seed, seed % 2 > 0) for seed in range(40)]
    asked = [_case(101), _case(102), _case(103, in_scope=False)]
    outcome = cross_validated(fit_in_folds(seen, asked, folds=5), 0.5)
    assert outcome.first == 1
