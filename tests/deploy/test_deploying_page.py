"""The page about deploying: what it names is there, and which of its commands have been run is told rightly."""

from __future__ import annotations

import re

import pytest
from checked import DEPLOY
from on_loopback import REPOSITORY

PAGE = (REPOSITORY / "docs" / "deploying.md").read_text(encoding="utf-8")
COMMANDS = [line.strip() for line in PAGE.splitlines() if line.startswith("    ")]
NOT_RUN = ("docker ", "kubectl ")
# What is no command of those, and where it is tried.
TRIED = {
    "deploy/make-secrets.sh": "test_compose.py",
    "chmod 444 deploy/secrets/tls.crt deploy/secrets/tls.key": "plain chmod",
    "echo 'MEDPATH_HOSTS=chat.school.example' > deploy/.env": "plain echo",
    "set_real_ip_from 10.0.0.0/8;      # the addresses of that proxy, in `http` of nginx.conf": "test_proxy.py",
    "real_ip_header X-Forwarded-For;": "test_proxy.py",
}


def test_every_command_is_run_or_told_apart() -> None:
    """Who reads the page knows which commands nobody has run."""
    assert [line for line in COMMANDS if not line.startswith(NOT_RUN) and line not in TRIED] == []
    assert [line for line in TRIED if line not in COMMANDS] == []


def test_settings_of_the_page_are_those_of_the_compose_file() -> None:
    """A variable that is told does something, and each that may be set is told."""
    compose = (DEPLOY / "compose.yml").read_text()
    settable = set(re.findall(r"\$\{(\w+)", compose))
    told = set(re.findall(r"`([A-Z_]+)`", PAGE[PAGE.index("| variable |") : PAGE.index("`https://YOUR-SERVER/`")]))
    assert told == settable


@pytest.mark.parametrize(("worker", "called"), [("rasa", "Rasa server"), ("actions", "action server")])
def test_sizes_of_the_page_are_those_of_the_cluster(worker: str, called: str) -> None:
    """What the page says is requested is what is requested."""
    objects = (DEPLOY / "kubernetes" / "base" / f"{worker}.yaml").read_text()
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| {called} |")]
    told = [re.sub(r"[ ,B]", "", cell) for cell in row.split("|")[4:6]]
    assert told == re.findall(r"memory: (\w+),", objects)
