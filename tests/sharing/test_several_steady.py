"""An hour of people at two servers of each kind (MEDPATH_SOAK_SECONDS: another duration)."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest
from shared_services import Postgres, RedisServer
from steadiness import assert_steady
from workers import deployed

# PostgreSQL and the crowd want their part of two cores.
TURNS_PER_SECOND = 4


@pytest.mark.soak
def test_an_hour_on_several_servers_leaves_no_trace_in_memory(
    tmp_path: Path, postgres: Postgres, redis_server: RedisServer
) -> None:
    """Nothing is lost or doubled wherever a message arrives, and memory and descriptors of all servers stay what they
    are, with each Rasa server's connections to PostgreSQL and Redis among them.
    """
    with deployed(tmp_path, postgres, redis_server, "steady") as running:
        servers = [psutil.Process(worker.process.pid) for worker in (*running.rasa, *running.actions)]
        assert_steady(servers, TURNS_PER_SECOND, *running.urls)
        assert [worker.stop() for worker in (*running.rasa, *running.actions)] == [0] * 4
