"""Fitting on conversations with known answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from medpath.answering.answerer import Reading
from medpath.answering.conversation.memory import Memory
from medpath.answering.conversation.weighing import SIGNALS, Turn, Weighed
from medpath.answering.fitting.contexts import Case, cases_of, fit, fit_weights, in_folds, judge, read_conversations
from medpath.answering.question import Question
from medpath.answering.service import KNOWLEDGE, adviser
from medpath.errors import FittingError
from medpath.knowledge.compiled import load_compiled
from medpath.language.following import PLAIN, Shape
from medpath.project import find_project

FACTS = 5
TELLS, MISLEADS = SIGNALS.index("joined_best"), SIGNALS.index("shown")


def _case(seed: int, asked: bool = True) -> Case:
    """Five facts of which the right one has the highest `joined_best`, and another the highest `shown`."""
    random = np.random.default_rng(seed)
    signals = random.normal(0, 0.1, (FACTS, len(SIGNALS)))
    signals[2, TELLS] += 1.0 if asked else 0.0
    signals[4, MISLEADS] += 2.0
    reading = Reading(Question("it"), [], np.array([]), 0.9 if asked else 0.1)
    turn = Turn(
        Question("it", {"off_topic": 0.0 if asked else 0.9}),
        Shape(1, 1, False, False, False, False),
        Memory(),
        frozenset(),
        {PLAIN: reading},
    )
    right = np.arange(FACTS) == 2 if asked else np.zeros(FACTS, dtype=bool)
    return Case(f"conversation {seed % 20}", turn, Weighed(np.arange(FACTS), signals), right, asked)


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return [_case(seed, asked=seed % 4 != 0) for seed in range(200)]


def test_the_signal_that_tells_gets_the_weight(cases: list[Case]) -> None:
    """What the right facts have counts for them, what misleads does not."""
    weights = fit_weights(cases)
    assert weights[TELLS] > 1.0
    assert weights[TELLS] > weights[MISLEADS]


def test_a_conversation_is_never_split(cases: list[Case]) -> None:
    """Every case is tried once, with weights that no turn of its conversation has shaped."""
    parts = [part for part, _ in in_folds(cases)]
    groups = [{case.group for case in part} for part in parts]
    assert sum(map(len, parts)) == len(cases)
    assert len(set.union(*groups)) == sum(map(len, groups))


def test_the_outcome_counts_what_is_answered(cases: list[Case]) -> None:
    """Almost all questions are answered right, and messages that no fact answers are not."""
    outcome = judge(cases, fit(cases), 0.5)
    assert (outcome.asked, outcome.outside) == (150, 50)
    assert outcome.first >= 140
    assert outcome.right + outcome.wrong <= outcome.asked
    assert outcome.right >= 130
    assert outcome.declined >= 45


def test_turns_after_the_first_become_cases() -> None:
    """What stands alone or has no known fact is passed over, and the right fact is remembered for the next turn."""
    conversation = {
        "name": "psychiatry",
        "turns": [
            {"say": "how long is psych residency", "facts": ["psychiatry/duration"]},
            {"say": "ok"},
            {"say": "n how much do they make", "facts": ["psychiatry/salary", "no-such/fact"]},
        ],
    }
    knowledge = load_compiled(find_project().index / KNOWLEDGE)
    (case,) = cases_of(conversation, adviser(), knowledge, Question)
    assert case.turn.memory.topics == ("psychiatry",)
    assert [knowledge.facts[number].id for number in case.weighed.numbers[case.right]] == ["psychiatry/salary"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "a: b",
        "- 3",
        "- {name: a}",
        "- {name: a, turns: [{}]}",
        "- {name: a, turns: [{say: 3}]}",
        "- [",
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, content: str) -> None:
    """The error tells the file and what is missing in it."""
    path = tmp_path / "talk.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FittingError, match=r"talk\.yml"):
        read_conversations(path)
