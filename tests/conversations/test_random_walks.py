"""Random conversations: whatever is said in whatever order, every message gets a reply and none an error.

MEDPATH_WALKS sets how many are tried (default 60).
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from on_loopback import Conversation, Running

from medpath.answering.service import KNOWLEDGE
from medpath.channels.incoming import UnreadableMessage, clean_message
from medpath.knowledge.compiled import load_compiled
from medpath.language.messages import read_messages
from medpath.project import find_project

WALKS = int(os.environ.get("MEDPATH_WALKS", "60"))
TAP = "tap"
KNOWLEDGE_FILE = load_compiled(find_project().index / KNOWLEDGE)
MESSAGES = [text for text, _ in read_messages(find_project().messages)]
NUMBERS = st.integers(0, 2000).map(lambda number: f"and for {number}?")
STEPS = st.one_of(
    st.integers(0, len(KNOWLEDGE_FILE.facts) - 1).map(lambda i: KNOWLEDGE_FILE.facts[i].questions[0]),
    st.sampled_from(MESSAGES),
    st.sampled_from([topic.name for topic in KNOWLEDGE_FILE.topics]).map(lambda name: f"no, I meant {name}"),
    st.sampled_from([TAP, "1", "2", "the other one", "are you sure?", "tell me more", "back to the first"]),
    NUMBERS,
    st.text(max_size=40),
)


@settings(max_examples=WALKS, deadline=None, suppress_health_check=list(HealthCheck), derandomize=WALKS <= 60)
@given(steps=st.lists(STEPS, min_size=2, max_size=8))
def test_a_random_walk(medpath_running: Running, steps: list[str]) -> None:
    """Questions, buttons, corrections, fragments and nonsense in any order."""
    conversation = Conversation(medpath_running.url)
    buttons: list[dict[str, Any]] = []
    for step in steps:
        said = buttons[-1]["payload"] if step == TAP and buttons else step
        replies = conversation.say(said)
        buttons = [button for message in replies for button in message.get("buttons", [])]
        assert all((message.get("custom") or {}).get("kind") != "error" for message in replies) or not _readable(said)


def _readable(text: str) -> bool:
    try:
        return bool(clean_message(text))
    except UnreadableMessage:
        return False
