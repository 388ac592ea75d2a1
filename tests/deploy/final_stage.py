"""The final stage of the Dockerfile, read as far as it can be followed without Docker."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from checked import DEPLOY

DOCKERFILE = DEPLOY / "Dockerfile"


@dataclass(frozen=True)
class Copy:
    """A COPY: from which stage (None: the repository), what, and to where below the working folder."""

    stage: str | None
    sources: tuple[str, ...]
    target: str


@dataclass(frozen=True)
class Stage:
    """What the final stage is made of and how its container is started."""

    folder: str
    copies: tuple[Copy, ...]
    environment: dict[str, str]
    user: str
    entry: list[str]
    command: list[str]
    health: list[str]


def final_stage() -> Stage:
    """The last stage of the Dockerfile."""
    steps = _instructions(DOCKERFILE.read_text())
    last = max(i for i, (word, _) in enumerate(steps) if word == "FROM")
    told: dict[str, list[str]] = {}
    for word, rest in steps[last:]:
        told.setdefault(word, []).append(rest)
    health = told["HEALTHCHECK"][0]
    return Stage(
        folder=told["WORKDIR"][0],
        copies=tuple(_copy(rest) for rest in told["COPY"]),
        environment=dict(pair.split("=", 1) for rest in told["ENV"] for pair in shlex.split(rest)),
        user=told["USER"][0],
        entry=json.loads(told["ENTRYPOINT"][0]),
        command=json.loads(told["CMD"][0]),
        health=json.loads(health[health.index("[") :]),
    )


def unused_packages() -> list[str]:
    """The options that keep packages out of the image."""
    (rest,) = [rest for word, rest in _instructions(DOCKERFILE.read_text()) if rest.startswith("UNUSED=")]
    return rest.removeprefix("UNUSED=").strip('"').split()


def removed_packages() -> list[str]:
    """What is taken out again once the models are trained."""
    found = re.search(r"uv pip uninstall --python \S+ ([a-z0-9 -]+)", DOCKERFILE.read_text().replace("\\\n", ""))
    assert found
    return found[1].split("  ")[0].split()


def _instructions(text: str) -> list[tuple[str, str]]:
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#")).replace("\\\n", " ")
    return list(_split(lines))


def _split(lines: str) -> Iterator[tuple[str, str]]:
    for line in filter(None, map(str.strip, lines.splitlines())):
        word, _, rest = line.partition(" ")
        yield word, rest.strip()


def _copy(rest: str) -> Copy:
    options = [part for part in rest.split() if part.startswith("--")]
    *sources, target = [part for part in rest.split() if not part.startswith("--")]
    stages = [option.removeprefix("--from=") for option in options if option.startswith("--from=")]
    return Copy(stages[0] if stages else None, tuple(sources), target)
