"""The values of a plan that templates of remarks and problems name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from medpath.planning.plan import PlannedStep, shown_years, within
from medpath.planning.routes.counting import count_text
from medpath.planning.routes.route import Leg, Route, leg_name
from medpath.planning.routes.situation import Situation
from medpath.planning.routes.tags import training_years
from medpath.planning.tables.moments import Moment
from medpath.planning.tables.records import Tables


def plan_values(situation: Situation, routes: Sequence[Route], steps: Sequence[PlannedStep]) -> dict[str, str]:
    """Each value by its name; remarks.yml says what they are."""
    texts, lengths = situation.tables.texts, situation.tables.lengths
    return {
        **_lengths(routes, texts),
        **_dates(steps, texts),
        **_totals(situation, routes),
        **_of_limits(lengths),
        **_of_trainings(situation, routes[0], steps),
        **_of_places(routes, texts),
    }


def spelled(moment: Moment, texts: Mapping[str, str]) -> str:
    """ "March 2027", or "March 19, 2027" where the day is known."""
    month = texts["months"].split()[moment.month - 1]
    return f"{month} {moment.day}, {moment.year}" if moment.day else f"{month} {moment.year}"


def in_years(years: str, texts: Mapping[str, str]) -> str:
    """ "1 year", "3 years", "3-4 years"."""
    return texts["years_one"] if years == "1" else texts["years_many"].format(n=years)


def chain_text(route: Route, texts: Mapping[str, str]) -> str:
    """ "First year 1, Dermatology 3, Pediatric dermatology 1": the trainings of a route with their years."""
    return ", ".join(_chain(route, texts))


def _chain(route: Route, texts: Mapping[str, str]) -> Iterator[str]:
    residency = route.way.residency
    if "preliminary_year" in route.lengths:
        yield f"{texts['first_year']} {route.lengths['preliminary_year'][0]}"
    years = route.lengths.get("residency", (0,))[0]
    if residency and route.residency_running:
        years = route.anchors["residency_end"] - route.anchors["training"]
    if residency and years:
        yield f"{residency.label} {years}"
    if route.running:
        yield f"{route.running.label} {route.running.years[-1]}"
    yield from (f"{leg.training.label} {leg.end - leg.start}" for leg in route.legs)


def _lengths(routes: Sequence[Route], texts: Mapping[str, str]) -> dict[str, str]:
    keys = dict.fromkeys(key for route in routes for key in route.lengths)
    return {f"years_{k}": shown_years([r.lengths[k] for r in routes if k in r.lengths]) for k in keys}


def _dates(steps: Sequence[PlannedStep], texts: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for step in steps:
        starts = sorted({step.start, *(start for start, _ in step.others)})
        found[step.name] = spelled(step.start, texts)
        found[f"{step.name}_end"] = spelled(step.end, texts)
        found[f"{step.name}_first"] = spelled(starts[0], texts)
        found[f"{step.name}_all"] = texts["or"].join(spelled(start, texts) for start in starts)
    return found


def _totals(situation: Situation, routes: Sequence[Route]) -> dict[str, str]:
    years = sorted({route.practice for route in routes})
    today, age = situation.today.year, situation.person.age
    counts = dict.fromkeys(count_text(route) for route in sorted(routes, key=lambda route: route.practice))
    matches = sorted({route.anchors["match"] for route in routes if route.matching})
    found = {
        "earliest": _between(years),
        "years_from_now": _between([year - today for year in years]),
        "count": "; ".join(list(counts)[:_MOST_COUNTS]),
        "this_season": str(situation.year_end),
        "match_season": situation.tables.texts["or"].join(map(str, matches)),
        "training_years": shown_years([(training_years(route),) for route in routes if not route.way.before]),
        "chain": chain_text(routes[0], situation.tables.texts),
        "route_gap": in_years(str(_school_gap(routes)), situation.tables.texts),
    }
    if age is not None:
        found["age"] = _between([age + year - today for year in years])
    return found


def _school_gap(routes: Sequence[Route]) -> int:
    """The years between the first and the last end of medical school."""
    ends = sorted(route.anchors["graduation"] for route in routes if "graduation" in route.anchors)
    return ends[-1] - ends[0] if ends else 0


def _between(numbers: Sequence[int]) -> str:
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}-{numbers[-1]}"


def _of_limits(lengths: Mapping[str, tuple[int, ...]]) -> dict[str, str]:
    return {
        "limit_j1": str(lengths["j1_limit"][0]),
        "limit_h1b": str(lengths["h1b_limit"][0]),
        "years_gmo_limit": str(lengths["gmo_tour"][-1]),
    }


def _of_trainings(situation: Situation, route: Route, steps: Sequence[PlannedStep]) -> dict[str, str]:
    tables = situation.tables
    residency = route.way.residency
    found = {
        "target": situation.target.label if situation.target else "",
        "residency": within(residency.label) if residency else "",
        "via": within(situation.via.label) if situation.via else "",
        "boards": ", ".join(within(tables.exams[e]) for step in steps for e in step.exams if e.startswith("board_")),
    }
    competitive = [leg.training.label for leg in route.legs if "competitive" in leg.training.traits]
    if competitive:
        found["competitive"] = competitive[0]
    if route.legs:
        found["fellowship_start"] = spelled(Moment(route.legs[0].start, 7), tables.texts)
        found["fellowship_chain"] = _fellowship_chain(route, steps, tables)
    if len(route.legs) > 1 or (route.legs and route.running):
        found.update(_second(route, steps, tables))
    return found


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
    dates = {key: spelled(Moment(s.start.year, s.start.month), texts) if s else "-" for key, s in named.items()}
    start, end = Moment(leg.start, 7), Moment(leg.end, 6)
    years = in_years(str(leg.end - leg.start), texts)
    return texts["fellowship_leg"].format(
        label=within(leg.training.label), years=years, start=spelled(start, texts), end=spelled(end, texts), **dates
    )


_MOST_COUNTS = 4
_PARTS = {"apply": "application", "match": "match"}


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
            found[key] = spelled(Moment(step.start.year, step.start.month), tables.texts)
    return found


def _of_places(routes: Sequence[Route], texts: Mapping[str, str]) -> dict[str, str]:
    starts = sorted({route.anchors["residency"] for route in routes if "residency" in route.anchors})
    names = ("prelim_first", "prelim_second", "prelim_third")
    found = {name: spelled(Moment(year, 7), texts) for name, year in zip(names, starts, strict=False)}
    detours = [route for route in routes if route.way.before]
    if detours:
        found["detour_count"] = count_text(detours[0])
        found["detour_years"] = str(training_years(detours[0]))
        found["detour_end"] = str(detours[0].practice)
    return found
