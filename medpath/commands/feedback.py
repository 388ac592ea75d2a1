"""medpath feedback: what people thought of answers, for those who keep the facts."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta, timezone
from typing import Any

from medpath.answering.feedback import moment, read, summary
from medpath.answering.feedback_log import erase_before, erase_of, mark_of
from medpath.errors import MedpathError
from medpath.project import Project

# Python knows no time before the year 1.
CENTURY = timedelta(36500)


def add_commands(commands: Any) -> None:
    """Adds feedback."""
    feedback = commands.add_parser("feedback", help="show which facts people found helpful or wrong")
    feedback.add_argument("--days", type=int, metavar="N", help="only the last N days")
    feedback.set_defaults(act=_feedback)


def _feedback(project: Project, given: argparse.Namespace) -> int:
    if given.days is not None and given.days < 1:
        raise MedpathError("--days takes a number of days from 1 on.")
    try:
        judgements, broken = read(project.feedback)
    except FileNotFoundError:
        print(f"Nobody has given feedback yet: there is no {project.feedback}.")
        return 0
    except OSError as error:
        raise MedpathError(f"{project.feedback} cannot be read ({error.strerror}).") from error
    if given.days:
        since = datetime.now(timezone.utc) - min(timedelta(given.days), CENTURY)
        judgements = [one for one in judgements if one.time >= moment(since)]
    wrong = sum(not one.helpful for one in judgements)
    print(f"{len(judgements)} judgements: {len(judgements) - wrong} helpful, {wrong} wrong.")
    if broken:
        print(f"{broken} lines of the log are damaged and were left out.")
    for one in summary(judgements):
        print(f"{one.wrong} wrong, {one.helpful} helpful  {one.fact or '(no fact)'}")
        for question in one.questions:
            print(f"  ? {question}")
    return 0


def erase_feedback(project: Project, conversation: str) -> int:
    """Erases the judgements of a conversation; gives their number. Raises MedpathError."""
    if not project.feedback.exists():
        return 0
    try:
        return erase_of(project.feedback, mark_of(conversation, project.feedback_key))
    except (OSError, UnicodeDecodeError) as error:
        raise MedpathError(f"{project.feedback} cannot be changed ({error}).") from error


def purge_feedback(project: Project, age: timedelta) -> int:
    """Erases the judgements that are older than an age; gives their number. Raises MedpathError."""
    try:
        return erase_before(project.feedback, datetime.now(timezone.utc) - min(age, CENTURY))
    except OSError as error:
        raise MedpathError(f"{project.feedback} cannot be changed ({error}).") from error
