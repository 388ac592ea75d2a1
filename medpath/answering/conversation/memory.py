"""What a conversation remembers from one message to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from medpath.answering.replies.answer import ANSWERED


@dataclass(frozen=True)
class Memory:
    """The last answer: the question as it was understood, its aspects, topics and facts.

    `subject` is what the person named last, in his words. `aspects` maps intents (ask_cost) to probabilities. `facts`
    are those that were stated about the topics, the latest first. `offered` holds the facts that a question back
    offered; `failures` counts the messages in a row that were not answered. `kind` is the kind of the last reply if
    that was an answer, clarify while a sum waits for a number, and empty after any other reply. `compared` holds the
    topics of the last comparison in their order. `earlier` holds the questions before this one, the latest last,
    without private ones; `private` is whether this one is: no language model is told of it. `opening` is the question
    that opened the conversation: it tells the person's worry, which his later questions leave out. `listed` holds the
    topics of the list in the last reply.
    """

    question: str = ""
    subject: str = ""
    topics: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    aspects: Mapping[str, float] = field(default_factory=dict)
    offered: tuple[str, ...] = ()
    failures: int = 0
    kind: str = ""
    compared: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    private: bool = True
    opening: str = ""
    listed: tuple[str, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether the last reply was an answer, which a person can praise or complain of."""
        return bool(self.facts) and self.kind in ANSWERED

    def as_dict(self) -> dict[str, Any]:
        """The memory as JSON can hold it."""
        return asdict(self)

    @staticmethod
    def from_dict(content: Any) -> Memory:
        """The memory of as_dict; what is missing or of another type is as at the beginning."""
        known = {one.name: getattr(Memory(), one.name) for one in fields(Memory)}
        given = content if isinstance(content, dict) else {}
        read = {name: _like(start, given.get(name)) for name, start in known.items()}
        return Memory(**read)


def _like(start: Any, value: Any) -> Any:
    if isinstance(start, tuple) and isinstance(value, list | tuple):
        return tuple(str(item) for item in value)
    return value if isinstance(value, type(start)) else start
