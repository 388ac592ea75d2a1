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

BACK = """
import sys
from medpath.serving.without_tensorflow import bring_back, forgo_tensorflow
forgo_tensorflow()
import rasa.core.agent
import rasa.nlu.test
bring_back("matplotlib")
bring_back("matplotlib")
import matplotlib.figure
assert matplotlib.figure.Figure().add_subplot().plot([1, 2])
import rasa.core.training
assert not getattr(sys.modules.get("tensorflow"), "__file__", None)
"""


def test_rasa_is_imported_without_any_tensorflow() -> None:
    """Rasa's agent can be imported, and what it takes for TensorFlow and Keras holds no real module."""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", SCRIPT], capture_output=True, text=True, check=True)
    asked_for, real = json.loads(done.stdout)
    assert asked_for > 0
    assert real == []


def test_matplotlib_is_brought_back_alone() -> None:
    """After Rasa has taken stand-ins for it Matplotlib itself is loaded, and TensorFlow stays away."""
    subprocess.run([sys.executable, "-W", "ignore", "-c", BACK], check=True)
