"""What the dashboard and the alerts ask for is there: each metric, each label, each value of a label."""

from __future__ import annotations

import json
import logging
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from on_loopback import REPOSITORY
from prometheus_client.parser import text_string_to_metric_families

from medpath.observing import actions, model_turns, slack, state, turns
from medpath.observing.logs import Counting
from medpath.observing.registry import exposition
from medpath.serving import observed_requests

DASHBOARD = REPOSITORY / "deploy" / "grafana" / "medpath.json"
ALERTS = REPOSITORY / "deploy" / "prometheus" / "alerts.yml"
# What Prometheus adds to all that it reads, and a metric of its own.
ADDED, OF_PROMETHEUS = {"instance", "job"}, {"up": {}}
# Labels whose values are not all known before something happens.
OPEN = {"path", "status", "area", "level", "version", "le"}

QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
SELECTOR = re.compile(r"\b(up|(?:medpath|process)_\w+)\b(?:\{([^}]*)\})?")
MATCHER = re.compile(r'(\w+)(=~|!~|!=|=)"([^"]*)"')
GROUPED = re.compile(r"\bby \(([^)]*)\)")

Labels = dict[str, set[str]]


@pytest.fixture(scope="module")
def known() -> dict[str, Labels]:
    """The samples that a Medpath with everything on tells: name to the labels, each with its values."""
    turns.begin_at_zero()
    actions.begin_at_zero(["action_answer"])
    slack.begin_at_zero(lambda: 0)
    model_turns.configured()
    state.tell_connections(lambda: 0)
    state.tell_storage(lambda: False)
    Counting().emit(logging.makeLogRecord({"name": "medpath.channels.turns", "levelno": logging.ERROR}))
    observed_requests._responses.labels("/", "200")
    found: dict[str, Labels] = {}
    for family in text_string_to_metric_families(exposition().decode()):
        for sample in family.samples:
            labels = found.setdefault(sample.name, defaultdict(set))
            for label, value in sample.labels.items():
                labels[label].add(value)
    return {**found, **OF_PROMETHEUS}


def panels() -> list[dict[str, Any]]:
    return json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    return group["rules"]


EXPRESSIONS = [
    *((panel["title"], target["expr"]) for panel in panels() for target in panel.get("targets", ())),
    *((rule["alert"], rule["expr"]) for rule in rules()),
]


@pytest.mark.parametrize(("title", "expression"), EXPRESSIONS, ids=[title for title, _ in EXPRESSIONS])
def test_what_is_asked_for_is_there(known: dict[str, Labels], title: str, expression: str) -> None:
    """A panel on a metric that was renamed would stay empty, and an alert silent."""
    assert list(faults(expression, known)) == []


@pytest.mark.parametrize(
    "expression",
    [
        "rate(medpath_renamed_total[5m])",
        'medpath_turns_total{kind="answer"}',
        'medpath_replies_total{kind="answr"}',
        'medpath_turns_total{outcome=~"answered|lost"}',
        "sum by (colour) (medpath_turns_total)",
        "sum by (le) (rate(medpath_turn_seconds[5m]))",
    ],
)
def test_what_is_not_there_would_be_found(known: dict[str, Labels], expression: str) -> None:
    """Else the test above could not fail."""
    assert list(faults(expression, known))


def test_every_metric_is_on_the_dashboard(known: dict[str, Labels]) -> None:
    """What is worth counting is worth a look; the rest of a histogram and of a process comes with it."""
    shown = {name for panel in panels() for target in panel.get("targets", ()) for name, _ in selectors(target["expr"])}
    ours = {name for name in known if name.startswith("medpath_")}
    assert {name for name in ours - shown if not name.endswith(("_created", "_sum", "_count"))} <= {
        "medpath_model_configured"
    }


def test_the_dashboard_can_be_imported() -> None:
    """Panels have ids and places of their own, and ask the data source that is chosen above."""
    numbers = [panel["id"] for panel in panels()]
    assert len(set(numbers)) == len(numbers)
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels()]
    assert len(set(places)) == len(places)
    for panel in panels():
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24
        assert panel["type"] == "row" or panel["datasource"]["uid"] == "${datasource}"


@pytest.mark.parametrize("rule", rules(), ids=[rule["alert"] for rule in rules()])
def test_an_alert_says_what_to_look_at(rule: dict[str, Any]) -> None:
    """Whoever is woken by it has to know where to begin."""
    assert set(rule) - {"for"} == {"alert", "expr", "labels", "annotations"}
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert set(rule["annotations"]) == {"summary", "description"}
    used = re.findall(r"\$labels\.(\w+)", json.dumps(rule["annotations"]))
    kept = {label for group in GROUPED.findall(rule["expr"]) for label in re.findall(r"\w+", group)}
    assert set(used) <= (kept or ADDED)


def faults(expression: str, known: dict[str, Labels]) -> Iterator[str]:
    """What an expression asks for that is not told."""
    asked: set[str] = set()
    for name, matchers in selectors(expression):
        if name not in known:
            yield f"there is no {name}"
            continue
        asked |= set(known[name])
        for label, operator, value in matchers:
            if label in ADDED:
                continue
            if label not in known[name]:
                yield f"{name} has no label {label}"
            elif label not in OPEN:
                values = value.split("|") if "~" in operator else [value]
                yield from (f"{label} of {name} is never {one}" for one in values if one not in known[name][label])
    for group in GROUPED.findall(expression):
        yield from (f"nothing has a label {label}" for label in re.findall(r"\w+", group) if label not in asked | ADDED)


def selectors(expression: str) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """The metrics in an expression, each with its matchers."""
    for name, inside in SELECTOR.findall(expression):
        yield name, MATCHER.findall(inside)
