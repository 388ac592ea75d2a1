"""False beliefs that questions rest on, and the facts that correct them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from made_facts import FEE, STEP_1_SCORES

from medpath.answering.replies.premises import Premises, read_beliefs
from medpath.answering.service import KNOWLEDGE, LEXICON
from medpath.errors import KnowledgeError
from medpath.knowledge.compiled import load_compiled
from medpath.knowledge.records import Fact, Knowledge
from medpath.language.lexicon import load_lexicon
from medpath.language.wording import load_wording
from medpath.project import Project

Words = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def premises(normal_words: Words) -> Premises:
    return Premises([("high score", STEP_1_SCORES), ("score fee", FEE), ("high", FEE)], normal_words)


@pytest.mark.parametrize(
    "text", ["Is that a high score?", "HIGH SCORES only", "the high-score myth", "my high  score’s"]
)
def test_a_belief_is_found_in_any_form_of_its_words(premises: Premises, text: str) -> None:
    """Case, plural, hyphen and possessive do not hide a phrase."""
    assert premises.corrected_in(text) == STEP_1_SCORES


@pytest.mark.parametrize("text", ["my score is low", "a score that is not so lofty", "", "scores", "fee for a score"])
def test_other_words_or_another_order_state_no_belief(premises: Premises, text: str) -> None:
    """The words must stand side by side in the order of the phrase."""
    assert premises.corrected_in(text) is None


def test_the_first_belief_of_the_file_wins(premises: Premises) -> None:
    """A text that holds several phrases is corrected by the one that stands first in the file."""
    assert premises.corrected_in("score fee for a high score") == STEP_1_SCORES
    assert premises.corrected_in("score fee, rather high") == FEE


def _write(folder: Path, text: str) -> Path:
    path = folder / "premises.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_each_phrase_of_a_belief_leads_to_its_fact(tmp_path: Path, knowledge: Knowledge) -> None:
    """All phrasings of a row are read, and a former id leads to the fact of today."""
    path = _write(
        tmp_path, "- says: [high score, top score]\n  fact: step-1/no-scores\n- says: [day]\n  fact: main-match/day"
    )
    found = read_beliefs(path, knowledge)
    assert [(phrase, fact.id) for phrase, fact in found] == [
        ("high score", "step-1/no-scores"),
        ("top score", "step-1/no-scores"),
        ("day", "main-match/match-day"),
    ]


def test_an_unknown_fact_is_told_with_file_and_line(tmp_path: Path, knowledge: Knowledge) -> None:
    """Every id that no fact has is named with the place to mend."""
    path = _write(
        tmp_path,
        "- says: [a]\n  fact: step-1/no-scores\n- says: [b]\n  fact: not/there\n- says: [c]\n  fact: nor/here\n",
    )
    with pytest.raises(KnowledgeError) as raised:
        read_beliefs(path, knowledge)
    first, second = raised.value.faults
    assert "premises.yml:3" in first
    assert "not/there" in first
    assert "premises.yml:5" in second


@pytest.fixture(scope="module")
def beliefs(project: Project) -> list[tuple[str, Fact]]:
    return read_beliefs(project.ranking.parent / "premises.yml", load_compiled(project.index / KNOWLEDGE))


def test_every_belief_of_the_project_is_corrected_by_its_fact(
    project: Project, beliefs: list[tuple[str, Fact]]
) -> None:
    """All facts of premises.yml exist, and no phrase is hidden by another one before it or by the spelling."""
    matcher = load_lexicon(project.index / LEXICON).matcher(load_wording(project.wording))
    premises = Premises(beliefs, lambda text: [word.norm for word in matcher.words(text)])
    found = {phrase: premises.corrected_in(f"Please, {phrase}: is that so?") for phrase, _ in beliefs}
    assert {phrase: fact.id for phrase, fact in found.items() if fact} == {phrase: fact.id for phrase, fact in beliefs}
