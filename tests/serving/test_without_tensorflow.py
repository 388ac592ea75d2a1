"""Rasa without TensorFlow, in a fresh interpreter."""

from __future__ import annotations

import json
import subprocess
import sys

SCRIPT = """
import json, sys
from medpath.serving.without_tensorflow import ABSENT, forgo_tensorflow
forgo_tensorflow()
forgo_tensorflow()
import rasa.core.agent
names = [name for name in sys.modules if name.split(".")[0] in ABSENT]
real = [name for name in names if getattr(sys.modules[name], "__file__", None)]
print(json.dumps([len(names), real]))
"""


def test_rasa_is_imported_without_any_tensorflow() -> None:
    """Rasa's agent can be imported, and what it takes for TensorFlow and Keras holds no real module."""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", SCRIPT], capture_output=True, text=True, check=True)
    asked_for, real = json.loads(done.stdout)
    assert asked_for > 0
    assert real == []
