"""Rasa without TensorFlow, in a fresh interpreter."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

LOADED = """
import json, sys
{first}
import rasa.core.agent
from medpath.serving.without_tensorflow import ABSENT
names = [name for name in sys.modules if name.split(".")[0] in ABSENT]
real = [name for name in names if getattr(sys.modules[name], "__file__", None)]
print(json.dumps([len(names), real]))
"""
FORGO = "from medpath.serving.without_tensorflow import forgo_tensorflow; forgo_tensorflow()"


@pytest.mark.parametrize("first", [FORGO, f"{FORGO}; forgo_tensorflow()"], ids=["once", "twice"])
def test_rasa_is_imported_without_any_tensorflow(first: str) -> None:
    """Rasa's agent can be imported, and what it takes for TensorFlow and Keras holds no real module."""
    script = LOADED.format(first=first)
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, check=True)
    asked_for, real = json.loads(done.stdout)
    assert asked_for > 0
    assert real == []
