"""medpath serve: one server alone in the foreground, for those who start several of them (docs/scaling.md)."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any
from urllib.parse import urlsplit

from medpath.errors import SetupError
from medpath.project import Project

WEBHOOK = "/webhook"


def add_commands(commands: Any) -> None:
    """Adds serve."""
    serving = commands.add_parser("serve", help="start one server alone, where several share a database")
    servers = serving.add_subparsers(dest="server", required=True, metavar="SERVER")
    rasa = servers.add_parser("rasa", help="the Rasa server: channels, understanding, dialogue")
    rasa.add_argument("--actions", metavar="URL", help="where an action server answers (that of this machine)")
    rasa.set_defaults(act=_rasa)
    actions = servers.add_parser("actions", help="the action server: search and answers")
    actions.set_defaults(act=_actions)
    for server in (rasa, actions):
        server.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
        server.add_argument("--port", type=int, help="the port to listen on (MEDPATH_PORT, MEDPATH_ACTIONS_PORT)")


def _rasa(project: Project, given: argparse.Namespace) -> int:
    from medpath.channels.web.sessions import SECRET
    from medpath.conversations.checking import storage_fault
    from medpath.serving.environment import run_instead
    from medpath.serving.launcher import check_model, configured_ports
    from medpath.sharing.settings import REDIS_URL, check_secret, is_shared, redis_url

    check_model(project)
    check_secret(SECRET)
    _check_actions_secret(given.host)
    if not redis_url() and is_shared():
        print(
            f"medpath: {REDIS_URL} is not set: each server counts limits for itself, and turns have no locks.",
            file=sys.stderr,
        )
    if fault := storage_fault(project):
        print(f"medpath: {fault} Medpath answers, but keeps no conversation until this is mended.", file=sys.stderr)
    ports = configured_ports()
    actions = action_url(given.actions or f"http://127.0.0.1:{ports.actions}")
    run_instead("medpath.serving.rasa_server", [str(_port(given, ports.rasa)), given.host, actions])


def _actions(project: Project, given: argparse.Namespace) -> int:
    from medpath.conversations.settings import read_settings
    from medpath.serving.environment import run_instead
    from medpath.serving.launcher import configured_ports

    _check_actions_secret(given.host)
    read_settings(project)
    run_instead("medpath.serving.action_server", [str(_port(given, configured_ports().actions)), given.host])


def action_url(given: str) -> str:
    """Where actions are called on a server; raises SetupError for what is no address of one."""
    try:
        parts = urlsplit(given)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        raise SetupError(f"--actions is {given!r}. It must be an address such as http://actions:5055.")
    return given if parts.path.strip("/") else given.rstrip("/") + WEBHOOK


def _check_actions_secret(host: str) -> None:
    """Raises SetupError where others than this machine could run actions without a secret."""
    from medpath.serving.shared_secret import VARIABLE
    from medpath.sharing.settings import check_secret

    check_secret(VARIABLE)
    if host not in ("127.0.0.1", "::1", "localhost") and not os.environ.get(VARIABLE):
        raise SetupError(f"Set {VARIABLE}, the same for all servers: without it anybody who reaches them runs actions.")


def _port(given: argparse.Namespace, default: int) -> int:
    port = default if given.port is None else given.port
    if not 1 <= port <= 65535:
        raise SetupError(f"--port is {port}. It must be a number from 1 to 65535.")
    return int(port)
