"""Where judgements on answers are kept: in a file of this machine, or in the database that servers share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

from medpath.answering.feedback import Feedback, line_of, moment, read_lines
from medpath.answering.feedback_log import add_line, erase_before, erase_of, mark_of
from medpath.errors import StorageError
from medpath.project import Project
from medpath.sharing.settings import is_shared

# Python knows no time before the year 1.
CENTURY = timedelta(36500)


class NoFeedback(StorageError):
    """Nobody has judged anything yet."""


def note_feedback(project: Project, conversation: str, question: str, facts: Sequence[str], helpful: bool) -> None:
    """Keeps a judgement; raises StorageError."""
    now = datetime.now(timezone.utc)
    if is_shared():
        from medpath.sharing import feedback as shared

        shared.add(conversation, moment(now), lambda mark: line_of(question, facts, helpful, now, mark))
        return
    try:
        mark = mark_of(conversation, project.feedback_key)
        add_line(project.feedback, line_of(question, facts, helpful, now, mark))
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(project.feedback, error) from error


def feedback_of_all(project: Project) -> tuple[list[Feedback], int]:
    """All judgements in order, and the number of lines that cannot be read; raises StorageError."""
    if is_shared():
        from medpath.sharing import feedback as shared

        lines = shared.lines()
    else:
        try:
            lines = project.feedback.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            lines = []
        except OSError as error:
            raise StorageError(f"{project.feedback} cannot be read ({error.strerror}).") from error
    if not lines:
        where = "the database holds none" if is_shared() else f"there is no {project.feedback}"
        raise NoFeedback(f"Nobody has given feedback yet: {where}.")
    return read_lines(lines)


def erase_feedback(project: Project, conversation: str) -> int:
    """Erases the judgements of a conversation; gives their number. Raises StorageError."""
    if is_shared():
        from medpath.sharing import feedback as shared

        return shared.erase_of(conversation)
    if not project.feedback.exists():
        return 0
    try:
        return erase_of(project.feedback, mark_of(conversation, project.feedback_key))
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(project.feedback, error) from error


def purge_feedback(project: Project, age: timedelta) -> int:
    """Erases the judgements that are older than an age; gives their number. Raises StorageError."""
    before = datetime.now(timezone.utc) - min(age, CENTURY)
    if is_shared():
        from medpath.sharing import feedback as shared

        return shared.erase_before(moment(before))
    try:
        return erase_before(project.feedback, before)
    except OSError as error:
        raise _unusable(project.feedback, error) from error


def _unusable(file: Path, error: Exception) -> StorageError:
    return StorageError(f"{file} cannot be changed ({error}).")
