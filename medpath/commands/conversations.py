"""medpath conversations: what is kept of conversations, for whoever runs Medpath and for those who ask for theirs."""

from __future__ import annotations

import argparse
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from medpath.errors import MedpathError
from medpath.project import Project

# SQLAlchemy is imported where it is needed: other commands start without it and set the quiet environment first.
if TYPE_CHECKING:
    from medpath.conversations.database import Database

BUSY_SECONDS = 10.0


def add_commands(commands: Any) -> None:
    """Adds conversations."""
    parser = commands.add_parser("conversations", help="list, export and erase what is kept of conversations")
    acts = parser.add_subparsers(dest="act_on", required=True, metavar="ACTION")
    purging = acts.add_parser("purge", help="erase what is older than an age, which endpoints.yml sets (keep_for)")
    purging.add_argument("--older-than", type=_age, metavar="30d", help="hours, days or weeks: 12h, 30d, 4w")
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
    from medpath.conversations.database import Database
    from medpath.conversations.settings import read_settings

    return Database(read_settings(project).url, make=False, busy_seconds=BUSY_SECONDS)


def _purge(project: Project, given: argparse.Namespace) -> int:
    from medpath.conversations.retention import purge
    from medpath.conversations.settings import read_settings

    settings = read_settings(project)
    age = given.older_than or settings.keep_for
    if age is None:
        print("Conversations are kept until they are erased by hand: endpoints.yml sets no keep_for.")
        return 0
    database = _database(project)
    if database.path is not None and not database.path.exists():
        print(f"There is no conversation database {database.name} yet.")
        return 0
    conversations, events = purge(database, age)
    print(f"Erased {conversations} conversations, and {events} old events of others.")
    return 0


def _export(project: Project, given: argparse.Namespace) -> int:
    from medpath.conversations.export import exported

    rows = _database(project).rows(given.id, session_only=False)
    if not rows:
        raise MedpathError(f"There is no conversation {given.id!r}.")
    print(json.dumps(exported(given.id, rows), ensure_ascii=False, indent=2))
    return 0


def _erase(project: Project, given: argparse.Namespace) -> int:
    database = _database(project)
    events = database.erase(given.id)
    if not events:
        raise MedpathError(f"There is no conversation {given.id!r}.")
    database.clear_log()
    print(f"Erased the conversation {given.id} ({events} events). A Medpath that is running forgets it within seconds.")
    return 0


def _list(project: Project, given: argparse.Namespace) -> int:
    from medpath.conversations.export import shown_time

    for one in _database(project).summaries():
        if given.text in one.conversation:
            print(f"{shown_time(one.last)}  {one.events:6} events  {one.conversation}")
    return 0
