"""medpath feedback: what people thought of answers, for those who keep the facts."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta, timezone
from typing import Any

from medpath.answering.feedback import moment, summary
from medpath.errors import MedpathError
from medpath.feedback import CENTURY, NoFeedback, feedback_of_all
from medpath.project import Project


def add_commands(commands: Any) -> None:
    """Adds feedback."""
    feedback = commands.add_parser("feedback", help="show which facts people found helpful or wrong")
    feedback.add_argument("--days", type=int, metavar="N", help="only the last N days")
    feedback.set_defaults(act=_feedback)


def _feedback(project: Project, given: argparse.Namespace) -> int:
    if given.days is not None and given.days < 1:
        raise MedpathError("--days takes a number of days from 1 on.")
    try:
        judgements, broken = feedback_of_all(project)
    except NoFeedback as none:
        print(none)
        return 0
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
