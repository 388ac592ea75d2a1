"""Puts the answers to the parts of one message together, each under a heading; at the end what none was found for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from medpath.answering.replies.answer import (
    ANSWER,
    ANSWERED,
    CLARIFY,
    COMPARISON,
    DECLINE,
    SAFETY,
    SMALLTALK,
    Answer,
    Choice,
)
from medpath.answering.replies.composing import MOST_CHOICES, PICK
from medpath.knowledge.records import Knowledge

REFUSALS = frozenset({DECLINE, SAFETY, SMALLTALK})
LONGEST_HEADING = 50
LONGEST_PART = 70
# What the parts of a message may begin or end with, which is no part of what they ask.
_ENDS = " \t\n,;:.?!-–—"


@dataclass(frozen=True)
class Part:
    """One question of a message, in the person's words, with the answer to it."""

    question: str
    answer: Answer

    @property
    def answered(self) -> bool:
        """Whether it was answered, rather than refused or asked back."""
        return self.answer.kind in ANSWERED


def told_together(
    parts: Sequence[Part], knowledge: Knowledge, texts: Mapping[str, str], joints: Sequence[str]
) -> list[Answer]:
    """The answers to the parts of a message in its order, each under a heading if there are several.

    Beside an answer no refusal and no question back stands: its part is named at the end, with what a question back
    would offer. Where there is no answer only one refusal stands. `texts` has the sentence for what is not answered,
    `joints` are the words that tie a part to the one before.
    """
    told = _each_once([part for part in parts if part.answered])
    if not told:
        answers = [part.answer for part in parts]
        return answers[:1] if all(answer.kind in REFUSALS for answer in answers) else answers
    answers = [part.answer for part in told]
    if len(told) > 1:
        answers = [replace(part.answer, heading=heading(part, knowledge)) for part in told]
    left = [part for part in parts if not part.answered]
    return _without_told_choices([*_tables_once(answers), *_rest(left, texts, joints)])


def heading(part: Part, knowledge: Knowledge) -> str:
    """What an answer is about in a few whole words: its topic and what of it, the things compared, or the question."""
    answer = part.answer
    topics = [topic.short_name for name in answer.topics if (topic := knowledge.topic(name))]
    fact = knowledge.fact(answer.facts[0]) if answer.facts else None
    topic = knowledge.topic(fact.topic) if fact else None
    named = [bare(part.question, ())]
    if answer.kind == ANSWER and fact and topic:
        speaks = topic.short_name.lower() in fact.label.lower()
        named = [*([] if speaks else [f"{topic.short_name}: {fact.label}"]), fact.label]
    elif answer.kind == COMPARISON:
        named = [", ".join(topics), *named]
    fits = next((name for name in named if len(name) <= LONGEST_HEADING), whole_words(named[-1], LONGEST_HEADING))
    return fits[:1].upper() + fits[1:]


def bare(question: str, joints: Sequence[str]) -> str:
    """A part of a message without the words that tie it to the others, and without marks at its ends."""
    text = question.strip(_ENDS)
    joint = max((one for one in joints if text.lower().startswith(f"{one} ")), key=len, default="")
    return " ".join(text[len(joint) :].strip(_ENDS).split())


def whole_words(text: str, longest: int) -> str:
    """The beginning of a text in whole words, with an ellipsis if any are left out."""
    if len(text) <= longest:
        return text
    return text[: longest - 1].rsplit(" ", 1)[0].rstrip(_ENDS) + "…"


def _each_once(parts: Sequence[Part]) -> list[Part]:
    """The parts without those that are answered by the same fact as an earlier one."""
    first: dict[str, Part] = {}
    for i, part in enumerate(parts):
        first.setdefault(part.answer.facts[0] if part.answer.facts else str(i), part)
    return list(first.values())


def _tables_once(answers: Sequence[Answer]) -> list[Answer]:
    """The answers; a second table of the same things is left out where words answer."""
    kept: list[Answer] = []
    for answer in answers:
        known = answer.table and any(one.table and one.table.columns == answer.table.columns for one in kept)
        kept.append(replace(answer, table=None) if known and answer.body else answer)
    return kept


def _rest(parts: Sequence[Part], texts: Mapping[str, str], joints: Sequence[str]) -> list[Answer]:
    """The word on what is not answered, with what the questions back offered; none if all is."""
    if not parts:
        return []
    named = [whole_words(bare(part.question, joints), LONGEST_PART) for part in parts]
    offered = [choice for part in parts if part.answer.kind == CLARIFY for choice in part.answer.choices]
    text = texts["nothing"].format(parts="; ".join(f'"{name}"' for name in named))
    return [Answer(DECLINE, text, choices=tuple(dict.fromkeys(offered)))]


def _without_told_choices(answers: Sequence[Answer]) -> list[Answer]:
    """The answers, of which none offers what another one tells."""
    told = {PICK + fact for answer in answers for fact in answer.facts}

    def fresh(choices: Sequence[Choice]) -> tuple[Choice, ...]:
        return tuple(choice for choice in choices if choice.payload not in told)[:MOST_CHOICES]

    return [replace(answer, choices=fresh(answer.choices)) for answer in answers]
