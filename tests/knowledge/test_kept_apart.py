"""Questions that measure the choice among facts are kept apart from those that teach it."""

from __future__ import annotations

from pathlib import Path

import pytest

from medpath.answering.fitting.choices import read_questions
from medpath.knowledge.records import Knowledge
from medpath.project import find_project

KEPT = sorted((find_project().root / "benchmarks" / "questions" / "test").glob("*.yml"))
BLIND = frozenset(
    {
        "students",
        "premeds",
        "graduates_from_abroad",
        "letters",
        "residents_and_physicians",
        "all_stages",
        "situations",
        "moments",
        "crossroads",
        "everyday",
    }
)


def normal(question: str) -> str:
    return " ".join(question.lower().split()).rstrip("?.! ")


@pytest.mark.parametrize("path", [path for path in KEPT if path.stem in BLIND], ids=lambda path: path.stem)
def test_no_measured_question_is_a_sample_question(own_knowledge: Knowledge, path: Path) -> None:
    """Else the figure would tell what was learned by heart."""
    taught = {normal(question) for fact in own_knowledge.facts for question in fact.questions}
    assert not [asked.text for asked in read_questions(path) if normal(asked.text) in taught]
