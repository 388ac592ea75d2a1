"""What a plan costs and brings in: sums of values that facts state."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from medpath.errors import PlanningError
from medpath.knowledge.records import Knowledge
from medpath.planning.plan import CostLine, PlannedStep
from medpath.planning.routes.route import Route
from medpath.planning.routes.situation import Situation
from medpath.planning.routes.ways import residency_of
from medpath.planning.tables.records import Cost, Term

_PAY, _PAY_FACT = "residency_pay", "resident-salary/salary"
_TRAINING = (
    *("preliminary_year_left", "preliminary_year", "first_residency", "residency", "residency_left", "chief_year"),
    *("fellowship_left", "fellowship", "second_fellowship", "third_fellowship"),
)
DIRECT, INCOME = "direct", "income"


def cost_lines(
    situation: Situation, route: Route, steps: Sequence[PlannedStep], tags: Collection[str], knowledge: Knowledge
) -> tuple[CostLine, ...]:
    """The cost lines of the steps, each once, in the order of the way."""
    names = dict.fromkeys(name for step in steps for name in step.costs)
    wanted = [situation.tables.costs[name] for name in names]
    present = [cost for cost in wanted if cost.when.holds(tags)]
    pay = {_PAY: _pay(route, situation, situation.tables.costs[_PAY], knowledge)}
    return tuple(pay.get(cost.id) or _line(cost, knowledge) for cost in present)


def direct_sum(costs: Sequence[CostLine]) -> tuple[float, float]:
    """Lowest and highest sum of the fees to be paid."""
    paid = [line for line in costs if line.kind == DIRECT and line.low is not None]
    return sum(line.low or 0 for line in paid), sum(line.high or 0 for line in paid)


def _line(cost: Cost, knowledge: Knowledge) -> CostLine:
    if not cost.low:
        return CostLine(cost.item, cost.label, cost.kind, None, None, "", cost.basis, cost.facts)
    low, high = (sum(_worth(term, knowledge) for term in terms) for terms in (cost.low, cost.high))
    how = _terms(cost.low, knowledge)
    if cost.high != cost.low:
        how = f"{how} to {_terms(cost.high, knowledge)}"
    return CostLine(cost.item, cost.label, cost.kind, low, high, how, cost.basis, cost.facts)


def _worth(term: Term, knowledge: Knowledge) -> float:
    return _value(term.fact, term.value, knowledge) * _times(term, knowledge)


def _times(term: Term, knowledge: Knowledge) -> float:
    return _value(term.fact, term.times_value, knowledge) if term.times_value else term.times


def _terms(terms: Sequence[Term], knowledge: Knowledge) -> str:
    shown = []
    for term in terms:
        value, times = _value(term.fact, term.value, knowledge), _times(term, knowledge)
        shown.append(f"{value:g}" if times == 1 else f"{times:g}*{value:g}")
    return " + ".join(shown)


def _value(fact_id: str, key: str, knowledge: Knowledge) -> float:
    fact = knowledge.fact(fact_id)
    value = fact.values.get(key) if fact else None
    if not isinstance(value, (int, float)):
        raise PlanningError(f"costs.yml: {fact_id} has no number {key} among its values. Mend the term or the fact.")
    return float(value)


def _pay(route: Route, situation: Situation, cost: Cost, knowledge: Knowledge) -> CostLine:
    """The mean pay of the training years ahead, from the postgraduate year that begins or runs."""
    fact = knowledge.fact(_PAY_FACT)
    stretches = _training_years(route, situation)
    years = [year for stretch in stretches for year in stretch]
    pay = [fact.values[f"PGY{year}"] for year in years if fact and f"PGY{year}" in fact.values]
    if not pay:
        return CostLine(cost.item, cost.label, cost.kind, None, None, "", cost.basis, cost.facts)
    total = float(sum(pay))
    how = " + ".join(f"{amount:g}" for amount in pay)
    label = _pay_label(cost.label, stretches, situation.tables.texts)
    return CostLine(cost.item, label, INCOME, total, total, how, cost.basis, cost.facts)


def _training_years(route: Route, situation: Situation) -> list[range]:
    """The postgraduate years ahead; who changes the specialty begins again at the year that is credited."""
    began = route.anchors.get("training", route.anchors.get("first_training", situation.year_end))
    first = max(situation.year_end - began, _first_year_of_fellow(route, situation), 1)
    ahead = sum(route.lengths.get(key, (0,))[0] for key in _TRAINING)
    left = route.lengths["residency_left"][0] if route.matching and "residency_left" in route.lengths else 0
    residency = route.way.residency
    if not left or residency is None:
        return [range(first, first + ahead)]
    again = max(residency.years[0] - route.lengths["residency"][0] + 1, 1)
    return [range(first, first + left), range(again, again + ahead - left)]


def _first_year_of_fellow(route: Route, situation: Situation) -> int:
    """The postgraduate year that a fellow is in, by the usual lengths of what lies before."""
    if route.running is None:
        return 0
    before = residency_of(route.running, situation.tables)
    run = route.running.years[-1] - route.lengths["fellowship_left"][0]
    return before.years[0] + before.separate_years + run + 1


def _pay_label(label: str, stretches: Sequence[range], texts: Mapping[str, str]) -> str:
    spans = [f"PGY-{years[0]}" if len(years) == 1 else f"PGY-{years[0]} to PGY-{years[-1]}" for years in stretches]
    return f"{label}, {texts['pay_again'].join(spans)}"
