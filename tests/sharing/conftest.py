"""A PostgreSQL with a fresh database for each test, and a Redis."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from shared_services import Postgres, RedisServer

from medpath.sharing import engine as connecting
from medpath.sharing import locks
from medpath.sharing.schema import upgrade
from medpath.sharing.settings import DATABASE_URL, REDIS_URL


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    server = Postgres()
    server.start()
    server.run("CREATE DATABASE migrated")
    engine = sa.create_engine(server.url("migrated"))
    upgrade(engine)
    engine.dispose()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    server = RedisServer()
    server.start()
    yield server
    server.remove()


@pytest.fixture
def database_url(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a database with the newest schema, which nothing is in; Medpath's own settings name it too."""
    name = f"test_{uuid.uuid4().hex}"
    postgres.run(f"CREATE DATABASE {name} TEMPLATE migrated")
    monkeypatch.setenv(DATABASE_URL, postgres.url(name))
    connecting._engine.cache_clear()
    yield postgres.url(name)
    connecting._engine.cache_clear()
    postgres.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_url(postgres: Postgres) -> Iterator[str]:
    """The address of a database without any table."""
    name = f"test_{uuid.uuid4().hex}"
    postgres.run(f"CREATE DATABASE {name}")
    yield postgres.url(name)
    postgres.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def redis_url(redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a Redis, which Medpath's own settings name too."""
    monkeypatch.setenv(REDIS_URL, redis_server.url)
    locks.conversation_locks.cache_clear()
    yield redis_server.url
    locks.conversation_locks.cache_clear()
