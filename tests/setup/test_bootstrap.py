"""The set-up from a fresh clone, on small made-up machines.

Each test has a PATH of its own: the plain Unix tools, and stand-ins for those of uv,
python3 and apt-get that the case is about, which write down how they were called.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

BROWSERS = ("chromium", "firefox-esr", "WebKitWebDriver", "Xvfb")
REPOSITORY = Path(__file__).parents[2]
TOOLS = [
    "bash",
    "cat",
    "cp",
    "dirname",
    "env",
    "expand",
    "find",
    "make",
    "mkdir",
    "rm",
    "sed",
    "sh",
    "sort",
    "touch",
]

UV = """#!/bin/sh
if [ "$1" = --version ]; then echo "uv {version} (somewhere)"; exit; fi
echo "uv $*" >>"$CALLS"
case "$*" in
  "sync --frozen") echo "PATH $PATH" >>"$CALLS"; mkdir -p .venv; exit {sync} ;;
  *"--group node") mkdir -p .venv/bin && cp "$NODE"/* .venv/bin; exit {node} ;;
  "python find") exit {find} ;;
  *"medpath setup") mkdir -p models/encoder models/door_encoder ;;
esac
"""

# Answers what the script asks of an interpreter; "installed" uv is a copy of $WHEEL.
PYTHON = """#!/bin/sh
echo "${{0##*/}} $*" >>"$CALLS"
case "$*" in
  "-c "*ensurepip*) exit {without_venv} ;;
  "-c "*pip*) exit {without_pip} ;;
  "-m venv "*)
    if [ {without_venv} = 1 ]; then exit 1; fi
    mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  "-m pip install --target "*) mkdir -p "$5/bin" && cp "$WHEEL" "$5/bin/uv" ;;
  "-m pip install "*) cp "$WHEEL" "${{0%/*}}/uv" ;;
esac
"""

NPM = """#!/bin/sh
echo "npm $*" >>"$CALLS"
case "$*" in *" build") mkdir -p dist ;; esac
exit {code}
"""


@dataclass(frozen=True)
class Machine:
    """A clone, and a PATH beside it."""

    home: Path

    @property
    def clone(self) -> Path:
        return self.home / "my clone"

    @property
    def programs(self) -> Path:
        return self.home / "bin"

    @property
    def own_uv(self) -> Path:
        return self.clone / ".tools/uv/bin/uv"

    def add(self, name: str, script: str, folder: Path | None = None) -> Path:
        program = (folder or self.programs) / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(script)
        program.chmod(0o755)
        return program

    def add_uv(
        self,
        folder: Path | None = None,
        version: str = "99.0.0",
        sync: int = 0,
        find: int = 0,
        node: int = 0,
    ) -> Path:
        return self.add("uv", UV.format(version=version, sync=sync, find=find, node=node), folder)

    def add_node(self, folder: Path | None = None, works: bool = True, npm: int = 0) -> Path:
        self.add("npm", NPM.format(code=npm), folder)
        return self.add("node", f"#!/bin/sh\nexit {int(not works)}\n", folder)

    def add_python(self, venv: bool = True, pip: bool = True) -> Path:
        script = PYTHON.format(without_venv=int(not venv), without_pip=int(not pip))
        return self.add("python3", script)

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the clone, shut off from the tests' own machine."""
        plain = {
            "PATH": str(self.programs),
            "HOME": str(self.home),
            "CALLS": str(self.home / "calls"),
            "WHEEL": str(self.home / "wheel/uv"),
            "NODE": str(self.home / "node"),
        }
        return subprocess.run(
            command,
            cwd=self.clone,
            env=plain | environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def bootstrap(self, *step: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return self.run("scripts/bootstrap.sh", *step, **environment)

    def calls(self) -> list[str]:
        record = self.home / "calls"
        return record.read_text().splitlines() if record.exists() else []


def build_uv_wheel(folder: Path) -> Path:
    """A package named uv that holds the stand-in; the folder it lies in."""
    info = "uv-99.0.0.dist-info"
    files = {
        "uv-99.0.0.data/scripts/uv": UV.format(version="99.0.0", sync=0, find=0, node=0),
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: uv\nVersion: 99.0.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nTag: py3-none-any\n",
        f"{info}/RECORD": "",
    }
    folder.mkdir()
    with zipfile.ZipFile(folder / "uv-99.0.0-py3-none-any.whl", "w") as wheel:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o100755 << 16
            wheel.writestr(entry, text)
    return folder


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path)
    for name in ("Makefile", "scripts/bootstrap.sh", ".ci/run", ".python-version"):
        target = machine.clone / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / name, target)
    for name in ("pyproject.toml", "uv.lock", "models/README.md"):
        (machine.clone / name).parent.mkdir(exist_ok=True)
        (machine.clone / name).touch()
    machine.programs.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found, f"{tool} is needed for these tests"
        (machine.programs / tool).symlink_to(found)
    machine.add_uv(tmp_path / "wheel")
    machine.add_node(tmp_path / "node")
    (machine.clone / "web").mkdir()
    (machine.clone / "web/package-lock.json").touch()
    return machine


def test_a_working_uv_on_path_is_taken(machine: Machine) -> None:
    """A uv that the person has is used, and nothing is installed."""
    uv = machine.add_uv()
    machine.add_python()
    assert machine.bootstrap("uv").stdout == f"{uv}\n"
    assert machine.calls() == []


@pytest.mark.parametrize(
    "refused",
    [
        "#!/bin/sh\necho 'uv: command not found' >&2\nexit 127\n",
        UV.format(version="0.4.9", sync=0, find=0, node=0),
    ],
    ids=["broken", "old"],
)
def test_an_unfit_uv_is_passed_over(machine: Machine, refused: str) -> None:
    """A uv that fails or is too old gives way to the next on PATH."""
    first = machine.add("uv", refused).parent
    second = machine.add_uv(machine.home / "later")
    path = f"{first}:{second.parent}"
    assert machine.bootstrap("uv", PATH=path).stdout == f"{second}\n"


def test_a_pyenv_shim_is_not_relied_on(machine: Machine) -> None:
    """A shim that works now fails once another version is active: it is left."""
    shims = machine.home / ".pyenv/shims"
    machine.add_uv(shims)
    machine.add_python()
    result = machine.bootstrap("uv", PATH=f"{shims}:{machine.programs}")
    assert result.stdout == f"{machine.own_uv}\n"


def test_without_uv_one_is_installed_inside_the_clone(machine: Machine) -> None:
    """A missing uv is put under .tools, by the pip of its own environment."""
    machine.add_python()
    assert machine.bootstrap("uv").stdout == f"{machine.own_uv}\n"
    (install,) = [call for call in machine.calls() if "pip install" in call]
    assert install.startswith("python -m pip install")


def test_the_installed_uv_is_found_again(machine: Machine) -> None:
    """The second call asks python3 for nothing."""
    machine.add_python()
    machine.bootstrap("uv")
    before = machine.calls()
    assert machine.bootstrap("uv").stdout == f"{machine.own_uv}\n"
    assert machine.calls() == before


def test_a_half_installed_uv_is_replaced(machine: Machine) -> None:
    """What an interrupted installation left in .tools is cleared away first."""
    machine.add_python()
    machine.add("uv", "", machine.own_uv.parent).chmod(0o644)
    assert machine.bootstrap("uv").stdout == f"{machine.own_uv}\n"


def test_without_venv_pip_puts_uv_into_a_folder(machine: Machine) -> None:
    """Where the venv module is missing, pip still keeps uv inside the clone."""
    machine.add_python(venv=False)
    assert machine.bootstrap("uv").stdout == f"{machine.own_uv}\n"
    (install,) = [call for call in machine.calls() if "pip install" in call]
    assert "--target .tools/uv" in install


@pytest.mark.parametrize("python", [True, False], ids=["bare python3", "no python3"])
def test_what_to_install_is_said(machine: Machine, python: bool) -> None:
    """Without a way to fetch uv, the line that helps is told, and nothing follows."""
    if python:
        machine.add_python(venv=False, pip=False)
    result = machine.bootstrap()
    assert result.returncode == 1
    assert "apt-get install -y python3-venv" in result.stderr
    assert "[2/4]" not in result.stderr


@pytest.mark.skipif(
    importlib.util.find_spec("ensurepip") is None,
    reason="this Python is packed without ensurepip",
)
def test_real_venv_and_pip_install_uv(machine: Machine) -> None:
    """A real python3 installs uv, even where pip is set to install for the user."""
    wheels = build_uv_wheel(machine.home / "wheels")
    machine.add("python3", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    result = machine.bootstrap(
        "uv",
        PIP_CONFIG_FILE=os.devnull,
        PIP_NO_INDEX="1",
        PIP_FIND_LINKS=wheels.as_uri(),
        PIP_USER="1",
    )
    assert result.stdout == f"{machine.own_uv}\n", result.stderr


def test_each_step_is_announced(machine: Machine) -> None:
    """The whole set-up counts its four steps and runs them in order."""
    machine.add_uv()
    machine.add_node()
    result = machine.bootstrap()
    assert [line[:5] for line in result.stderr.splitlines()] == ["[1/4]", "[2/4]", "[3/4]", "[4/4]"]
    calls = [call for call in machine.calls() if call.startswith("uv ")]
    assert calls == ["uv sync --frozen", "uv run --no-sync medpath setup"]


def test_uv_is_shown_the_interpreters_of_pyenv(machine: Machine) -> None:
    """uv gives up on a failing shim, so it sees the interpreters behind instead."""
    machine.add_uv()
    behind = machine.home / ".pyenv/versions/3.10.13/bin"
    behind.mkdir(parents=True)
    shims = machine.home / ".pyenv/shims"
    machine.bootstrap("sync", PATH=f"{shims}:{machine.programs}")
    assert f"PATH {machine.programs}:{behind}" in machine.calls()


@pytest.mark.parametrize(
    ("find", "advice"),
    [(2, "pyenv install 3.10"), (0, "reaches the PyPI registry")],
    ids=["no Python 3.10", "Python 3.10"],
)
def test_a_failed_installation_says_what_to_do(machine: Machine, find: int, advice: str) -> None:
    """A missing Python and a missing library are told apart, and nothing follows."""
    machine.add_uv(sync=2, find=find)
    result = machine.bootstrap()
    assert result.returncode == 1
    assert advice in result.stderr
    assert "[3/4]" not in result.stderr


def test_an_unknown_step_is_refused(machine: Machine) -> None:
    """A misspelt step is named, with the steps there are."""
    result = machine.bootstrap("sink")
    assert result.returncode == 1
    assert "'sink'" in result.stderr
    assert "sync, encoder, web, checks, uv" in result.stderr


def test_a_working_node_on_path_bundles_the_widget(machine: Machine) -> None:
    """A Node that the person has is used; its parts are those of the lock file, and no script of theirs runs."""
    machine.add_uv()
    machine.add_node()
    assert machine.bootstrap("web").returncode == 0
    ci, build = machine.calls()
    assert ci.startswith("npm ci --ignore-scripts")
    assert build == "npm run --silent build"


@pytest.mark.parametrize("old", [True, False], ids=["old Node", "no Node"])
def test_without_a_fit_node_one_comes_from_the_lock_file(machine: Machine, old: bool) -> None:
    """A missing or old Node is no obstacle: the one of the lock file bundles the widget."""
    machine.add_uv()
    if old:
        machine.add_node(works=False)
    assert machine.bootstrap("web").returncode == 0
    assert machine.calls()[0] == "uv sync --frozen --inexact --group node"
    assert machine.calls()[-1] == "npm run --silent build"


@pytest.mark.parametrize(
    ("node", "npm", "advice"),
    [(2, 0, "install -y nodejs npm"), (0, 1, "reaches the npm registry")],
    ids=["no Node to be had", "no npm registry"],
)
def test_a_widget_that_cannot_be_bundled_says_what_to_do(machine: Machine, node: int, npm: int, advice: str) -> None:
    """The step that failed is told with what helps."""
    machine.add_uv(node=node)
    if npm:
        machine.add_node(npm=npm)
    result = machine.bootstrap("web")
    assert result.returncode == 1
    assert advice in result.stderr


def test_the_checks_of_deploy_get_an_environment_of_their_own(machine: Machine) -> None:
    """What checks deploy/ stays out of .venv: it does not go together with Rasa's libraries."""
    machine.add_uv()
    assert machine.bootstrap("checks").returncode == 0
    assert machine.calls()[0] == "uv sync --frozen --project deploy/checks"


def test_a_second_make_setup_asks_nothing_of_uv(machine: Machine) -> None:
    """What is set up stays so until the lock file changes."""
    machine.add_uv()
    assert machine.run("make", "setup").returncode == 0
    done = machine.calls()
    machine.run("make", "setup")
    assert machine.calls() == done

    stamp = (machine.clone / ".venv/.medpath-synced").stat().st_mtime
    os.utime(machine.clone / "uv.lock", (stamp + 1, stamp + 1))
    machine.run("make", "setup")
    assert machine.calls() == done * 2


def test_make_run_trains_and_bundles_before_it_starts(machine: Machine) -> None:
    """One command goes from a fresh clone to the assistant, in this order."""
    machine.add_uv()
    machine.add_node()
    assert machine.run("make", "run").returncode == 0
    assert [call for call in machine.calls() if call.startswith(("uv run", "npm run"))] == [
        "uv run --no-sync medpath setup",
        "uv run --no-sync medpath train",
        "npm run --silent build",
        "uv run --no-sync medpath run",
    ]


def test_make_clean_leaves_a_fresh_clone(machine: Machine) -> None:
    """Everything that was installed or built goes, and nothing else."""

    def files() -> set[Path]:
        return {path for path in machine.clone.rglob("*") if path.is_file()}

    machine.add_uv()
    fresh = files()
    machine.add_node()
    machine.run("make", "web")
    for built in (
        "web/node_modules/a.js",
        "models/20240101.tar.gz",
        "medpath/__pycache__/a.pyc",
        ".ruff_cache/b",
    ):
        (machine.clone / built).parent.mkdir(parents=True, exist_ok=True)
        (machine.clone / built).touch()
    assert machine.run("make", "clean").returncode == 0
    assert files() == fresh


def test_ci_installs_only_what_is_missing(machine: Machine) -> None:
    """A machine without git and browser has them installed, and what it has is left alone."""
    machine.add_python()
    machine.add("id", "#!/bin/sh\necho 0\n")
    machine.add("curl", "#!/bin/sh\n")
    machine.add("apt-get", '#!/bin/sh\necho "apt-get $*" >>"$CALLS"\n')
    (machine.programs / "make").unlink()
    machine.add("make", '#!/bin/sh\necho "make $* CI=$CI" >>"$CALLS"\n')
    assert machine.run(".ci/run").returncode == 0
    (install,) = [call for call in machine.calls() if " install " in call]
    assert {"git", "chromium"} <= set(install.split())
    assert not {"curl", "make", "python3"} & set(install.split())
    assert machine.calls()[-1] == "make test CI=true"


def test_ci_fails_with_the_tests(machine: Machine) -> None:
    """A failed test run is a failed CI run."""
    machine.add_python()
    for program in ("curl", "git", "id", "apt-get", "nginx", "redis-server", *BROWSERS):
        machine.add(program, "#!/bin/sh\n")
    (machine.programs / "make").unlink()
    machine.add("make", "#!/bin/sh\nexit 2\n")
    assert machine.run(".ci/run").returncode == 2
