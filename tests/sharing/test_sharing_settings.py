"""What an operator may set, and what he is told where it cannot work."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from medpath.commands import connection
from medpath.commands.serve import action_url
from medpath.errors import SetupError
from medpath.project import Project
from medpath.sharing.settings import DATABASE_URL, REDIS_URL, check_secret, database_url, redis_url


@pytest.mark.parametrize("given", ["postgresql://u:p@db/medpath", "postgres://u:p@db/medpath"])
def test_addresses_of_the_database_are_read(given: str) -> None:
    """As hosts of databases write them."""
    url = database_url({DATABASE_URL: given})
    assert url is not None
    assert (url.host, url.database, url.get_driver_name()) == ("db", "medpath", "psycopg2")
    assert database_url({DATABASE_URL: " "}) is None


@pytest.mark.parametrize(
    "given", ["secret", "mysql://u:secret@db/medpath", "postgresql://u:secret@db", "http://secret"]
)
def test_no_address_of_a_database(given: str) -> None:
    """The sentence shows one, and not what was given, which has a password."""
    with pytest.raises(SetupError, match=r"postgresql://USER:PASSWORD@HOST:5432/NAME") as caught:
        database_url({DATABASE_URL: given})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("given", ["localhost:6379", "http://secret@redis", "redis://h:port"])
def test_no_address_of_a_redis(given: str) -> None:
    """Likewise."""
    with pytest.raises(SetupError, match=r"redis://:PASSWORD@HOST:6379/0") as caught:
        redis_url({REDIS_URL: given})
    assert "secret" not in str(caught.value)


def test_a_secret_is_missed_only_where_several_servers_need_it() -> None:
    """One machine makes its own."""
    check_secret("MEDPATH_WEB_SECRET", {})
    shared = {DATABASE_URL: "postgresql://u:p@db/medpath"}
    with pytest.raises(SetupError, match="openssl rand -hex 32"):
        check_secret("MEDPATH_WEB_SECRET", shared)
    check_secret("MEDPATH_WEB_SECRET", {**shared, "MEDPATH_WEB_SECRET": "x"})


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("http://actions:5055", "http://actions:5055/webhook"),
        ("http://actions:5055/", "http://actions:5055/webhook"),
        ("https://actions/webhook", "https://actions/webhook"),
        ("http://proxy/medpath/webhook", "http://proxy/medpath/webhook"),
    ],
)
def test_where_actions_are_called(given: str, read: str) -> None:
    """A server's address is enough."""
    assert action_url(given) == read


@pytest.mark.parametrize("given", ["actions:5055", "http://", "ftp://actions", "http://actions:port"])
def test_no_address_of_an_action_server(given: str) -> None:
    """It is told by the name of the option."""
    with pytest.raises(SetupError, match="--actions is"):
        action_url(given)


@pytest.mark.parametrize(
    ("server", "environment", "options", "told"),
    [
        ("actions", {}, ["--host", "0.0.0.0"], "Set MEDPATH_ACTIONS_SECRET"),
        ("actions", {DATABASE_URL: "x"}, [], "MEDPATH_ACTIONS_SECRET is not"),
        ("rasa", {DATABASE_URL: "x"}, [], "MEDPATH_WEB_SECRET is not"),
        ("rasa", {"MEDPATH_ACTIONS_SECRET": "s", REDIS_URL: "x"}, [], "MEDPATH_REDIS_URL must be"),
        ("actions", {"MEDPATH_ACTIONS_SECRET": "s", DATABASE_URL: "x"}, [], "MEDPATH_DATABASE_URL must be"),
        ("actions", {}, ["--port", "0"], "--port is 0"),
    ],
)
def test_a_server_that_cannot_work_does_not_start(
    tmp_path: Path, server: str, environment: dict[str, str], options: list[str], told: str
) -> None:
    """One sentence, and no traceback."""
    (tmp_path / "models").mkdir()
    (tmp_path / "endpoints.yml").write_text("tracker_store: {dialect: sqlite, db: conversations.db}", encoding="utf-8")
    with tarfile.open(tmp_path / "models" / "medpath.tar.gz", "w:gz"):
        pass
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MEDPATH_")}
    done = subprocess.run(
        [sys.executable, "-m", "medpath.cli", "serve", server, *options],
        env={**kept, "MEDPATH_HOME": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_medpath_for_one_question_leaves_what_is_shared_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """`medpath ask` on an operator's machine keeps nothing where the servers do."""
    withheld: list[str] = []

    @contextmanager
    def running(_project: Project, _ports: object, without: list[str]) -> Iterator[None]:
        withheld.extend(without)
        yield

    monkeypatch.setattr(connection, "running", running)
    with connection.short_lived(Project(Path())):
        assert {DATABASE_URL, REDIS_URL} <= set(withheld)
