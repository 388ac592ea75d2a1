"""What a plan says of its fellowships: chain, calendars, the early entry into one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medpath.planning.plan import PlannedStep, within
from medpath.planning.routes.route import Leg, Route, leg_name
from medpath.planning.routes.situation import Situation
from medpath.planning.routes.tags import training_years
from medpath.planning.tables.moments import Moment
from medpath.planning.tables.records import Tables
from medpath.planning.telling.wording import in_years, span_text, spelled, spelled_span


def fellowship_values(situation: Situation, routes: Sequence[Route], steps: Sequence[PlannedStep]) -> dict[str, str]:
    """The values of the fellowships ahead; none where there is none."""
    route, tables = routes[0], situation.tables
    if not route.legs:
        return {}
    found = {
        "fellowship_start": spelled(Moment(route.legs[0].start, 7), tables.texts),
        "fellowship_end_date": spelled(Moment(route.legs[0].end, 6), tables.texts),
        "fellowship_chain": _fellowship_chain(route, steps, tables),
        "other_calendars": _other_calendars(situation, route.legs[0]),
        "early_total": _early_total(route, tables),
    }
    competitive = [leg.training.label for leg in route.legs if "competitive" in leg.training.traits]
    if competitive:
        found["competitive"] = competitive[0]
    if len(route.legs) > 1 or route.running:
        found.update(_second(route, steps, tables))
    return found


def _other_calendars(situation: Situation, leg: Leg) -> str:
    """When each route to the same field applies, for the same start; empty where there is one route."""
    tables = situation.tables
    names = leg.training.also_through
    return ", ".join(_calendars(situation, leg, (leg.training.id, *names), tables)) if names else ""


def _calendars(situation: Situation, leg: Leg, names: Sequence[str], tables: Tables) -> Iterator[str]:
    for name in names:
        training = tables.trainings[name]
        parts = tables.cycles[training.cycle].parts
        when = {
            part: span_text(parts[part], {"fellowship": leg.start}, situation.today, tables.texts)
            for part in ("apply", "result")
        }
        yield tables.texts["calendar"].format(label=within(training.label), **when)


def _early_total(route: Route, tables: Tables) -> str:
    years, early = training_years(route), route.legs[0].training.early_entry
    if not early:
        return ""
    return tables.texts["early_total"].format(
        years=years, end=route.practice, more=years + early, later=route.practice + early
    )


def _fellowship_chain(route: Route, steps: Sequence[PlannedStep], tables: Tables) -> str:
    texts = tables.texts
    legs = texts["then"].join(_leg(leg, steps, tables) for leg in route.legs)
    residency = route.way.residency
    if residency is None or not route.matching:
        return texts["fellowship_goes_on"].format(rest=legs[:1].upper() + legs[1:])
    years = in_years(str(route.lengths["residency"][0]), texts)
    return texts["fellowship_after"].format(residency=residency.label, years=years, rest=legs)


def _leg(leg: Leg, steps: Sequence[PlannedStep], tables: Tables) -> str:
    texts, by_name = tables.texts, {step.name: step for step in steps}
    named = {key: by_name.get(leg_name(leg.number, f"fellowship_{step}")) for key, step in _PARTS.items()}
    parts = [texts[key].format(when=spelled_span(s.start, s.end, texts)) for key, s in named.items() if s]
    start, end = Moment(leg.start, 7), Moment(leg.end, 6)
    parts.append(texts["from_to"].format(start=spelled(start, texts), end=spelled(end, texts)))
    years = in_years(str(leg.end - leg.start), texts)
    return texts["fellowship_leg"].format(label=within(leg.training.label), years=years, dates=", ".join(parts))


_PARTS = {"leg_apply": "application", "leg_match": "match"}


def _second(route: Route, steps: Sequence[PlannedStep], tables: Tables) -> dict[str, str]:
    second = route.legs[-1]
    first = route.legs[-2].training if len(route.legs) > 1 else route.running
    by_name = {step.name: step for step in steps}
    found = {
        "second_label": second.training.label,
        "second_years": in_years(str(second.end - second.start), tables.texts),
        "first_label": within(first.label) if first else "",
    }
    for key, part in (("second_apply", "fellowship_application"), ("second_match", "fellowship_match")):
        step = by_name.get(leg_name(second.number, part))
        if step:
            found[key] = spelled_span(step.start, step.end, tables.texts)
    return found
