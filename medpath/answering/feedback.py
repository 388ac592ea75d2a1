"""The local log of what people thought of answers: for the keepers of the facts, without a word on who it was."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

LONGEST_QUESTION = 300
MINUTE = "%Y-%m-%dT%H:%MZ"
# What may tell who somebody is: e-mail addresses and long numbers.
_IDENTIFYING = re.compile(r"\S+@\S+|\d[\d\s-]{5,}\d")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class Feedback:
    """One judgement: the time in UTC to the minute, the question, the facts stated, and what they were worth.

    `conversation` is a mark that only serves to erase the judgement together with its conversation.
    """

    time: str
    question: str
    facts: tuple[str, ...]
    helpful: bool
    conversation: str = ""


@dataclass(frozen=True)
class Judged:
    """The judgements on one fact, with the latest questions for which it was wrong."""

    fact: str
    helpful: int
    wrong: int
    questions: tuple[str, ...]


def line_of(question: str, facts: Sequence[str], helpful: bool, now: datetime, conversation: str = "") -> str:
    """A judgement as a line of the log, with the mark of its conversation."""
    plain = _IDENTIFYING.sub("…", _CONTROL.sub(" ", question))[:LONGEST_QUESTION]
    return as_line(Feedback(moment(now), plain, tuple(facts), helpful, conversation))


def as_line(judgement: Feedback) -> str:
    """A judgement as it stands in the log."""
    return json.dumps(asdict(judgement), ensure_ascii=True) + "\n"


def moment(when: datetime) -> str:
    """A time as it stands in the log."""
    return when.astimezone(timezone.utc).strftime(MINUTE)


def read(path: Path) -> tuple[list[Feedback], int]:
    """The judgements of a log in order, and the number of lines that are none; raises OSError if there is no log."""
    return read_lines(path.read_text(encoding="utf-8", errors="replace").splitlines())


def read_lines(lines: Iterable[str]) -> tuple[list[Feedback], int]:
    """The judgements in lines, and the number of those that are none."""
    found, broken = [], 0
    for line in lines:
        one = read_line(line)
        if one is None:
            broken += 1
        else:
            found.append(one)
    return found, broken


def read_line(line: str) -> Feedback | None:
    """The judgement in a line; None if there is none."""
    try:
        row = json.loads(line)
        mark = str(row.get("conversation", ""))
        one = Feedback(row["time"], row["question"], tuple(row["facts"]), row["helpful"], mark)
        datetime.strptime(one.time, MINUTE)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return one if isinstance(one.question, str) and isinstance(one.helpful, bool) else None


def summary(judgements: Iterable[Feedback], most: int = 3) -> list[Judged]:
    """The judgements by the first fact that was stated, those that were wrong most often first."""
    helpful: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    questions: defaultdict[str, list[str]] = defaultdict(list)
    for one in judgements:
        fact = one.facts[0] if one.facts else ""
        (helpful if one.helpful else wrong)[fact] += 1
        if not one.helpful:
            questions[fact].insert(0, one.question)
    judged = [Judged(fact, helpful[fact], wrong[fact], tuple(questions[fact][:most])) for fact in {*helpful, *wrong}]
    return sorted(judged, key=lambda one: (-one.wrong, -one.helpful, one.fact))
