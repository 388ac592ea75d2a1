"""The compose file: sound by the specification, with limits, health checks and no secret of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from checked import DEPLOY, check, found, read_yaml
from proxied import free_port, wait_for

COMPOSE = DEPLOY / "compose.yml"
SLACK = DEPLOY / "compose.slack.yml"
SERVICES = read_yaml(COMPOSE)["services"]
# What whoever deploys brings along.
CERTIFICATE = {"tls.crt", "tls.key"}


def made_secrets(folder: Path) -> dict[str, str]:
    """What make-secrets.sh has put into a folder, by the names of the files."""
    subprocess.run([DEPLOY / "make-secrets.sh", folder], check=True, capture_output=True)
    return {file.name: file.read_text() for file in folder.iterdir()}


def test_compose_files_keep_to_the_specification() -> None:
    """Docker would refuse a key that is none, or a value of another kind."""
    check("check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE, SLACK)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_watched_limited_and_held_back(service: str) -> None:
    """A hanging part is noticed, none takes the machine, and none gains rights."""
    settings = SERVICES[service]
    assert settings["healthcheck"]["test"]
    assert set(settings["deploy"]["resources"]["limits"]) == {"cpus", "memory"}
    assert settings["security_opt"] == ["no-new-privileges:true"]
    assert settings["restart"] == "unless-stopped"


def test_the_proxy_alone_is_reached_from_outside() -> None:
    """Workers, database and Redis publish no port; the latter two have no way out either."""
    assert [name for name, settings in SERVICES.items() if "ports" in settings] == ["proxy"]
    assert read_yaml(COMPOSE)["networks"]["back"] == {"internal": True}
    assert all(SERVICES[name]["networks"] == ["back"] for name in ("actions", "postgres", "redis"))


@pytest.mark.parametrize("service", ["proxy", "rasa", "actions", "redis"])
def test_what_faces_people_can_write_nowhere(service: str) -> None:
    """Whoever breaks in finds a read-only file system and no capability."""
    assert SERVICES[service]["read_only"]
    assert SERVICES[service]["cap_drop"] == ["ALL"]


def test_every_secret_is_a_file_and_every_file_is_made(tmp_path: Path) -> None:
    """No password has a default, and make-secrets.sh leaves nothing to be made but the certificate."""
    secrets: dict[str, Any] = read_yaml(COMPOSE)["secrets"]
    assert secrets == {name: {"file": f"./secrets/{name}"} for name in secrets}
    assert set(made_secrets(tmp_path / "secrets")) == set(secrets) - CERTIFICATE
    in_the_open = [
        variable
        for settings in SERVICES.values()
        for variable in settings.get("environment", {})
        if any(word in variable for word in ("PASSWORD", "SECRET", "TOKEN", "_URL")) and not variable.endswith("_FILE")
    ]
    assert in_the_open == []


def test_made_secrets_fit_together_and_stay(tmp_path: Path) -> None:
    """Both ends know the same password; nobody but the owner reaches the files; a second run changes nothing."""
    folder = tmp_path / "secrets"
    made = made_secrets(folder)
    database, redis = urlsplit(made["MEDPATH_DATABASE_URL"]), urlsplit(made["MEDPATH_REDIS_URL"])
    assert (database.username, database.password, database.hostname) == (
        "medpath",
        made["postgres-password"],
        "postgres",
    )
    assert (redis.password, redis.hostname) == (made["redis-password"], "redis")
    assert len(made["MEDPATH_WEB_SECRET"]) >= 32
    assert len(set(made.values())) == len(made)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert made_secrets(folder) == made


def test_what_is_mounted_is_there() -> None:
    """A file that is missing would be made as an empty folder by Docker."""
    mounted = [
        volume.split(":")[0]
        for settings in SERVICES.values()
        for volume in settings.get("volumes", [])
        if volume.startswith(".")
    ]
    assert mounted
    assert [path for path in mounted if not (DEPLOY / path).exists()] == []


def test_redis_asks_for_its_password(tmp_path: Path) -> None:
    """The command of the service, in a real Redis: who has the secret is answered, and nobody else."""
    found("redis-server", "apt-get install redis-server")
    made_secrets(tmp_path / "secrets")
    port = free_port()
    at = {
        "$$": "$",
        "/run/secrets/": f"{tmp_path}/secrets/",
        "/tmp/redis.conf": f"{tmp_path}/redis.conf",
        "/data": str(tmp_path),
    }
    at |= {"redis-cli ": f"redis-cli -p {port} ", "--dir": f"--port {port} --bind 127.0.0.1 --dir"}
    redis = SERVICES["redis"]
    process = subprocess.Popen(["sh", "-c", _with(at, redis["command"][2])], stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        assert subprocess.run(["sh", "-c", _with(at, redis["healthcheck"]["test"][1])], check=False).returncode == 0
        refused = subprocess.run(["redis-cli", "-p", str(port), "ping"], capture_output=True, text=True, check=False)
        assert refused.stdout.startswith("NOAUTH")
    finally:
        process.terminate()
        process.wait(10)


def _with(changes: dict[str, str], text: str) -> str:
    for old, new in changes.items():
        text = text.replace(old, new)
    return text
