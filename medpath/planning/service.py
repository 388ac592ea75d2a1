"""What the planner needs, loaded once."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from datetime import date

from medpath.errors import PlanningError
from medpath.knowledge.checking import load_knowledge
from medpath.knowledge.compiled import load_compiled
from medpath.knowledge.records import Knowledge
from medpath.planning.person import Person
from medpath.planning.plan import Plan
from medpath.planning.planner import closed, plan
from medpath.planning.tables.loading import load_tables
from medpath.planning.tables.records import Tables
from medpath.project import Project

_COMPILED = "knowledge.json"


@dataclass(frozen=True)
class Planner:
    """Plans on a day, with tables and knowledge."""

    today: date
    tables: Tables = field(repr=False)
    knowledge: Knowledge = field(repr=False)

    def plan(self, person: Person) -> Plan:
        """The plan of a person; raises PlanningError where his stage is not told, unless his way is closed at any."""
        if person.stage is None:
            if answer := closed(person, self.today, self.tables, self.knowledge):
                return answer
            raise PlanningError(
                "At which stage are you: high school, college, after college, medical school, residency …? "
                "Say it, with the year."
            )
        return plan(person, self.today, self.tables, self.knowledge)

    def read(self, says: str, base: Person | None = None) -> Person:
        """The person of a sentence, read on top of another for a what-if."""
        reading = importlib.import_module("medpath.planning.reading")  # loads words only where a sentence is told
        person: Person = reading.read_person(says, base)
        return person


def load_planner(project: Project, today: date) -> Planner:
    """The planner of a project, with the knowledge compiled last, or the knowledge file before any training."""
    compiled = project.index / _COMPILED
    knowledge = load_compiled(compiled) if compiled.exists() else load_knowledge(project.knowledge, today)
    return Planner(today, load_tables(project.planning), knowledge)
