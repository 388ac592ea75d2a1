"""The image without Docker: the final stage of the Dockerfile followed in a folder, and run with nothing else around.

What stands in for the base image is this machine's /usr, with the Python of the tests at /usr/local; all else is what
the Dockerfile copies. bubblewrap gives the rest: another user, a read-only file system, an environment of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from checked import found
from final_stage import Stage, final_stage, removed_packages, unused_packages
from on_loopback import REPOSITORY

# What the tests take from where it is built already, in the place of the stages before the final one.
BUILT = {"/opt/medpath/models/": REPOSITORY / "models", "/widget/dist/": REPOSITORY / "web" / "dist"}
LIBRARIES = "/opt/medpath/.venv/"
INSTALLED_WITH = ("pyproject.toml", "uv.lock", ".python-version", "README.md", "medpath", "actions")


@dataclass(frozen=True)
class Image:
    """What the final stage holds, in a folder, and how it is to be run."""

    stage: Stage
    root: Path

    def command(self, *arguments: str, secrets: Path, variables: Mapping[str, str] | None = None) -> list[str]:
        """The command line that runs arguments as a container of this image would."""
        environment = {**self.stage.environment, **(variables or {})}
        settings = [part for name, value in environment.items() for part in ("--setenv", name, value)]
        options, become = as_user(*self.stage.user.split(":"))
        return [
            *sandbox(*options, "--ro-bind", str(self.root), self.stage.folder),
            *("--ro-bind", str(secrets), "/run/secrets", "--remount-ro", "/"),
            *("--chdir", self.stage.folder, *settings, "--", *become, *arguments),
        ]


def build(folder: Path) -> Image:
    """Follows the final stage; the libraries are installed as the stage before it does, from what uv has at hand."""
    stage = final_stage()
    root = folder / "image"
    for copy in stage.copies:
        for source in copy.sources:
            if source == LIBRARIES:
                continue
            origin = REPOSITORY / source if copy.stage is None else BUILT[source]
            _copy(origin, root / copy.target / ("" if source.endswith("/") else origin.name))
    install(folder / "build", root / ".venv")
    return Image(stage, root)


def install(build: Path, target: Path) -> None:
    """Makes the environment of the image at the address that it will have there, then moves it to its place."""
    build.mkdir()
    for name in INSTALLED_WITH:
        _copy(REPOSITORY / name, build / name)
    uv = subprocess.run(
        [REPOSITORY / "scripts" / "bootstrap.sh", "uv"], capture_output=True, text=True, check=True
    ).stdout.strip()
    cache = subprocess.run([uv, "cache", "dir"], capture_output=True, text=True, check=True).stdout.strip()
    base = [
        *sandbox("--bind", str(build), "/opt/medpath", "--bind", cache, "/cache", "--ro-bind", uv, "/opt/uv"),
        *("--setenv", "UV_CACHE_DIR", "/cache", "--setenv", "HOME", "/tmp", "--setenv", "UV_COMPILE_BYTECODE", "1"),
        *("--setenv", "UV_PYTHON_DOWNLOADS", "never", "--setenv", "UV_LINK_MODE", "copy"),
        *("--setenv", "PATH", "/usr/local/bin:/usr/bin:/bin", "--chdir", "/opt/medpath", "--", "/opt/uv"),
    ]
    sync = [*base, "sync", "--offline", "--frozen", "--no-dev", *unused_packages()]
    done = subprocess.run(sync, capture_output=True, text=True, check=False)
    if "connectivity is disabled" in done.stderr:
        pytest.skip(f"uv has not kept all libraries at hand: {done.stderr[-300:]}")
    assert done.returncode == 0, done.stderr
    remove = [*base, "pip", "uninstall", "--python", ".venv/bin/python", *removed_packages()]
    subprocess.run(remove, capture_output=True, check=True)
    shutil.move(build / ".venv", target)


def as_user(user: str, group: str) -> tuple[list[str], list[str]]:
    """Options of the sandbox and the beginning of the command that make the caller this user, without any rights."""
    if os.geteuid():
        return ["--unshare-user", "--uid", user, "--gid", group], []
    rights = ["--clear-groups", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
    return [], ["/usr/bin/setpriv", f"--reuid={user}", f"--regid={group}", *rights]


def sandbox(*options: str) -> Sequence[str]:
    """The command line of a file system that holds the system's programs and Python, and of an empty environment."""
    python = str(Path(os.path.realpath(sys.executable)).parent.parent)
    folders = [part for name in ("bin", "lib", "lib64", "sbin") for part in ("--symlink", f"usr/{name}", f"/{name}")]
    # bubblewrap would make the folders above what it mounts for root alone.
    above = [part for one in (python, "/opt/medpath", "/run/secrets") for part in _folders_above(one)]
    return [
        *(found("bwrap", "apt-get install bubblewrap"), "--die-with-parent", "--clearenv", *above),
        # A Python that was built elsewhere looks for its own library where it was built.
        *("--ro-bind", "/usr", "/usr", "--ro-bind", python, "/usr/local", "--ro-bind", python, python, *folders),
        *("--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache", "--ro-bind", "/etc/hosts", "/etc/hosts"),
        *("--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/tmp", *options),
    ]


def _folders_above(path: str) -> list[str]:
    return [part for folder in reversed(Path(path).parents[:-1]) for part in ("--dir", str(folder))]


def _copy(origin: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if origin.is_dir():
        ignored = shutil.ignore_patterns("__pycache__", "cache")
        shutil.copytree(origin, target, dirs_exist_ok=True, ignore=ignored)
    else:
        shutil.copy(origin, target)
