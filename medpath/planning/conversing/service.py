"""What talking about plans needs, loaded once a process."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from datetime import date

from medpath.planning.conversing.asking import plan_asking
from medpath.planning.conversing.form import PlanForm
from medpath.planning.conversing.replies import PlanReplies
from medpath.planning.conversing.talk import PlanTalk
from medpath.planning.conversing.wording import load_conversing_wording
from medpath.planning.person import Person
from medpath.planning.plan import Plan
from medpath.planning.service import Planner, load_planner
from medpath.project import find_project


@dataclass(frozen=True)
class PlanAdviser:
    """The form, the talk and the replies of one day."""

    planner: Planner
    form: PlanForm
    talk: PlanTalk
    replies: PlanReplies

    @property
    def today(self) -> date:
        """The day from which it plans."""
        return self.planner.today

    def plan(self, person: Person) -> Plan:
        """The plan of a person."""
        return self.planner.plan(person)


def plan_adviser(today: date | None = None) -> PlanAdviser:
    """The adviser on plans of this process, for a day (today's if none is given)."""
    adviser, day = _loaded(), today or date.today()
    planner = replace(adviser.planner, today=day)
    return replace(adviser, planner=planner, replies=replace(adviser.replies, planner=planner))


@functools.cache
def _loaded() -> PlanAdviser:
    project = find_project()
    planner, asking = load_planner(project, date.today()), plan_asking()
    wording = load_conversing_wording(project.planning / "conversing.yml")
    return PlanAdviser(
        planner,
        PlanForm(asking.reader, wording),
        PlanTalk(asking.reader, wording, asking.wording),
        PlanReplies(planner, wording),
    )
