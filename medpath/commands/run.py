"""medpath setup, train and run."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from medpath.project import Project


def add_commands(commands: Any) -> None:
    """Adds setup, train and run."""
    setup = commands.add_parser("setup", help="build the sentence encoders and verify their checksum")
    setup.set_defaults(act=_setup)
    training = commands.add_parser("train", help="train if there is no model or the data changed")
    training.add_argument("--force", action="store_true", help="train in any case")
    training.set_defaults(act=_train)
    running = commands.add_parser("run", help="start the assistant (ports: MEDPATH_PORT, MEDPATH_ACTIONS_PORT)")
    running.set_defaults(act=_run)


def _setup(project: Project, given: argparse.Namespace) -> int:
    from medpath.language.build_encoder import build_encoder

    pairs = ((project.adapter, project.encoder), (project.door_adapter, project.door_encoder))
    built = [build_encoder(adapter, target) for adapter, target in pairs]
    print("The sentence encoders are built." if any(built) else "The sentence encoders are there already.")
    return 0


def _train(project: Project, given: argparse.Namespace) -> int:
    from medpath.training import train

    done = train(project, lambda line: print(line, flush=True), given.force)
    print("The model is trained." if done else "The model is up to date.", flush=True)
    return 0


def _run(project: Project, given: argparse.Namespace) -> int:
    from medpath.channels.slack.settings import read_slack_settings, slack_state
    from medpath.conversations.checking import storage_fault
    from medpath.language_model.settings import model_state, read_model_settings
    from medpath.serving.launcher import configured_ports, running
    from medpath.serving.supervision import watch

    ports = configured_ports()
    slack = slack_state(read_slack_settings(os.environ))
    model = read_model_settings(project, os.environ)
    print("Starting Medpath …", flush=True)
    fault = storage_fault(project)
    if fault:
        print(f"medpath: {fault} Medpath answers, but keeps no conversation until this is mended.", file=sys.stderr)
    with running(project, ports) as services:
        try:
            print(slack, flush=True)
            if model:
                print(model_state(model), flush=True)
            print(f"Medpath is ready: {ports.url}/ (Ctrl-C stops it)", flush=True)
            watch(services, lambda line: print(line, flush=True))
        except KeyboardInterrupt:
            print("\nStopping Medpath …", flush=True)
    return 0
