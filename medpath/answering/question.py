"""What the answering is given: the question with what the understanding made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from medpath.language.intents import ASK, OUT_OF_SCOPE, SURE_DOOR

WEARY = "weary"
UNKNOWN = 0.1
# An unsure door gives way to a fact that is so sure. Of 2,600 messages that nothing was trained on 14 questions are
# answered so that were declined or talked at, and 8 others get a fact that they did not ask for.
FAIRLY_SURE = 0.75
SOCIAL = frozenset(
    {
        "greet",
        "thank",
        "goodbye",
        "smalltalk",
        "bot_identity",
        "bot_privacy",
        "bot_language",
        "bot_sources",
        "help",
        "abuse",
        "injection",
        "unclear",
        "other_language",
        "start_over",
    }
)


@dataclass(frozen=True)
class Question:
    """A person's question.

    `intents` maps intent names to probabilities (at least the likeliest ones); intents named ask_ASPECT
    stand for the aspects. `context` holds the topics of the last answer, which count when the question
    names none. `audience` is what the person said of himself (img, do ...). `vector` is the sentence vector, if
    it is known already, of shape (384,). `shown` holds facts that were stated already and are not wanted again.
    `parts` has the intents of each question of a text that asks several things, by its text.
    """

    text: str
    intents: Mapping[str, float] = field(default_factory=dict)
    context: tuple[str, ...] = ()
    audience: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    vector: np.ndarray | None = field(default=None, compare=False, repr=False)
    parts: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def aspects(self) -> dict[str, float]:
        """The probabilities of the aspects that the question may ask for."""
        return {name[len(ASK) :]: p for name, p in self.intents.items() if name.startswith(ASK)}

    def outside(self) -> float:
        """The probability that no fact answers the message, by its kind; a guess where nothing is known of it."""
        if not self.intents:
            return UNKNOWN
        return sum(p for name, p in self.intents.items() if name in OUT_OF_SCOPE | SOCIAL)

    def unsure_door(self) -> bool:
        """Whether it is not sure of which kind a message is that looks like no question."""
        return self.intents.get(self.reason(), 0.0) < SURE_DOOR

    def reason(self) -> str:
        """The likeliest kind of message other than a question, if it is likelier than a question; else empty."""
        others = {name: p for name, p in self.intents.items() if not name.startswith(ASK)}
        name = max(others, key=lambda kind: others[kind], default="")
        return name if name and others[name] > sum(self.aspects().values()) else ""
