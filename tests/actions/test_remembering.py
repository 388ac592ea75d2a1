"""What the conversation remembers between two messages."""

from __future__ import annotations

import json

import pytest
from rasa_sdk import Tracker

from actions.conversation import LISTEN, keep, memory_of
from medpath.answering.conversation.memory import Memory
from medpath.knowledge.records import Knowledge


def _tracker(**slots: object) -> Tracker:
    return Tracker("someone", slots, {}, [], False, None, {}, None)


@pytest.mark.parametrize("slots", [{}, {"memory": None}, {"memory": {}}, {"memory": "old"}, {"memory": {"facts": 3}}])
def test_before_the_first_answer_nothing_is_remembered(slots: dict[str, object]) -> None:
    """A slot that is missing, empty or of another make means that nothing was shown."""
    assert memory_of(_tracker(**slots)) == Memory()


def test_what_is_remembered_is_read_back() -> None:
    """The slot that an answer sets gives the next turn all of the memory, also after a way through JSON."""
    memory = Memory(
        question="how long is psych",
        subject="psych",
        topics=("a",),
        facts=("a/b", "a/c"),
        aspects={"ask_cost": 0.5},
        offered=("d/e",),
        failures=1,
        kind="answer",
        compared=("a", "b"),
    )
    slot, end = keep(memory)
    assert end == LISTEN
    assert memory_of(_tracker(**{slot["name"]: json.loads(json.dumps(slot["value"]))})) == memory


def test_former_ids_are_read_as_those_of_today(compiled: Knowledge) -> None:
    """What was told before facts were joined counts as told, once; an id that leads nowhere stays."""
    fact = next(fact for fact in compiled.facts if len(fact.formerly) > 1)
    content = {"facts": [*fact.formerly, "gone/for-good"], "offered": [fact.formerly[0]]}
    memory = memory_of(_tracker(memory=content))
    assert memory.facts == (fact.id, "gone/for-good")
    assert memory.offered == (fact.id,)
