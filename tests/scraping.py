"""What Prometheus would read from a server."""

from __future__ import annotations

from collections.abc import Mapping

import requests
from prometheus_client.parser import text_string_to_metric_families

TIMEOUT = 30
METRICS_TOKEN = "of-the-tests-alone-0123456789"
Figures = Mapping[tuple[str, frozenset[tuple[str, str]]], float]


def scrape(port: int, **headers: str) -> requests.Response:
    """Asks a server of this machine for its metrics."""
    return requests.get(f"http://127.0.0.1:{port}/metrics", headers=headers, timeout=TIMEOUT)


def figures(text: str) -> Figures:
    """The figures in an exposition, by name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def figure(found: Figures, name: str, **labels: str) -> float:
    """One of them; 0 where there is none yet."""
    return found.get((name, frozenset(labels.items())), 0.0)
