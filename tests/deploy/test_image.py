"""The Dockerfile: what hadolint knows, and that it copies what there is and lets in nothing else."""

from __future__ import annotations

import fnmatch

from checked import DEPLOY, check
from final_stage import DOCKERFILE, final_stage
from on_loopback import REPOSITORY

IGNORED = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
LET_IN = [line.removeprefix("!") for line in IGNORED if line.startswith("!")]


def test_hadolint_finds_nothing() -> None:
    """The Dockerfile keeps to what is known to go well."""
    check("hadolint", "--failure-threshold", "style", DOCKERFILE)


def test_what_is_copied_is_there_and_let_in() -> None:
    """A file that was moved is missed here, and not in the image."""
    sources = [source for copy in final_stage().copies if copy.stage is None for source in copy.sources]
    assert sources
    assert [source for source in sources if not (REPOSITORY / source).exists()] == []
    let_in = [source for source in sources if any(fnmatch.fnmatch(source.rstrip("/"), entry) for entry in LET_IN)]
    assert let_in == sources


def test_the_build_sees_nothing_but_what_is_listed() -> None:
    """Conversations, secrets and what is installed stay out of the build, whatever lies in the folder."""
    assert next(line for line in IGNORED if line and not line.startswith("#")) == "*"
    assert not any(entry.startswith(("var", "models", ".venv", "deploy/secrets", ".git")) for entry in LET_IN)


def test_the_image_runs_as_nobody_in_particular_and_is_looked_after() -> None:
    """A number, since Kubernetes can only tell of a number that it is not root's."""
    stage = final_stage()
    assert stage.user == "10001:10001"
    assert stage.command[:2] == ["serve", "rasa"]
    assert stage.health[-1] == "5005"
    assert not any("SECRET" in name or "TOKEN" in name or "PASSWORD" in name for name in stage.environment)
