"""medpath conversations: what is kept of conversations, for whoever runs Medpath and for those who ask for theirs."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from medpath.errors import MedpathError
from medpath.feedback import erase_feedback, purge_feedback
from medpath.project import Project
from medpath.sharing.settings import is_shared

# SQLAlchemy is imported where it is needed: other commands start without it and set the quiet environment first.
if TYPE_CHECKING:
    from medpath.conversations.database import Database

BUSY_SECONDS = 10.0
# Servers that begin at different times of the day take turns, and none of their days is left out.
PURGE, ALMOST_A_DAY = "purge", 23 * 60 * 60.0


def add_commands(commands: Any) -> None:
    """Adds conversations."""
    parser = commands.add_parser("conversations", help="list, export and erase what is kept of conversations")
    acts = parser.add_subparsers(dest="act_on", required=True, metavar="ACTION")
    purging = acts.add_parser("purge", help="erase what is older than an age, which endpoints.yml sets (keep_for)")
    purging.add_argument("--older-than", type=_age, metavar="30d", help="hours, days or weeks: 12h, 30d, 4w")
    purging.add_argument("--if-due", action="store_true", help="only if no server that shares the database did today")
    purging.set_defaults(act=_purge)
    exporting = acts.add_parser("export", help="print all that is kept of a conversation, as JSON")
    erasing = acts.add_parser("erase", help="erase a conversation")
    for one, act in ((exporting, _export), (erasing, _erase)):
        one.add_argument("id", help="its name, as `medpath conversations list` shows it")
        one.set_defaults(act=act)
    listing = acts.add_parser("list", help="show the conversations, those that rested longest first")
    listing.add_argument("text", nargs="?", default="", help="only those whose names hold this")
    listing.set_defaults(act=_list)


def _age(text: str) -> timedelta:
    from medpath.conversations.settings import read_age

    try:
        return read_age(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _database(project: Project) -> Database:
    from medpath.conversations.settings import read_settings
    from medpath.conversations.shared_database import database_at

    return database_at(read_settings(project).url, make=False, busy_seconds=BUSY_SECONDS)


def _purge(project: Project, given: argparse.Namespace) -> int:
    from medpath.conversations.settings import read_settings
    from medpath.sharing.chores import check_clock, give_back_chore, take_chore

    if is_shared():
        check_clock()
        if given.if_due and not take_chore(PURGE, ALMOST_A_DAY):
            print("Another server has erased what was due today.")
            return 0
    age = read_settings(project).keep_for if given.older_than is None else given.older_than
    if age is None:
        print("Conversations are kept until they are erased by hand: endpoints.yml sets no keep_for.")
    # One that cannot be changed at present keeps none of the others.
    try:
        _all_of(partial(act, project, age) for act in (_purge_database, _purge_feedback, _purge_outbox))
    except MedpathError:
        if is_shared():
            give_back_chore(PURGE)
        raise
    return 0


def _purge_database(project: Project, age: timedelta | None) -> None:
    from medpath.conversations.retention import purge

    if age is None:
        return
    database = _database(project)
    if database.path is not None and not database.path.exists():
        print(f"There is no conversation database {database.name} yet.")
        return
    conversations, events = purge(database, age)
    print(f"Erased {conversations} conversations, and {events} old events of others.")


def _purge_feedback(project: Project, age: timedelta | None) -> None:
    judgements = 0 if age is None else purge_feedback(project, age)
    if judgements:
        print(f"Erased {judgements} old judgements from the feedback.")


def _purge_outbox(project: Project, age: timedelta | None) -> None:
    from medpath.channels.slack.outbox_erasing import purge_outbox
    from medpath.channels.slack.settings import outbox_file
    from medpath.channels.slack.shared.outbox import purge_shared

    waiting = purge_shared(age) if is_shared() else purge_outbox(outbox_file(os.environ), age)
    if waiting:
        print(f"Erased {waiting} events of Slack's that nobody could answer.")


def _all_of(acts: Iterable[Callable[[], None]]) -> None:
    """Does everything; raises MedpathError in the end, with all that went wrong."""
    faults = []
    for act in acts:
        try:
            act()
        except MedpathError as error:
            faults.append(str(error))
    if faults:
        raise MedpathError("\n".join(faults))


def _export(project: Project, given: argparse.Namespace) -> int:
    from medpath.conversations.export import exported

    rows = _database(project).rows(given.id, session_only=False)
    if not rows:
        raise MedpathError(f"There is no conversation {given.id!r}.")
    print(json.dumps(exported(given.id, rows), ensure_ascii=False, indent=2))
    return 0


def _erase(project: Project, given: argparse.Namespace) -> int:
    erased: dict[str, int] = {}

    def erase(what: str, act: Callable[[Project, str], int]) -> None:
        erased[what] = act(project, given.id)

    places = {"events": _erase_events, "judgements": erase_feedback, "waiting in Slack's outbox": _erase_waiting}
    _all_of(partial(erase, what, act) for what, act in places.items())
    if not any(erased.values()):
        raise MedpathError(f"There is no conversation {given.id!r}.")
    counted = ", ".join(f"{number} {what}" for what, number in erased.items() if number)
    print(f"Erased the conversation {given.id} ({counted}). A Medpath that is running forgets it within seconds.")
    return 0


def _erase_events(project: Project, conversation: str) -> int:
    database = _database(project)
    events = database.erase(conversation)
    if events:
        database.wipe()
    return events


def _erase_waiting(project: Project, conversation: str) -> int:
    from medpath.channels.slack.outbox_erasing import erase_from_outbox
    from medpath.channels.slack.settings import outbox_file
    from medpath.channels.slack.shared.outbox import erase_shared

    if is_shared():
        return erase_shared(conversation)
    return erase_from_outbox(outbox_file(os.environ), conversation)


def _list(project: Project, given: argparse.Namespace) -> int:
    from medpath.conversations.export import shown_time

    for one in _database(project).summaries():
        if given.text in one.conversation:
            print(f"{shown_time(one.last)}  {one.events:6} events  {one.conversation}")
    return 0
