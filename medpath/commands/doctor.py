"""medpath doctor: looks over the set-up and what is running, and says what to do where something is wrong."""

from __future__ import annotations

import argparse
import asyncio
import http.client
import os
import re
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from medpath.errors import MedpathError
from medpath.project import Project

if TYPE_CHECKING:
    from medpath.language_model.settings import ModelSettings

GOOD, TOLD, FAULT = "ok", "note", "FAULT"
SECONDS = 3.0
# medpath_model_turns_total{outcome="chosen"} 12.0
_SAMPLE = re.compile(r'^(\w+)(?:\{outcome="(\w+)"\})? ([0-9.e+-]+)$', re.MULTILINE)


@dataclass(frozen=True)
class Finding:
    """One line of the report: GOOD, TOLD or FAULT, what was looked at, and what was found."""

    state: str
    what: str
    found: str


def add_commands(commands: Any) -> None:
    """Adds doctor."""
    doctor = commands.add_parser("doctor", help="look over the set-up, what is running and the language model")
    doctor.set_defaults(act=_doctor)


def _doctor(project: Project, given: argparse.Namespace) -> int:
    """Prints the findings; exit code 1 if one is a fault."""
    faults = 0
    for what, look in LOOKS:
        try:
            found = list(look(project))
        except MedpathError as error:
            found = [Finding(FAULT, what, str(error))]
        for one in found:
            faults += one.state == FAULT
            print(f"{one.state:5}  {one.what}: {one.found}", flush=True)
    return 1 if faults else 0


def _built(project: Project) -> Iterator[Finding]:
    from medpath.training import is_up_to_date

    encoders = all((folder / "encoder.onnx").exists() for folder in (project.encoder, project.door_encoder))
    yield _finding(encoders, "encoders", "built", "missing: run `make setup`")
    yield _finding(is_up_to_date(project), "model", "trained on the files as they are", "out of date: run `make train`")
    widget = (project.web_files / "widget.js").exists()
    yield _finding(widget, "widget", "bundled", "not bundled: run `make web` to have it on web pages", otherwise=TOLD)


def _conversations(project: Project) -> Iterator[Finding]:
    from medpath.conversations.checking import storage_fault

    fault = storage_fault(project)
    yield _finding(not fault, "conversations", "can be kept", fault or "")


def _redis(project: Project) -> Iterator[Finding]:
    from medpath.sharing.settings import is_shared, redis_url

    url = redis_url()
    if url is not None:
        import redis

        try:
            redis.Redis.from_url(url, socket_timeout=SECONDS, socket_connect_timeout=SECONDS).ping()
        except redis.RedisError as error:
            yield Finding(FAULT, "Redis", f"cannot be reached ({type(error).__name__}): see MEDPATH_REDIS_URL")
        else:
            yield Finding(GOOD, "Redis", "can be reached")
    elif is_shared():
        yield Finding(TOLD, "Redis", "none is set (MEDPATH_REDIS_URL): each server counts and locks for itself")


def _slack(project: Project) -> Iterator[Finding]:
    from medpath.channels.slack.settings import read_slack_settings, slack_state

    yield Finding(TOLD, "Slack", slack_state(read_slack_settings(os.environ)))


def _running(project: Project) -> Iterator[Finding]:
    from medpath.serving.launcher import configured_ports
    from medpath.serving.metrics_page import read_metrics_token

    ports = configured_ports()
    health = _read(f"{ports.url}/health")
    yield Finding(TOLD if health is None else GOOD, "Medpath", f"{'not ' * (health is None)}running at {ports.url}/")
    metrics = _read(f"http://127.0.0.1:{ports.actions}/metrics", read_metrics_token(os.environ))
    if metrics is not None:
        yield Finding(TOLD, "turns with a language model", model_turns(metrics))


def _language_model(project: Project) -> Iterator[Finding]:
    from medpath.language_model.settings import model_state, read_model_settings

    settings = read_model_settings(project, os.environ)
    yield Finding(TOLD, "language model", model_state(settings))
    if settings is not None:
        yield asyncio.run(_tried(settings))


async def _tried(settings: ModelSettings) -> Finding:
    """One question to the language model, of which the answer is known."""
    from medpath.language_model.client import LanguageModel, reason_of
    from medpath.language_model.trial import TRIAL, TRIAL_ANSWER

    model, began = LanguageModel(settings), time.monotonic()
    try:
        verdict = await model.try_out(TRIAL)
    except Exception as error:
        advice = f"{reason_of(error)} ({type(error).__name__}); Medpath chooses by itself meanwhile"
        return Finding(FAULT, "language model, one question", advice)
    finally:
        await model.close()
    took = f"answered after {time.monotonic() - began:.1f} s"
    right = bool(verdict.things) and verdict.things[0].facts[0] == TRIAL_ANSWER
    return _finding(right, "language model, one question", took, f"{took}, but chose wrongly: take a larger model")


def model_turns(metrics: str) -> str:
    """What the metrics of a running Medpath tell of its language model, in a sentence."""
    from medpath.observing.model_turns import FALLBACKS, SECONDS, TURNS

    samples = {(name, outcome): float(value) for name, outcome, value in _SAMPLE.findall(metrics)}
    turns = {outcome: int(value) for (name, outcome), value in samples.items() if name == f"{TURNS}_total"}
    if not turns:
        return "none; no language model is asked"
    fell_back = sum(turns.get(outcome, 0) for outcome in FALLBACKS)
    asked = samples.get((f"{SECONDS}_count", ""), 0.0)
    mean = samples.get((f"{SECONDS}_sum", ""), 0.0) / asked if asked else 0.0
    parts = ", ".join(f"{outcome.replace('_', ' ')} {number}" for outcome, number in turns.items() if number)
    return f"{sum(turns.values())}, {fell_back} of them fell back; {mean:.2f} s on average ({parts or 'none yet'})"


def _read(url: str, token: str = "") -> str | None:
    # A proxy of the environment is not for this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        asked = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})  # noqa: S310
        with opener.open(asked, timeout=SECONDS) as response:
            return str(response.read().decode())
    except (OSError, http.client.HTTPException, ValueError):
        return None


def _finding(good: bool, what: str, found: str, fault: str, otherwise: str = FAULT) -> Finding:
    return Finding(GOOD if good else otherwise, what, found if good else fault)


LOOKS: tuple[tuple[str, Callable[[Project], Iterator[Finding]]], ...] = (
    ("set-up", _built),
    ("conversations", _conversations),
    ("Redis", _redis),
    ("Slack", _slack),
    ("Medpath", _running),
    ("language model", _language_model),
)
