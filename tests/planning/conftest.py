"""The project's own tables and knowledge, loaded once, and a planner on a fixed day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from medpath.knowledge.checking import load_knowledge
from medpath.knowledge.records import Knowledge
from medpath.planning.plan import Plan
from medpath.planning.service import Planner
from medpath.planning.showing.objects import person_of
from medpath.planning.tables.loading import load_tables
from medpath.planning.tables.records import Tables
from medpath.project import find_project

TODAY = date(2026, 11, 28)


@pytest.fixture(scope="session")
def tables() -> Tables:
    """The project's planning tables."""
    return load_tables(find_project().planning)


@pytest.fixture(scope="session")
def own_knowledge() -> Knowledge:
    """The project's own knowledge file as it stands today."""
    return load_knowledge(find_project().knowledge, date.today())


@pytest.fixture(scope="session")
def planner(tables: Tables, own_knowledge: Knowledge) -> Planner:
    """A planner on November 28, 2026."""
    return Planner(TODAY, tables, own_knowledge)


@pytest.fixture(scope="session")
def plan_of(planner: Planner) -> Callable[..., Plan]:
    """Makes the plan of a profile."""

    def plan(**profile: Any) -> Plan:
        return planner.plan(person_of(profile))

    return plan
