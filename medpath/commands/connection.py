"""Finds a Medpath to talk to: the one that is running, or one started for the purpose."""

from __future__ import annotations

import contextlib
import http.client
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from medpath.channels.slack.settings import BOT_TOKEN
from medpath.conversations.settings import DATABASE
from medpath.project import Project
from medpath.serving.launcher import configured_ports, free_ports, running
from medpath.sharing.settings import DATABASE_URL, REDIS_URL


@contextlib.contextmanager
def connection(project: Project) -> Iterator[str]:
    """The address of a Medpath that answers; one started here is stopped at the end."""
    url = configured_ports().url
    if _is_medpath(url):
        yield url
        return
    with short_lived(project) as url:
        yield url


@contextlib.contextmanager
def short_lived(project: Project) -> Iterator[str]:
    """The address of a Medpath that is started for the purpose and stopped at the end, beside any other."""
    ports = free_ports()
    # One may run at another port, or be too busy to say so: its logs and its database are left alone, and Slack would
    # send a part of its events to this short-lived one.
    with (
        tempfile.TemporaryDirectory(prefix="medpath-") as folder,
        running(replace(project, kept=Path(folder)), ports, without=[BOT_TOKEN, DATABASE, DATABASE_URL, REDIS_URL]),
    ):
        yield ports.url


def _is_medpath(url: str) -> bool:
    try:
        with urllib.request.urlopen(url + "/webhooks/rest/", timeout=2) as response:  # noqa: S310 (this machine)
            return response.headers.get("x-medpath") is not None
    except (OSError, http.client.HTTPException):
        return False
