"""An hour of people who come, ask and go: no failure, and nothing grows (MEDPATH_SOAK_SECONDS: another duration)."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest
from on_loopback import launched, make_project, servers_of
from steadiness import assert_steady

from medpath.serving.launcher import free_ports

TURNS_PER_SECOND = 10


@pytest.mark.soak
def test_an_hour_leaves_no_trace_in_memory(tmp_path: Path) -> None:
    """Memory and descriptors of all three processes stay what they are once their memory of conversations is full."""
    project, ports = make_project(tmp_path), free_ports()
    with launched(project, ports) as run:
        run.lines_until("ready")
        assert_steady([psutil.Process(run.process.pid), *servers_of(project)], TURNS_PER_SECOND, ports.url)
        run.process.terminate()
        ended = run.end()
    assert ended.out.split() == ["Stopping", "Medpath", "…"], "a part failed"
