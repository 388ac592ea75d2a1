"""What stays remembered after an answer that is not surely meant."""

from __future__ import annotations

from medpath.answering.conversation.adviser import kept
from medpath.answering.conversation.memory import Memory

BEFORE = Memory(
    question="how much is step 3",
    subject="step 3",
    topics=("usmle-step-3",),
    facts=("usmle-step-3/fee",),
    aspects={"ask_cost": 1.0},
    kind="answer",
)
AFTER = Memory(question="Psychiatry: pay", subject="pay", topics=("psychiatry",), facts=("psychiatry/salary",))


def test_the_thread_is_not_left_for_a_doubtful_answer() -> None:
    """The next message goes on with what was surely spoken of."""
    memory = kept(AFTER, BEFORE)
    assert (memory.question, memory.subject, memory.topics, memory.aspects) == (
        BEFORE.question,
        BEFORE.subject,
        BEFORE.topics,
        BEFORE.aspects,
    )


def test_the_doubtful_answer_is_known_as_the_last() -> None:
    """Who asks where it comes from, or says that it was wrong, means the answer that he saw."""
    memory = kept(AFTER, BEFORE)
    assert memory.facts == ("psychiatry/salary", "usmle-step-3/fee")
    assert memory.answered_question == "Psychiatry: pay"
    assert Memory.from_dict(memory.as_dict()) == memory
