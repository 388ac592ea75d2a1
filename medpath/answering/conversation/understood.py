"""What was found for a message, and what of that is remembered or asked on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from medpath.answering.answerer import CHANCES, PROFILE, Reading
from medpath.answering.conversation.weighing import Turn
from medpath.answering.question import SOCIAL, WEARY, Question
from medpath.answering.replies.answer import Answer
from medpath.knowledge.records import Fact
from medpath.language.following import JOINED, SWAPPED
from medpath.language.intents import ASK, OUT_OF_SCOPE, SURELY_ASKS
from medpath.language.splitting import Asked, Splitter


@dataclass(frozen=True)
class Understood:
    """What was found for a message as a question of its own, and the way in which it was read.

    `asked` is the question to remember; where it is empty, the one that was read.
    """

    reading: Reading
    way: str
    asked: str = ""


def understood_by(turn: Turn, fact: Fact) -> Understood:
    """A message as understood if a fact answers it.

    Of one that only tells for what the last question is asked, that question is remembered with it.
    """
    way = speaks_for(turn, fact)
    whole = turn.readings.get(SWAPPED) or turn.readings.get(JOINED)
    asked = whole.question.text if whole and turn.shape.qualifies else ""
    return Understood(turn.readings[way], way, asked)


def asked_in(question: Question, splitter: Splitter) -> Asked:
    """The questions of a message; of a story without what only sounds like one ("can I ask you something").

    Of a story in which no words part them it is the sentence that is likeliest to ask.
    """
    asked = splitter.split(question.text)
    if asked.told:
        return _without_talk(asked, question)
    if asked.separate or not question.parts:
        return asked
    likely = {text: sum(asks_of(intents).values()) for text, intents in question.parts.items()}
    best = max(likely, key=lambda text: likely[text])
    if likely[best] < SURELY_ASKS:
        return asked
    return Asked("", (best,), (question.text.partition(best)[0],))


def _without_talk(asked: Asked, question: Question) -> Asked:
    """The questions that are no talk, or all where all are."""
    kept = [place for place, text in enumerate(asked.questions) if alone_of(question, text).reason() not in SOCIAL]
    places = kept or range(len(asked.questions))
    return Asked("", tuple(asked.questions[one] for one in places), tuple(asked.told[one] for one in places))


def alone_of(question: Question, part: str) -> Question:
    """One of the questions of a message as a question of its own."""
    return replace(question, text=part, intents=question.parts.get(part, question.intents), vector=None)


def speaks_for(turn: Turn, fact: Fact) -> str:
    """The way to read a message that makes a fact likeliest."""

    def likely(way: str) -> float:
        reading = turn.readings[way]
        place = next((i for i, one in enumerate(reading.facts) if one.id == fact.id), None)
        return reading.sure * float(reading.shares[place]) if place is not None else 0.0

    return max(turn.readings, key=likely)


def is_private(question: Question) -> bool:
    """Whether a message, or one of its questions, is of a kind that no language model is told."""
    parts = (replace(question, intents=intents) for intents in question.parts.values())
    return any(one.reason() in OUT_OF_SCOPE | {WEARY} for one in (question, *parts))


def asking(question: Question) -> Question:
    """The question; of somebody who tells of himself and asks something too, what he asks."""
    asks = question.reason() == PROFILE and "?" in question.text
    return replace(question, intents=asks_of(question.intents)) if asks else question


def asks_of(intents: Mapping[str, float]) -> dict[str, float]:
    """The intents of questions that facts answer."""
    return {name: p for name, p in intents.items() if name.startswith(ASK) or name == CHANCES}


def offered_by(answer: Answer) -> tuple[str, ...]:
    """The facts that an answer offers to pick from."""
    return tuple(fact for choice in answer.choices for fact in choice.facts)
