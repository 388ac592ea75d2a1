"""Rasa's own checks of the dialogue, run as a person runs them: `rasa data validate` and `rasa test core`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from on_loopback import REPOSITORY

pytestmark = pytest.mark.slow

RASA = Path(sys.executable).with_name("rasa")
STORIES = Path(__file__).parent


@dataclass(frozen=True)
class Done:
    """How a command of Rasa's ended, what it printed and the folder for its reports."""

    code: int
    printed: str
    reports: Path


@dataclass(frozen=True)
class Commands:
    """Both commands, started together because each takes half a minute."""

    validate: subprocess.Popen[str]
    test: subprocess.Popen[str]
    reports: Path

    def done(self, process: subprocess.Popen[str]) -> Done:
        printed, _ = process.communicate()
        return Done(process.returncode, printed, self.reports)


# Components set these intents, and actions and the form say these responses, which Rasa's validator cannot see.
SET_BY_CODE = (
    "pick_fact",
    "crisis_and_question",
    "utter_started_over",
    "utter_in_between",
    "utter_ask_subject",
    "utter_no_more",
    "utter_feedback_good",
    "utter_feedback_bad",
    *(f"utter_plan_{what}" for what in ("begins", "needs_stage", "needs_year", "at_first_question", "not_understood")),
    "utter_plan_stopped",
    *(f"utter_ask_plan_{field}" for field in ("stage", "school", "country", "needs_visa", "specialty", "target")),
    "utter_ask_plan_graduation_year",
    *(f"utter_{intent}" for intent in ("thank", "smalltalk", "help", "affirm", "deny", "unclear")),
    *(f"utter_bot_{about}" for about in ("identity", "privacy", "language", "sources")),
)


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    reports = tmp_path_factory.mktemp("reports")
    model = REPOSITORY / "models" / "medpath.tar.gz"
    validate = _rasa("data", "validate", "--fail-on-warnings")
    test = _rasa(
        *("test", "core", "--e2e", "--fail-on-prediction-errors", "--no-plot"),
        *("--model", str(model), "--stories", str(STORIES), "--out", str(reports)),
    )
    with validate, test:
        yield Commands(validate, test, reports)


@pytest.fixture(scope="module")
def validated(commands: Commands) -> Done:
    return commands.done(commands.validate)


@pytest.fixture(scope="module")
def tested(commands: Commands) -> Done:
    return commands.done(commands.test)


def test_rasa_finds_the_data_consistent(validated: Done) -> None:
    """Domain, training messages, rules and stories agree with each other, and Rasa warns of nothing in them."""
    assert validated.code == 0, validated.printed
    told = [line for line in validated.printed.splitlines() if "UserWarning" in line or "ERROR" in line]
    assert [line for line in told if not any(f"'{name}'" in line for name in SET_BY_CODE)] == []
    assert "No story structure conflicts found" in validated.printed


def test_the_test_stories_go_as_written(tested: Done) -> None:
    """In every test story each message is understood and each reply chosen as written."""
    assert tested.code == 0, tested.printed
    report = json.loads((tested.reports / "story_report.json").read_text(encoding="utf-8"))
    counts = report["conversation_accuracy"]
    assert counts["correct"] == counts["total"] == _number_of_stories()


def test_the_checks_leave_nothing_in_the_project(validated: Done, tested: Done) -> None:
    """Whoever runs the checks does not find a folder of results beside his files."""
    assert not (REPOSITORY / "results").exists()


def _rasa(*arguments: str) -> subprocess.Popen[str]:
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONWARNINGS" and key[:8] != "MEDPATH_"}
    return subprocess.Popen(
        [RASA, *arguments],
        cwd=REPOSITORY,
        env={**kept, "RASA_TELEMETRY_ENABLED": "false", "PYTHONPATH": "."},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _number_of_stories() -> int:
    lines = [line for path in STORIES.glob("test_*.yml") for line in path.read_text(encoding="utf-8").splitlines()]
    return sum(line.startswith("- story:") for line in lines)
