"""Which database and which Redis several servers share: the environment says it, the same to all of them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from medpath.errors import SetupError

# Imported where an address is read: the command line takes only names from here.
if TYPE_CHECKING:
    from sqlalchemy.engine import URL

DATABASE_URL, REDIS_URL = "MEDPATH_DATABASE_URL", "MEDPATH_REDIS_URL"
DIALECTS = ("postgresql", "postgres")
REDIS_SCHEMES = ("redis://", "rediss://", "unix://")


def is_shared(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether what Medpath keeps is shared with other servers, instead of lying in files of this machine."""
    return bool(environment.get(DATABASE_URL, "").strip())


def database_url(environment: Mapping[str, str] = os.environ) -> URL | None:
    """The address of the shared database; None where there is none. Raises SetupError for what is no such address."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    if not is_shared(environment):
        return None
    try:
        url = make_url(environment[DATABASE_URL].strip())
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.get_backend_name() not in DIALECTS or not url.database:
        # What it holds is not told: it has a password in it.
        raise SetupError(
            f"{DATABASE_URL} must be an address such as postgresql://USER:PASSWORD@HOST:5432/NAME, "
            "with %40 for an @ in the password and %2F for a slash."
        )
    return url.set(drivername="postgresql")


def redis_url(environment: Mapping[str, str] = os.environ) -> str | None:
    """The address of the shared Redis; None where there is none. Raises SetupError for what is no such address."""
    text = environment.get(REDIS_URL, "").strip()
    if not text:
        return None
    import redis

    try:
        redis.ConnectionPool.from_url(text)
    except ValueError:
        text = ""
    if not text.startswith(REDIS_SCHEMES):
        raise SetupError(f"{REDIS_URL} must be an address such as redis://:PASSWORD@HOST:6379/0.")
    return text


def check_secret(variable: str, environment: Mapping[str, str] = os.environ) -> None:
    """Raises SetupError where several servers need the same secret and the environment gives none."""
    if is_shared(environment) and not environment.get(variable):
        raise SetupError(
            f"{DATABASE_URL} is set, but {variable} is not: all servers need the same one. "
            f"Make it once with `openssl rand -hex 32`, and set it for each of them."
        )
