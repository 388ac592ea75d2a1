"""A Medpath that is connected to the stand-in, and what it has kept."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from on_loopback import REPOSITORY, Running, make_project, started
from slack_requests import SIGNING_SECRET, Person
from slack_standin import APP_TOKEN, FIRST, INSTALLED, Slack

from medpath.project import Project
from medpath.serving.launcher import free_ports

ALL_TOKENS = ",".join(workspace.token for workspace in INSTALLED)
SETTINGS = ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "SLACK_API_URL")


def http(slack: Slack) -> dict[str, str]:
    """The environment in which Slack's requests come over HTTP."""
    return {"SLACK_BOT_TOKEN": ALL_TOKENS, "SLACK_SIGNING_SECRET": SIGNING_SECRET, "SLACK_API_URL": slack.api_url}


def socket_mode(slack: Slack) -> dict[str, str]:
    """The environment in which they come through a socket; the address is written without its last slash."""
    url = slack.api_url.rstrip("/")
    return {"SLACK_BOT_TOKEN": FIRST.token, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": url}


@contextmanager
def environment_of(settings: dict[str, str]) -> Iterator[None]:
    """An environment with these settings of Slack and no others."""
    with pytest.MonkeyPatch.context() as patch:
        for name in SETTINGS:
            patch.delenv(name, raising=False)
        for name, value in settings.items():
            patch.setenv(name, value)
        yield


@contextmanager
def connected(project: Project | Path, settings: dict[str, str]) -> Iterator[Running]:
    """A Medpath with these settings; a folder is made a project first."""
    if isinstance(project, Path):
        project = make_project(project)
    with environment_of(settings), started(project, free_ports()) as medpath:
        yield medpath


def asked(medpath: Running, person: Person) -> list[str]:
    """What Medpath has taken as said by a person in a channel."""
    with closing(sqlite3.connect(medpath.database)) as database:
        rows = database.execute(
            "select data from events where type_name = 'user' and sender_id like ? order by id",
            (f"%{person.channel}%{person.user}%",),
        ).fetchall()
    return [json.loads(data)["text"] for (data,) in rows]


def read_manifest() -> dict[str, Any]:
    """The manifest that an admin makes the app from."""
    return dict(yaml.safe_load((REPOSITORY / "deploy" / "slack-manifest.yml").read_text(encoding="utf-8")))
