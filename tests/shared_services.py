"""A PostgreSQL and a Redis of the tests' own, on free ports of loopback, to stop, kill and start again."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg2
import pytest
import redis

USER, PASSWORD = "medpath", "of the tests"
SECONDS = 30.0


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def program(name: str, package: str, folders: str = "") -> str:
    """The path of a program; without it a test is skipped on a developer's machine, and fails where CI is set."""
    found = shutil.which(name) or next(map(str, sorted(Path("/").glob(f"{folders}{name}"), reverse=True)), None)
    if found is None and os.environ.get("CI"):
        pytest.fail(f"{name} is missing: apt-get install {package}")
    if found is None:
        pytest.skip(f"{name} is not installed (apt-get install {package})")
    return found


class Server:
    """A server in a folder of its own, which outlives the server's starts."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="medpath-tests-"))
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def stop(self) -> None:
        """Ends it in order."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """It takes connections and answers nothing."""
        assert self.process
        os.kill(self.process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        assert self.process
        os.kill(self.process.pid, signal.SIGCONT)

    def remove(self) -> None:
        if self.process and self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self, number: signal.Signals) -> None:
        assert self.process
        self.process.send_signal(number)
        self.process.wait(SECONDS)

    def _begin(self, command: list[str], is_up: Callable[[], bool], user: str | None = None) -> None:
        """Starts it and waits until it answers; after a kill it may need more than one try."""
        ends = time.monotonic() + SECONDS
        with (self.folder / "log").open("ab") as log:
            while True:
                self.process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log, user=user)
                while self.process.poll() is None:
                    if is_up():
                        return
                    time.sleep(0.05)
                assert time.monotonic() < ends, (self.folder / "log").read_text()
                time.sleep(0.2)


class Postgres(Server):
    """`durable`: commits wait for the disk, as they do for everybody but tests. `megabytes`: on a disk of that size."""

    def __init__(self, durable: bool = False, megabytes: int = 0) -> None:
        self._durable = durable
        self._postgres = program("postgres", "postgresql", "usr/lib/postgresql/*/bin/")
        super().__init__()
        self._filler = self.folder / "filler" if megabytes else None
        if megabytes:
            mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(self.folder)]
            if subprocess.run(mount, capture_output=True, check=False).returncode:
                shutil.rmtree(self.folder)
                pytest.skip("only root may mount a disk")
        # PostgreSQL does not run as root.
        self._user = "postgres" if os.geteuid() == 0 else None
        password = self.folder / "password"
        password.write_text(PASSWORD, encoding="utf-8")
        if self._user:
            owner = pwd.getpwnam(self._user)
            for one in (self.folder, password):
                os.chown(one, owner.pw_uid, owner.pw_gid)
        made = [str(Path(self._postgres).with_name("initdb")), "-D", str(self.folder / "data"), "-U", USER]
        made += ["--auth=scram-sha-256", f"--pwfile={password}", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(made, check=True, capture_output=True, user=self._user, cwd=self.folder)

    def start(self) -> None:
        settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=100"]
        settings += [] if self._durable else ["fsync=off"]
        settings += ["min_wal_size=32MB", "max_wal_size=32MB"] if self._filler else []
        command = [self._postgres, "-D", str(self.folder / "data"), "-p", str(self.port)]
        self._begin([*command, *(part for one in settings for part in ("-c", one))], self._is_up, self._user)

    def url(self, name: str) -> str:
        return f"postgresql://{USER}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{self.port}/{name}"

    def fill(self) -> None:
        """Leaves no room on its disk."""
        assert self._filler
        with self._filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(2**12))

    def make_room(self) -> None:
        """It is on its feet again where the full disk has ended it."""
        assert self._filler
        assert self.process
        self._filler.unlink()
        if self.process.poll() is not None:
            self.start()

    def remove(self) -> None:
        super().remove()
        if self._filler:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)
            self.folder.rmdir()

    def run(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """The rows that a statement gives; it is a transaction of its own, or none where that cannot be."""
        connection = psycopg2.connect(self.url(database), connect_timeout=5)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def _is_up(self) -> bool:
        try:
            self.run("SELECT 1")
        except psycopg2.OperationalError:
            return False
        return True


class RedisServer(Server):
    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = [program("redis-server", "redis-server"), "--port", str(self.port), "--bind", "127.0.0.1"]
        self._begin([*command, "--save", "", "--appendonly", "no", "--dir", str(self.folder)], self._is_up)

    def _is_up(self) -> bool:
        with redis.Redis(port=self.port) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False
