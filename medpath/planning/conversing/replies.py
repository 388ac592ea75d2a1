"""What is said of a plan: the plan itself, what a change changes, and answers out of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from medpath.knowledge.records import OFFICIAL, Fact, Source
from medpath.planning.conversing.short_text import short_text, spoken_when, step_line
from medpath.planning.conversing.talk import CHANGE, WHY, Asked
from medpath.planning.conversing.wording import ConversingWording
from medpath.planning.differences import differences
from medpath.planning.person import Person
from medpath.planning.plan import CostLine, Plan, PlannedStep
from medpath.planning.service import Planner
from medpath.planning.showing.objects import as_object
from medpath.planning.showing.text import amount_text, differences_text
from medpath.planning.telling.money import DIRECT, INCOME, direct_sum
from medpath.planning.telling.wording import in_years


@dataclass(frozen=True)
class PlanReply:
    """A reply about a plan: its text, the facts that it rests on, and what to tap next.

    `plan` is the plan as JSON has it, where the whole plan is shown. `sources` are some of those of the facts, each
    with the fact that it stands under; `shown` is the person whose plan is the one of the conversation now.
    """

    text: str
    facts: tuple[str, ...]
    sources: tuple[tuple[Source, Fact], ...]
    buttons: tuple[str, ...]
    shown: Person
    plan: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class PlanReplies:
    """Composes the replies about plans."""

    planner: Planner
    wording: ConversingWording

    def first(self, person: Person, before: Person | None) -> PlanReply:
        """The plan of a person, after what it changes where another one was shown before."""
        plan = self.planner.plan(person)
        lead = self._changes(self.planner.plan(before), plan) if before and before != person else ""
        return self._whole(plan, lead)

    def asked(self, asked: Asked, plan: Plan) -> PlanReply:
        """The reply to what is asked of the plan that is shown."""
        if asked.about == CHANGE:
            return self._changed(plan, self.planner.plan(asked.person))
        if asked.about == WHY and asked.step is not None:
            return self._why(plan, asked.step, how_long=asked.how_long)
        if asked.person != plan.person:
            plan = self.planner.plan(asked.person)
        lines = {
            "next": self._next,
            "cost": self._cost,
            "age": self._age,
            "length": self._length,
            "problems": self._problems,
            "whom": self._whom,
        }[asked.about]
        text, steps = lines(plan)
        return self._reply(plan, text, (fact for step in steps for fact in step.facts))

    @property
    def _texts(self) -> Mapping[str, str]:
        return {**self.planner.tables.texts, **self.wording.texts}

    def _changes(self, before: Plan, after: Plan) -> str:
        """What a change changes, the moves of late steps only counted; empty where there is nothing to compare."""
        if before.asks or after.asks:
            return ""
        lines = differences_text(before, after, differences(before, after), self.planner.tables).splitlines()
        stays, most = f"- {self._texts['unchanged'].format(what='')}", self.wording.limits.changes
        lines = [line for line in lines if not line.startswith(stays)]
        left = len(lines) - 1 - most
        more = [self._texts["more_changes"].format(n=left)] if left > 0 else []
        return "\n".join([*lines[: most + 1], *more])

    def _changed(self, before: Plan, after: Plan) -> PlanReply:
        if not (before.asks or after.asks) and differences(before, after).is_none:
            return self._reply(after, self._texts["no_change"], ())
        return self._whole(after, self._changes(before, after))

    def _whole(self, plan: Plan, lead: str) -> PlanReply:
        tables, knowledge = self.planner.tables, self.planner.knowledge
        told = short_text(plan, tables, self.wording, changed=bool(lead))
        # A channel that draws the plan leaves out of the reply what the plan holds as its text.
        return self._reply(
            plan, "\n\n".join(filter(None, (lead, told))), self._facts(plan), as_object(plan, knowledge, told)
        )

    def _reply(self, plan: Plan, text: str, facts: Iterable[str], row: Mapping[str, Any] | None = None) -> PlanReply:
        names = tuple(dict.fromkeys(facts))
        found = [fact for fact in map(self.planner.knowledge.fact, names) if fact]
        rows = {source.publisher: (source, fact) for fact in reversed(found) for source in self._sources(fact)}
        sources = tuple(rows.values())[::-1][: self.wording.limits.sources]
        return PlanReply(text, names, sources, () if plan.asks else self._buttons(plan), plan.person, row)

    def _sources(self, fact: Fact) -> Sequence[Source]:
        return tuple(self.planner.knowledge.sources_of(fact))

    def _buttons(self, plan: Plan) -> tuple[str, ...]:
        row = next(row for row in self.wording.what_ifs if _suits(row, plan.person))
        return (*self.wording.buttons.values(), str(row["title"]))

    def _next(self, plan: Plan) -> tuple[str, Sequence[PlannedStep]]:
        """What begins soonest and what runs; a stretch that has begun is no next step."""
        today, texts = self.planner.today, self._texts
        ahead = sorted((step for step in plan.steps if _ends(step) >= today), key=lambda step: (step.start, step.end))
        steps = ahead[: self.wording.limits.next]
        if not steps:
            return texts["nothing_next"], ()
        return "\n".join([texts["next"], *(step_line(step, texts) for step in steps)]), steps

    def _cost(self, plan: Plan) -> tuple[str, Sequence[PlannedStep]]:
        texts, (low, high) = self._texts, direct_sum(plan.costs)
        lines = [texts["costs"].format(sum=amount_text(low, high))] if high else [texts["no_costs"]]
        lines += [texts["cost_line"].format(what=line.label, amount=_amount(line)) for line in _paid(plan.costs)]
        lines += [
            texts["income"].format(
                what=line.label[:1].lower() + line.label[1:], amount=amount_text(line.low, line.high)
            )
            for line in plan.costs
            if line.kind == INCOME and line.low is not None and line.high is not None
        ]
        names = {fact for line in plan.costs for fact in line.facts}
        return "\n".join(lines), [step for step in plan.steps if step.costs and names & set(step.facts)]

    def _age(self, plan: Plan) -> tuple[str, Sequence[PlannedStep]]:
        key = "age_told" if plan.age else "age_unknown"
        return self._texts[key].format(age=plan.age, earliest=plan.earliest, years=plan.years_from_now), ()

    def _length(self, plan: Plan) -> tuple[str, Sequence[PlannedStep]]:
        texts = self._texts
        long = [step for step in plan.steps if step.years]
        lines = [texts["length"].format(years=plan.years_from_now, earliest=plan.earliest)]
        lines += [texts["length_line"].format(what=step.label, years=in_years(step.years, texts)) for step in long]
        return "\n".join(lines), long

    def _problems(self, plan: Plan) -> tuple[str, Sequence[PlannedStep]]:
        return "\n".join(f"- {said.text}" for said in plan.problems) or self._texts["no_problems"], ()

    def _whom(self, plan: Plan) -> tuple[str, Sequence[PlannedStep]]:
        return "\n".join([self._texts["whom"], *(f"- {contact}" for contact in plan.contacts)]), ()

    def _why(self, plan: Plan, step: PlannedStep, *, how_long: bool) -> PlanReply:
        fact = self._reason(step, self.wording.why_long if how_long else self.wording.why_needed)
        if fact is None:
            return self._reply(plan, step_line(step, self._texts), step.facts)
        line = self._texts["why"].format(what=step.label, when=spoken_when(step, self._texts), text=fact.text)
        return self._reply(plan, line, [fact.id])

    def _reason(self, step: PlannedStep, aspects: Sequence[str]) -> Fact | None:
        """The fact of a step that tells why: one of these aspects, on the very thing that the step is about."""
        nearest = sorted(self._nearest(step), key=lambda fact: fact.aspect not in aspects)
        return next(iter(nearest), None)

    def _nearest(self, step: PlannedStep) -> list[Fact]:
        """The facts of a step, those on the very thing that it is about first, and official ones before others."""
        words = set(step.label.lower().split())
        facts = [fact for fact in map(self.planner.knowledge.fact, step.facts) if fact]
        return sorted(facts, key=lambda fact: (-len(words & set(fact.topic.split("-"))), fact.check != OFFICIAL))

    def _facts(self, plan: Plan) -> Iterator[str]:
        """The facts of the plan: the nearest one of each step, long steps first, then all others."""
        steps = sorted(plan.steps, key=lambda step: not step.years)
        each = [self._nearest(step) for step in steps]
        yield from (facts[0].id for facts in each if facts)
        yield from (fact.id for facts in each for fact in facts[1:])
        yield from (fact for said in (*plan.problems, *plan.remarks) for fact in said.facts)


def _ends(step: PlannedStep) -> date:
    return step.end.last_day


def _paid(costs: Iterable[CostLine]) -> Iterator[CostLine]:
    return (line for line in costs if line.kind == DIRECT and line.low is not None)


def _amount(line: CostLine) -> str:
    return amount_text(line.low or 0, line.high or 0)


def _suits(row: Mapping[str, Any], person: Person) -> bool:
    """Whether a what-if would change something for a person."""
    if "stages" in row and person.stage not in row["stages"]:
        return False
    if row.get("wishes") and row["wishes"] not in person.wishes:
        return False
    if row.get("wishes_not") in person.wishes:
        return False
    return person.school != row.get("school_not", "") and person.target != row.get("target_not", "")
