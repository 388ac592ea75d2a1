"""Where conversations are kept and for how long: the part `tracker_store` of endpoints.yml."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from medpath.endpoints import FILE, read_part
from medpath.errors import SetupError
from medpath.project import Project
from medpath.sharing.settings import database_url

# Imported where an address is read: the command line takes only names from here.
if TYPE_CHECKING:
    from sqlalchemy.engine import URL

DATABASE = "MEDPATH_DATABASE"
PART = "tracker_store"
NEVER = "never"
SQLITE = "sqlite"

_AGE = re.compile(r"(\d{1,5}) ?([hdw])")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}
URL_PARTS = ("dialect", "host", "port", "db", "username", "password", "query")


@dataclass(frozen=True)
class StoreSettings:
    """The database, and the age from which conversations are erased (None: never)."""

    url: URL
    keep_for: timedelta | None


def default_database(
    project: Project, environment: Mapping[str, str] = os.environ, name: str = "conversations.db"
) -> str:
    """The file that conversations are kept in: `name` where Medpath keeps its own, unless the environment names one."""
    return environment.get(DATABASE) or str(project.state / name)


def read_settings(project: Project) -> StoreSettings:
    """What endpoints.yml says; raises SetupError if it cannot be read or says nothing of use."""
    part = read_part(project, PART)
    if not part:
        raise SetupError(f"{project.root / FILE} has no part {PART}.")
    given = {
        key: Template(value).safe_substitute(os.environ) if isinstance(value, str) else value
        for key, value in part.items()
    }
    return store_settings({**given, "host": given.get("url")}, project)


def store_settings(given: Mapping[str, Any], project: Project) -> StoreSettings:
    """The settings in the words of endpoints.yml; raises SetupError for an age that cannot be read."""
    keep_for = given.get("keep_for")
    try:
        age = None if keep_for in (None, NEVER) else read_age(str(keep_for))
    except ValueError as error:
        raise SetupError(f"keep_for of {PART} in {FILE}: {error}") from error
    return StoreSettings(_url(given, project), age)


def read_age(text: str) -> timedelta:
    """An age such as 30d, 12h or 4w; raises ValueError, with a sentence, for any other."""
    found = _AGE.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError(f"{text!r} is no age. Write a number of hours, days or weeks, such as 12h, 30d or 4w.")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _url(given: Mapping[str, Any], project: Project) -> URL:
    """What the environment says first: MEDPATH_DATABASE_URL, then MEDPATH_DATABASE."""
    from sqlalchemy.engine import URL, make_url

    if shared := database_url():
        return shared
    host = given.get("host")
    if host and "://" in str(host):
        return make_url(host)
    dialect, name = given.get("dialect") or SQLITE, given.get("db")
    if dialect == SQLITE and name and not Path(name).is_absolute():
        name = default_database(project, name=name)
    return URL.create(
        dialect,
        given.get("username"),
        given.get("password"),
        host,
        int(given["port"]) if given.get("port") else None,
        name,
        given.get("query") or {},
    )
