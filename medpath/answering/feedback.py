"""The local log of what people thought of answers: for the keepers of the facts, without a word on who it was."""

from __future__ import annotations

import json
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

LONGEST_QUESTION = 300
# What may tell who somebody is: e-mail addresses and long numbers.
_IDENTIFYING = re.compile(r"\S+@\S+|\d[\d\s-]{5,}\d")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class Feedback:
    """One judgement: the time in UTC to the minute, the question, the facts stated, and what they were worth."""

    time: str
    question: str
    facts: tuple[str, ...]
    helpful: bool


@dataclass(frozen=True)
class Judged:
    """The judgements on one fact, with the latest questions for which it was wrong."""

    fact: str
    helpful: int
    wrong: int
    questions: tuple[str, ...]


def record(path: Path, question: str, facts: Sequence[str], helpful: bool, now: datetime) -> None:
    """Adds a judgement to the log; raises OSError if it cannot be written."""
    plain = _IDENTIFYING.sub("…", _CONTROL.sub(" ", question))[:LONGEST_QUESTION]
    time = now.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%MZ")
    line = json.dumps(asdict(Feedback(time, plain, tuple(facts), helpful)), ensure_ascii=True) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    # One write at the end of the file: two processes do not mix their lines.
    log = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(log, line.encode())
    finally:
        os.close(log)


def read(path: Path) -> tuple[list[Feedback], int]:
    """The judgements of a log in order, and the number of lines that are none; raises OSError if there is no log."""
    found, broken = [], 0
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        one = _judgement(line)
        if one is None:
            broken += 1
        else:
            found.append(one)
    return found, broken


def _judgement(line: str) -> Feedback | None:
    try:
        row = json.loads(line)
        one = Feedback(row["time"], row["question"], tuple(row["facts"]), row["helpful"])
        datetime.strptime(one.time, "%Y-%m-%dT%H:%MZ")
    except (ValueError, KeyError, TypeError, RecursionError):
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
