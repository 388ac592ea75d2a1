"""What stands at the moment of looking: connections, whether conversations are kept."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import Gauge

from medpath.observing.registry import registry

_connections = Gauge("medpath_connections", "Open connections of clients", registry=registry)
_fault = Gauge("medpath_storage_fault", "1 while conversations cannot be kept or read", registry=registry)


def tell_connections(count: Callable[[], int]) -> None:
    """Asks for the number of connections whenever somebody looks."""
    _connections.set_function(count)


def tell_storage(has_fault: Callable[[], bool]) -> None:
    """Asks whether conversations cannot be kept or read whenever somebody looks."""
    _fault.set_function(has_fault)
