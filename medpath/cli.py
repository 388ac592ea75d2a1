"""The command line: medpath COMMAND."""

from __future__ import annotations

import argparse
import asyncio
import io
import signal
import sys
from collections.abc import Sequence
from importlib.metadata import version

from medpath.commands import ask, chat, conversations, database, doctor, feedback, fit, keepers, plan, run, serve
from medpath.errors import MedpathError
from medpath.project import find_project
from medpath.serving.environment import be_quiet

EXIT_FAULT = 1


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = argparse.ArgumentParser(prog="medpath", description="A guide to medical education pathways in the US.")
    parser.add_argument("--version", action="version", version=f"Medpath {version('medpath')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in (run, serve, chat, ask, plan, conversations, database, keepers, fit, feedback, doctor):
        module.add_commands(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and gives the exit code; errors that a person can mend are told without a traceback."""
    be_quiet()
    signal.signal(signal.SIGTERM, _stop)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Unicode shows ? instead of ending in an error
    given = build_parser().parse_args(arguments)
    try:
        code = given.act(find_project(), given)
        return int(asyncio.run(code) if asyncio.iscoroutine(code) else code)
    except MedpathError as error:
        print(f"medpath: {error}", file=sys.stderr)
        return EXIT_FAULT
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return EXIT_FAULT


def _stop(number: int, frame: object) -> None:
    """A request to end is treated like Ctrl-C, so that servers are stopped with their launcher."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
