"""All that is counted in this process, in Prometheus' text format. No text of a message, no id, few labels."""

from __future__ import annotations

import functools
from importlib.metadata import version

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Gauge,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

METRICS_TYPE = CONTENT_TYPE_LATEST

registry = CollectorRegistry()


def exposition() -> bytes:
    """All of it as it stands now."""
    _describe_process()
    return generate_latest(registry)


@functools.cache
def _describe_process() -> None:
    """Adds the memory, the descriptors, the seconds of this process, and which Medpath it runs."""
    disable_created_metrics()  # type: ignore[no-untyped-call]  # a time beside each counter, twice as much to tell
    ProcessCollector(registry=registry)
    build = Gauge("medpath_build_info", "1, with the version of this Medpath", ["version"], registry=registry)
    build.labels(version("medpath")).set(1)
