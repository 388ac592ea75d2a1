"""medpath chat: the conversation in the shell."""

from __future__ import annotations

import argparse
import sys
import uuid
from typing import Any

from medpath.commands.connection import connection
from medpath.project import Project


def add_commands(commands: Any) -> None:
    """Adds chat."""
    chat = commands.add_parser("chat", help="talk to Medpath in this terminal")
    chat.set_defaults(act=_chat)


async def _chat(project: Project, given: argparse.Namespace) -> int:
    from medpath.channels.client import Client
    from medpath.channels.shell import converse

    if sys.stdout.isatty():
        print("Starting Medpath …", flush=True)
    with connection(project) as url:
        async with Client(url) as client:
            return await converse(client, f"shell-{uuid.uuid4().hex}")
