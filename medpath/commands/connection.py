"""Finds a Medpath to talk to: the one that is running, or one started for the purpose."""

from __future__ import annotations

import contextlib
import http.client
import urllib.request
from collections.abc import Iterator

from medpath.channels.slack_settings import BOT_TOKEN
from medpath.project import Project
from medpath.serving.launcher import configured_ports, free_ports, running


@contextlib.contextmanager
def connection(project: Project) -> Iterator[str]:
    """The address of a Medpath that answers; one started here is stopped at the end."""
    url = configured_ports().url
    if _is_medpath(url):
        yield url
        return
    ports = free_ports()
    # Slack would send a part of its events to this short-lived one.
    with running(project, ports, without=[BOT_TOKEN]):
        yield ports.url


def _is_medpath(url: str) -> bool:
    try:
        with urllib.request.urlopen(url + "/webhooks/rest/", timeout=2) as response:  # noqa: S310 (this machine)
            return response.headers.get("x-medpath") is not None
    except (OSError, http.client.HTTPException):
        return False
