"""medpath database: the schema of the conversation database, and the way from one machine to several."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from medpath.errors import SetupError, StorageError
from medpath.project import Project


def add_commands(commands: Any) -> None:
    """Adds database."""
    parser = commands.add_parser(
        "database", help="migrate the conversation database, or bring a file into a shared one"
    )
    acts = parser.add_subparsers(dest="act_on", required=True, metavar="ACTION")
    upgrading = acts.add_parser("upgrade", help="bring its schema up to date; nothing that it holds is lost")
    upgrading.set_defaults(act=_upgrade)
    importing = acts.add_parser("import", help="copy the conversations of a file into the shared database")
    importing.add_argument("file", type=Path, help="a database of one machine, such as var/conversations.db")
    importing.set_defaults(act=_import)


def _upgrade(project: Project, given: argparse.Namespace) -> int:
    import sqlalchemy as sa

    from medpath.conversations.faults import fault
    from medpath.conversations.settings import read_settings
    from medpath.sharing.schema import HEAD, upgrade

    url = read_settings(project).url
    name = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        raise StorageError(f"There is no conversation database {url.database} yet.")
    engine = sa.create_engine(url, hide_parameters=True)
    try:
        before = upgrade(engine)
    except sa.exc.SQLAlchemyError as error:
        raise fault(name, error) from None
    finally:
        engine.dispose()
    print(f"The schema of {name} is {HEAD}; it was {before or 'without a number'}.")
    return 0


def _import(project: Project, given: argparse.Namespace) -> int:
    from medpath.conversations.moving import move_conversations
    from medpath.conversations.shared_database import SharedDatabase
    from medpath.sharing.settings import DATABASE_URL, database_url

    url = database_url()
    if url is None:
        raise SetupError(f"Set {DATABASE_URL} to the database that the conversations are to go to.")
    if not given.file.exists():
        raise StorageError(f"There is no conversation database {given.file}.")
    copied, events, known = move_conversations(given.file, SharedDatabase(url))
    print(f"Copied {copied} conversations with {events} events; {known} were there already.")
    judgements = _move_feedback(project, given.file)
    if judgements:
        print(f"Copied {judgements} judgements from {project.feedback}.")
    return 0


def _move_feedback(project: Project, file: Path) -> int:
    """Copies what the same machine has kept of judgements; gives the number of new ones."""
    from medpath.answering.feedback import read
    from medpath.conversations.moving import names_in
    from medpath.secret_file import secret_in
    from medpath.sharing.feedback import take_in

    try:
        judgements, _ = read(project.feedback)
        key = secret_in(project.feedback_key)
    except FileNotFoundError:
        return 0
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(f"{project.feedback} cannot be read ({error}).") from error
    return take_in(judgements, key, names_in(file))
