"""medpath fit: fits weights and thresholds of the answering on questions with known answers."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from medpath.project import Project


def add_commands(commands: Any) -> None:
    """Adds fit and fit-conversations."""
    fit = commands.add_parser("fit", help="fit the ranking on files of questions and report by cross-validation")
    fit.add_argument("files", nargs="+", type=Path, help="YAML lists with q, verdict, gold and partial")
    fit.add_argument("--write", action="store_true", help="write the fitted numbers to data/answering/ranking.yml")
    fit.set_defaults(act=_fit)
    talk = commands.add_parser("fit-conversations", help="fit on conversations how follow-ups are read")
    talk.add_argument("files", nargs="+", type=Path, help="YAML lists of {name, turns}; a turn has say and facts")
    talk.add_argument("--write", action="store_true", help="write data/answering/ranking_in_context.yml")
    talk.set_defaults(act=_fit_conversations)


def _fit(project: Project, given: argparse.Namespace) -> int:
    from medpath.answering.fitting.fit_command import fit_project

    for line in fit_project(project, given.files, date.today(), given.write):
        print(line, flush=True)
    return 0


def _fit_conversations(project: Project, given: argparse.Namespace) -> int:
    from medpath.answering.fitting.fit_command import fit_conversations

    for line in fit_conversations(project, given.files, date.today(), given.write):
        print(line, flush=True)
    return 0
