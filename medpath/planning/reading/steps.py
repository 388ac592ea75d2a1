"""Which steps are behind somebody, which failed, which he has not done, and what he wishes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from medpath.planning.reading.standing import in_training
from medpath.planning.reading.wording import ReadingWording

_SENTENCE_END = re.compile(r"[.;!?](?!\d)|\bbut\b(?! (?:i )?(?:fail|flunk|bomb|did not pass))|\bhowever\b")
_BETWEEN = re.compile(r"[ ,/&+]*(?:and|both|the|my|also|n)?[ ,/&+]*")
# Of several verbs before an exam the nearest counts; after it, these in their order.
_AFTER = ("failed", "undone", "planned", "done")
# Exams that may be taken again for a better score.
_TAKEN_FREELY = {"mcat", "oet"}
# Stages whose earlier application led nowhere.
_APPLIED_IN_VAIN = "reapplicant"


class Exam(NamedTuple):
    """One or more exams named together, and where they stand."""

    steps: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Steps:
    """Names of steps by what is told of them; what is only planned is undone, `bettered` are passed exams that
    somebody wants to take again for the score."""

    done: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    undone: frozenset[str] = frozenset()
    bettered: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Wishes:
    """What is wished, what is no longer wished, and the number of gap years."""

    wanted: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()
    gap_years: int | None = None


def read_steps(text: str, stage: str | None, wording: ReadingWording) -> Steps:
    """The exams and other steps that a message tells of."""
    failed = _failed(text, stage, wording)
    done, undone = _other_steps(text, stage, failed, wording)
    told: dict[str, set[str]] = {"done": done, "undone": undone, "failed": failed}
    told.update({status: set() for status in wording.exam_verbs if status not in told})
    for sentence in _SENTENCE_END.split(text):
        exams = _exams(sentence, wording)
        for number, exam in enumerate(exams):
            status = _status(sentence, exams, number, wording)
            if wording.patterns["failed_all"].match(sentence[exam.end :]):
                status = "failed"
            if status:
                told[status].update(exam.steps)
            for later, pattern in (("retake", "retaken"), ("planned", "planned_later")):
                if wording.patterns[pattern].search(sentence[exam.end :]):
                    told[later].update(exam.steps)
            again = wording.patterns["second_try"].match(sentence[exam.end :])
            if (status == "failed" and wording.patterns["passed_later"].search(text)) or again:
                told["done"].update(exam.steps)
            if again:
                told["failed"].update(exam.steps)
    bettered = _bettered(text, told, wording)
    told["undone"] |= (told["planned"] - told["done"]) | (told["retake"] - bettered)
    told["undone"] -= bettered
    done = told["done"] - told["undone"]
    return Steps(frozenset(done), frozenset(told["failed"]), frozenset(told["undone"]), frozenset(bettered))


def _bettered(text: str, told: Mapping[str, set[str]], wording: ReadingWording) -> set[str]:
    """The exams that are passed and to be taken once more."""
    if not wording.patterns["score_told"].search(text):
        return set()
    return (told["retake"] & told["done"]) - told["failed"] - _TAKEN_FREELY


def _failed(text: str, stage: str | None, wording: ReadingWording) -> set[str]:
    """What went wrong besides exams; who is in training has matched in the end."""
    if in_training(stage):
        return set()
    return {step for row in wording.lists["failed"] if row.found(text) for step in row.means["steps"]}


def _exams(sentence: str, wording: ReadingWording) -> list[Exam]:
    found: list[Exam] = []
    for says, steps in wording.exams:
        for match in says.finditer(sentence):
            if all(match.end() <= one.start or match.start() >= one.end for one in found):
                found.append(Exam(steps, match.start(), match.end()))
    return sorted(found, key=lambda exam: exam.start)


def _status(sentence: str, exams: list[Exam], number: int, wording: ReadingWording) -> str | None:
    """What a sentence tells of an exam: a word after it or after the list that it belongs to, else one before."""
    if wording.patterns["exam_score"].match(sentence[exams[number].end :]):
        return "done"
    last = number
    while last + 1 < len(exams) and _BETWEEN.fullmatch(sentence[exams[last].end : exams[last + 1].start]):
        last += 1
    after = next((key for key in _AFTER if wording.exam_after[key].match(sentence[exams[last].end :])), None)
    first = number
    while first > 0 and _BETWEEN.fullmatch(sentence[exams[first - 1].end : exams[first].start]):
        first -= 1
    if after is not None and after != "planned":
        between = sentence[exams[first - 1].end if first > 0 else 0 : exams[first].start]
        return "failed" if after == "done" and _verb_before(between, wording) == "failed" else after
    # With a time to come after it, a verb before another exam or a comma does not speak of this one.
    start = exams[first].start
    reach = max(exams[first - 1].end if first > 0 else 0, sentence.rfind(",", 0, start)) if after == "planned" else 0
    before = _verb_before(sentence[reach:start], wording)
    return (after or "done") if before in ("held", None) and (after or before) else before


def _verb_before(before: str, wording: ReadingWording) -> str | None:
    """What the nearest verb tells; of two that end at the same place the longer one ("not taken", "taken")."""
    spans = {}
    for status, verb in wording.exam_verbs.items():
        # The last verb within reach: each search begins after the one before.
        match = verb.search(before)
        while match:
            start, end = match.span("verb")
            spans[status] = (end, -start)
            match = verb.search(before, start + 1)
    return max(spans, key=spans.__getitem__, default=None)


def _other_steps(text: str, stage: str | None, failed: set[str], wording: ReadingWording) -> tuple[set[str], set[str]]:
    done: set[str] = set()
    undone: set[str] = set()
    in_vain = (stage == _APPLIED_IN_VAIN or bool(failed)) and not _applied_again(text, wording)
    for row in wording.lists["steps"]:
        if row.means.get("for", _applies_for(stage)) != _applies_for(stage) or ("for" in row.means and in_vain):
            continue
        for match in row.says.finditer(text):
            not_done = wording.patterns["not_done"].search(text[: match.start()])
            not_done = not_done or wording.patterns["not_done_after"].match(text[match.end() :])
            (undone if not_done else done).update(row.means["steps"])
    lacking = {step for row in wording.lists["undone"] if row.found(text) for step in row.means["steps"]}
    return done - undone, undone | (lacking - done)


def _applied_again(text: str, wording: ReadingWording) -> bool:
    """Whether somebody whose application failed has sent a new one."""
    return bool(wording.patterns["applied_again"].search(text)) and not wording.patterns["applied_not"].search(text)


def _applies_for(stage: str | None) -> str:
    """Who is or was in a medical school applies for residency, who is in residency, but for its first year, for a
    fellowship."""
    if (stage or "").endswith("_accepted"):
        return "medical_school"
    if stage in ("resident_preliminary", "resident_pgy1") or (stage or "").startswith(
        ("md_", "do_", "img_", "medical_")
    ):
        return "residency"
    return "fellowship" if in_training(stage) else "medical_school"


def read_wishes(text: str, wording: ReadingWording) -> Wishes:
    """The wishes of a message; what is named to say no to it is dropped, or its contrary wished where there is one."""
    wanted: set[str] = set()
    dropped: set[str] = set()
    gap_years = None
    text = wording.patterns["open_questions"].sub(" ", text)
    for row in wording.lists["wishes"]:
        match = row.says.search(text)
        if match is None:
            continue
        if row.denied(text, match):
            dropped.update(row.means["wishes"])
            wanted.update({row.means["contrary"]} if "contrary" in row.means else ())
        else:
            wanted.update(row.means["wishes"])
            dropped.update(row.means.get("drops", ()))
            gap_years = gap_years or row.means.get("gap_years")
    return Wishes(frozenset(wanted - dropped), frozenset(dropped), gap_years)


def behind(stage: str | None, school: str | None, done: frozenset[str], wording: ReadingWording) -> frozenset[str]:
    """The steps that are surely behind somebody at a stage."""
    found = wording.behind.get(stage or "", frozenset())
    applying = (stage or "").endswith("_year_4") and "eras_application" in done
    if applying or in_training(stage) or stage in ("md_graduate", "do_graduate"):
        found |= wording.behind_in_training.get(school or "", frozenset())
    if stage == "fellow":
        found |= wording.behind_in_fellowship.get(school or "", frozenset())
    for row in wording.follows:
        if row.after & (done | found) and row.school in (None, school):
            found |= row.steps
    return found


def read_asks(text: str, wording: ReadingWording) -> frozenset[str]:
    """The questions of ASKS that a message puts."""
    return frozenset(row.means["asks"] for row in wording.asks if row.found(text))
