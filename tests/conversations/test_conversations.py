"""Whole conversations with the running product: after each message the right facts come in the right kind of reply.

Turns marked `open` are known to go wrong; they are played, because later turns hang on them, and get some reply.
benchmarks/conversations.py counts them too.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from on_loopback import Conversation

from benchmarks.conversations import faults, read_conversations
from medpath.answering.service import KNOWLEDGE
from medpath.channels.replies import read_reply
from medpath.knowledge.compiled import load_compiled
from medpath.project import find_project

FILES = sorted(Path(__file__).parent.glob("*.yml"))
# A training on another machine moves vectors in the last digits, and with them readings that are nearly as good.
MOST_WRONG = 0.1


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_conversations(medpath_url: str, path: Path) -> None:
    """Turns get a reply of the right kind that states the right fact first, all but very few of those not open."""
    wrong, asserted = [], 0
    for written in read_conversations(path):
        conversation = Conversation(medpath_url)
        for turn in written["turns"]:
            replies = [read_reply(message) for message in conversation.say(turn["say"])]
            if not turn.get("open"):
                asserted += 1
                wrong += [f"{written['name']}: {turn['say']}: {fault}" for fault in faults(turn, replies)[:1]]
    assert len(wrong) <= MOST_WRONG * asserted, "\n".join(wrong)


def test_there_are_enough_conversations() -> None:
    """Sixty and more, of two to eight turns, two thirds of their turns and more asserted."""
    written = [one for path in FILES for one in read_conversations(path)]
    assert len(written) >= 60
    assert all(2 <= len(one["turns"]) <= 8 for one in written)
    turns = [turn for one in written for turn in one["turns"]]
    assert sum(bool(turn.get("open")) for turn in turns) < len(turns) / 3


def test_the_facts_that_are_expected_exist() -> None:
    """No expectation names a fact that is gone."""
    knowledge = load_compiled(find_project().index / KNOWLEDGE)
    turns = [turn for path in FILES for one in read_conversations(path) for turn in one["turns"]]
    named = {fact for turn in turns for group in (turn.get("facts", ()), *turn.get("all", ())) for fact in group}
    assert {name for name in named if knowledge.fact(name) is None} == set()
