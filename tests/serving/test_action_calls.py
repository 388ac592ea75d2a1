"""What the Rasa server takes from the action server and what it refuses."""

from __future__ import annotations

import subprocess
import sys

CHECK = """
import json, sys
from medpath.serving.without_tensorflow import forgo_tensorflow
forgo_tensorflow()
from rasa.core.actions.action import RemoteAction
from medpath.errors import TurnAbandoned
from medpath.serving.action_calls import check_quickly
check_quickly()
for line in sys.stdin:
    try:
        print(RemoteAction("action_answer", None)._validate_action_result(json.loads(line)))
    except TurnAbandoned as abandoned:
        print("abandoned:", abandoned)
"""


def test_results_of_another_shape_are_refused() -> None:
    """Only an object with lists of objects passes; with anything else the turn is abandoned and the log says why."""
    sound = ['{"events": [{"event": "slot"}], "responses": [{"text": "hi"}]}', "{}"]
    unsound = ["null", "[]", '"text"', '{"events": {}}', '{"responses": ["hi"]}', '{"events": [1]}']
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CHECK],
        input="\n".join([*sound, *unsound]),
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stdout.splitlines()
    assert lines[:2] == ["True", "True"]
    assert len(lines) == len([*sound, *unsound])
    assert all(line.startswith("abandoned: I am sorry") for line in lines[2:])
    assert done.stderr.count("action_answer") == len(unsound)
