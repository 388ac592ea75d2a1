"""The order of the candidates and the probability that the first one is right."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from medpath.answering.fitting.fit_command import as_yaml
from medpath.answering.question import Question
from medpath.answering.search.ranking import SIGNS, Ranking, load_ranking
from medpath.answering.search.searching import FEATURES, Candidates
from medpath.errors import SetupError
from medpath.project import Project


def _candidates(**columns: list[float]) -> Candidates:
    """Candidates with the given signals, all others 0."""
    size = len(next(iter(columns.values())))
    features = np.stack([columns.get(name, [0.0] * size) for name in FEATURES], axis=1)
    return Candidates(np.arange(size), features, ())


def _ranking(weights: dict[str, float], signs: dict[str, float], bias: float = 0.0) -> Ranking:
    return Ranking(
        np.array([weights.get(name, 0.0) for name in FEATURES]),
        np.array([signs.get(name, 0.0) for name in SIGNS]),
        bias,
        0.5,
        0.2,
    )


def test_candidates_stand_best_first_with_shares_of_one() -> None:
    """The order follows the weighted signals, and the shares fall and add up to 1."""
    order, shares = _ranking({"text": 2.0, "words": 1.0}, {}).order(
        _candidates(text=[0.1, 0.9, 0.5], words=[0.0, 0.0, 1.0])
    )
    assert order.tolist() == [2, 1, 0]
    assert shares.sum() == pytest.approx(1)
    assert (np.diff(shares) < 0).all()


def test_a_signal_with_a_negative_weight_puts_a_fact_back() -> None:
    """A fact about another state than the named one falls behind."""
    order, _ = _ranking({"text": 1.0, "other_named": -2.0}, {}).order(
        _candidates(text=[0.9, 0.8], other_named=[1.0, 0.0])
    )
    assert order.tolist() == [1, 0]


def test_a_clear_lead_makes_surer_than_a_narrow_one() -> None:
    """The distance between the first and the second candidate counts."""
    ranking = _ranking({"text": 10.0}, {"margin": 1.0, "probability": 1.0})
    clear, narrow = (ranking.confidence(Question("?"), _candidates(text=[0.9, second])) for second in (0.1, 0.89))
    assert clear > narrow


def test_a_message_outside_the_scope_makes_less_sure() -> None:
    """The probability that it is no question for Medpath lowers the confidence."""
    ranking, candidates = _ranking({"text": 1.0}, {"outside": -3.0}), _candidates(text=[0.9, 0.1])
    inside = ranking.confidence(Question("?", {"ask_cost": 1.0}), candidates)
    assert inside > ranking.confidence(Question("?", {"off_topic": 1.0}), candidates)


@pytest.mark.parametrize("bias", [-30.0, 30.0])
def test_the_confidence_is_a_probability(bias: float) -> None:
    """However extreme the signs, the confidence lies between 0 and 1."""
    assert 0 <= _ranking({"text": 50.0}, {"text": 9.0}, bias).confidence(Question("?"), _candidates(text=[1, 0])) <= 1


def test_written_and_read_a_ranking_is_the_same(tmp_path: Path) -> None:
    """What fitting writes is what the answering reads, to four decimals."""
    ranking = _ranking({"text": 1.23456, "audience_other": -2.0}, {"margin": 0.5}, -1.25)
    path = tmp_path / "ranking.yml"
    path.write_text(as_yaml(ranking), encoding="utf-8")
    read = load_ranking(path)
    assert np.allclose(read.weights, ranking.weights, atol=5e-5)
    assert np.allclose(read.signs, ranking.signs, atol=5e-5)
    assert (read.bias, read.answer, read.offer) == (-1.25, 0.5, 0.2)


@pytest.mark.parametrize(
    ("keys", "value"),
    [(("weights", "text"), None), (("confidence", "bias"), "much"), (("thresholds", "offer"), None)],
)
def test_a_missing_or_odd_number_is_told_with_the_file(
    project: Project, tmp_path: Path, keys: tuple[str, str], value: str | None
) -> None:
    """A ranking file with a gap or a word for a number raises SetupError that names the file and the fault."""
    content = yaml.safe_load(project.ranking.read_text(encoding="utf-8"))
    if value is None:
        del content[keys[0]][keys[1]]
    else:
        content[keys[0]][keys[1]] = value
    path = tmp_path / "ranking.yml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(SetupError, match=rf"ranking\.yml.*{value or keys[1]}"):
        load_ranking(path)


def test_a_ranking_file_without_content_is_told(tmp_path: Path) -> None:
    """An empty file raises SetupError instead of a TypeError."""
    path = tmp_path / "ranking.yml"
    path.write_text("", encoding="utf-8")
    with pytest.raises(SetupError, match="medpath fit"):
        load_ranking(path)


def test_the_project_leaves_room_for_asking_back(project: Project) -> None:
    """Between declining and answering lies a stretch in which readings are offered."""
    ranking = load_ranking(project.ranking)
    assert 0 < ranking.offer < ranking.answer < 1


def test_the_order_does_not_depend_on_the_thresholds() -> None:
    """Thresholds decide what is said, not what comes first."""
    ranking, candidates = _ranking({"text": 1.0}, {}), _candidates(text=[0.2, 0.7, 0.4])
    assert ranking.order(candidates)[0].tolist() == replace(ranking, answer=0.9).order(candidates)[0].tolist()
