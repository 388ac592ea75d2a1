"""A Medpath that tells of itself in every way it can: JSON logs, traces, metrics behind a token."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from collector import Collector, collecting
from on_loopback import Running, make_project, started
from scraping import METRICS_TOKEN

from medpath.observing.logs import FORMAT
from medpath.observing.tracing import ENDPOINT
from medpath.serving.launcher import free_ports
from medpath.serving.metrics_page import TOKEN


@pytest.fixture(scope="session")
def collector() -> Iterator[Collector]:
    """A collector of traces on this machine."""
    with collecting() as at_work:
        yield at_work


@pytest.fixture(scope="session")
def watched(tmp_path_factory: pytest.TempPathFactory, collector: Collector) -> Iterator[Running]:
    """A running Medpath that sends its traces to the collector soon after they are over."""
    settings = {
        FORMAT: "json",
        ENDPOINT: collector.url,
        "OTEL_BSP_SCHEDULE_DELAY": "200",
        TOKEN: METRICS_TOKEN,
    }
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:  # which other tests that start a Medpath are not to have
            for name, value in settings.items():
                patch.setenv(name, value)
            at_work = stack.enter_context(started(make_project(tmp_path_factory.mktemp("watched")), free_ports()))
        yield at_work
