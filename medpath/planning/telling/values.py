"""The values of a plan that templates of remarks and problems name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from medpath.planning.plan import PlannedStep, shown_years, within
from medpath.planning.routes.counting import count_text
from medpath.planning.routes.route import Route, routes_of
from medpath.planning.routes.situation import Situation
from medpath.planning.routes.tags import training_years
from medpath.planning.routes.ways import serves
from medpath.planning.tables.moments import Moment
from medpath.planning.telling.counted import counted_values
from medpath.planning.telling.fellowships import fellowship_values
from medpath.planning.telling.wording import in_years, spelled

_MOST_COUNTS = 4
_MOST_FUNDED = 5  # switching-or-transferring-residency-programs/medicare-funding


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
        **_of_school(situation, routes[0]),
        **_of_applications(steps, texts),
        **fellowship_values(situation, routes, steps),
        **also_values(situation),
        **_of_running(routes[0], texts),
        **_at_home(situation, routes[0]),
        **counted_values(situation, routes[0]),
    }


def chain_text(route: Route, texts: Mapping[str, str]) -> str:
    """ "First year 1, Dermatology 3, Pediatric dermatology 1": the trainings of a route with their years."""
    return ", ".join(_chain(route, texts))


def also_values(situation: Situation) -> dict[str, str]:
    """What somebody considers beside his target, each with its trainings and their end, the shortest first."""
    person, texts = situation.person, situation.tables.texts
    found = []
    for name in sorted(person.also):
        via = _leads_to(situation, name)
        other = replace(situation, person=replace(person, target=name, via=via, also=frozenset()))
        if other.target is not None and other.target != situation.target:
            routes = routes_of(other)
            in_training = situation.stage.phase == "resident"  # where the soonest is a vacancy and no plain case
            route = routes[0] if in_training else min(routes, key=_practice)
            found.append((route.practice, texts["also_way"].format(chain=chain_text(route, texts), end=route.practice)))
    return {"also": "; ".join(text for _, text in sorted(found))} if found else {}


def _leads_to(situation: Situation, other: str) -> str | None:
    """The target where a field beside it may follow it, so that no other residency is needed for that one."""
    target, beside = situation.target, situation.tables.training(other)
    follows = target is not None and beside is not None and beside.is_fellowship and not target.is_fellowship
    return target.id if target and beside and follows and serves(target, beside) else None


def _of_running(route: Route, texts: Mapping[str, str]) -> dict[str, str]:
    """What the running fellowship saves of the next one."""
    if route.running is None or not route.legs:
        return {}
    leg = route.legs[0]
    return {
        "running": within(route.running.label),
        "next_fellowship": within(leg.training.label),
        "next_years": in_years(str(leg.end - leg.start), texts),
        "next_years_alone": in_years(str(leg.training.years[0]), texts),
    }


def _at_home(situation: Situation, route: Route) -> dict[str, str]:
    """The end of training for somebody who goes to medical school at home right after school; exams and certification
    take a year or two more."""
    if situation.stage.phase != "high_school" or "graduation" not in route.anchors:
        return {}
    years = situation.tables.lengths["medical_school_abroad"]
    end = route.anchors["college"] + years[-1] + route.practice - route.anchors["graduation"]
    return {"home_school": shown_years([years]), "home_end": _between([end + 1, end + 2])}


def ways_text(routes: Sequence[Route], texts: Mapping[str, str]) -> str:
    """Which way ends when: "Emergency medicine 3 until 2036, or Emergency medicine 4 until 2037"."""
    ordered = sorted(routes, key=_practice)
    chains = [chain_text(route, texts) for route in ordered]
    ends = dict.fromkeys(
        (_told_apart(route, chain, ordered, chains, texts), route.practice)
        for route, chain in zip(ordered, chains, strict=True)
    )
    return texts["or_way"].join(
        texts["way_until"].format(chain=chain, end=end) for chain, end in [*ends][:_MOST_COUNTS]
    )


def _told_apart(
    route: Route, chain: str, routes: Sequence[Route], chains: Sequence[str], texts: Mapping[str, str]
) -> str:
    """A chain with the season or the start of school by which its end differs from that of the same chain."""
    same = [other for other, of_other in zip(routes, chains, strict=True) if of_other == chain]
    if len({other.practice for other in same}) < 2:
        return chain
    if len({other.anchors.get("entry") for other in same}) > 1:
        return texts["with_entry"].format(chain=chain, entry=route.anchors["entry"])
    if route.matching and len({other.anchors.get("residency") for other in same}) > 1:
        return texts["with_start"].format(chain=chain, start=route.anchors["residency"])
    return chain


def _practice(route: Route) -> int:
    return route.practice


def _chain(route: Route, texts: Mapping[str, str]) -> Iterator[str]:
    residency = route.way.residency
    if route.way.before:
        yield f"{route.way.before.label} {route.way.before.years[0]}"
    if "preliminary_year" in route.lengths:
        yield f"{texts['first_year']} {route.lengths['preliminary_year'][0]}"
    years = route.lengths.get("residency", (0,))[0]
    if residency and route.residency_running:
        years = route.anchors["residency_end"] - route.anchors["training"]
    if years:
        yield f"{residency.label if residency else texts['open_residency']} {years}"
    if route.running:
        yield f"{route.running.label} {route.running.years[-1]}"
    yield from (f"{leg.training.label} {leg.end - leg.start}" for leg in route.legs)
    if any(route.lengths.get("gmo_tour", ())):
        yield f"{texts['gmo_tour']} {route.lengths['gmo_tour'][0]}"


def _lengths(routes: Sequence[Route], texts: Mapping[str, str]) -> dict[str, str]:
    keys = dict.fromkeys(key for route in routes for key in route.lengths)
    found = {f"years_{k}": shown_years([r.lengths[k] for r in routes if k in r.lengths]) for k in keys}
    exams = found.get("years_exams_and_certification")
    return {**found, **({"exams_time": in_years(exams, texts)} if exams else {})}


def _dates(steps: Sequence[PlannedStep], texts: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for step in steps:
        starts = sorted({step.start, *(start for start, _ in step.others)})
        found[step.name] = spelled(step.start, texts)
        found[f"{step.name}_end"] = spelled(step.end, texts)
        found[f"{step.name}_first"] = spelled(starts[0], texts)
        found[f"{step.name}_last"] = spelled(starts[-1], texts)
        found[f"{step.name}_all"] = texts["or"].join(spelled(start, texts) for start in starts)
        ends = sorted({step.end, *(end for _, end in step.others)})
        found[f"{step.name}_end_all"] = texts["or"].join(spelled(end, texts) for end in ends)
    return found


_APPLICATIONS = ("eras_application", "residencycas_application", "sf_match_application")


def _of_applications(steps: Sequence[PlannedStep], texts: Mapping[str, str]) -> dict[str, str]:
    """When the residency is applied for, through whichever service."""
    found = [step for step in steps if step.name in _APPLICATIONS]
    if not found:
        return {}
    starts = sorted({found[0].start, *(start for start, _ in found[0].others)})
    every = texts["or"].join(spelled(start, texts) for start in starts)
    return {"applications": spelled(found[0].start, texts), "applications_all": every}


def _of_school(situation: Situation, route: Route) -> dict[str, str]:
    """The fall in which colleges are applied for, and the way from college on in words."""
    exams = situation.tables.exams
    found = {
        "current": within(situation.current.label) if situation.current else "",
        "first_exam": exams["comlex_level_1" if situation.school == "do" else "step_1"],
    }
    if "leave" in route.anchors and situation.current:
        leave = route.anchors["leave"]
        found["leave"] = spelled(Moment(leave, 6), situation.tables.texts)
        found["funding_years"] = str(min(situation.current.years[0] + situation.current.separate_years, _MOST_FUNDED))
        found["funding_used"] = str(leave - route.anchors["training"])
        found.update(_lost(situation, route))
    if "college" in route.anchors and situation.stage.phase == "high_school":
        names = [(key, situation.tables.texts[f"stretch_{key}"]) for key in ("bachelor_degree", "medical_school")]
        schools = [f"{name} {route.lengths[key][0]}" for key, name in names if key in route.lengths]
        found["college_fall"] = str(route.anchors["college"] - 1)
        found["way_in_words"] = ", ".join([*schools, chain_text(route, situation.tables.texts)])
    return found


def _lost(situation: Situation, route: Route) -> dict[str, str]:
    """The years of a training that is left for another one: those done by its end, and those
    that count no more; where all may count, these."""
    residency = route.way.residency
    if residency is None or "residency" not in route.lengths:
        return {}
    done = route.anchors["leave"] - route.anchors["training"]
    base = 0 if "preliminary_year" in route.lengths else residency.separate_years
    credit = max(min(residency.years) - route.lengths["residency"][0], 0) + base
    texts = situation.tables.texts
    if done <= credit:
        return {"kept_years": in_years(str(done), texts)}
    return {"trained_years": in_years(str(done), texts), "lost_years": in_years(str(done - credit), texts)}


def _totals(situation: Situation, routes: Sequence[Route]) -> dict[str, str]:
    years = sorted({route.practice for route in routes})
    today, age = situation.today.year, situation.person.age
    counts = dict.fromkeys(filter(None, (count_text(route) for route in sorted(routes, key=_practice))))
    matches = sorted({route.anchors["match"] for route in routes if route.matching})
    found = {
        "earliest": _between(years),
        "years_from_now": in_years(_between([year - today for year in years]), situation.tables.texts),
        "count": "; ".join(list(counts)[:_MOST_COUNTS]),
        "this_season": str(situation.year_end),
        "match_season": situation.tables.texts["or"].join(map(str, matches)),
        "training_years": shown_years([(training_years(route),) for route in routes if not route.way.before]),
        "chain": chain_text(routes[0], situation.tables.texts),
        "route_gap": in_years(str(_school_gap(routes)), situation.tables.texts),
    }
    if situation.person.place:
        found["place"] = situation.person.place
    found["later"] = _between([year + 1 for year in years])
    found["later_by_two"] = _between([years[0] + 1, years[-1] + 2])
    if "residency" in routes[0].anchors:
        found["residency_start"] = spelled(Moment(routes[0].anchors["residency"], 7), situation.tables.texts)
    if routes[0].legs and "residency_end" in routes[0].anchors:
        # a residency that is left early for the fellowship ends a year later without it, in the year of its board
        found["without_fellowship"] = str(routes[0].anchors.get("board", routes[0].anchors["residency_end"]))
    spare = situation.tables.lengths["j1_limit"][0] - training_years(routes[0])
    if spare > 0:
        found["j1_spare"] = in_years(str(spare), situation.tables.texts)
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
    found.update(_fallback(situation, route))
    return found


def _fallback(situation: Situation, route: Route) -> dict[str, str]:
    """A second field to apply to, or the longer way to the same one, with the year in which it ends."""
    residency, tables = route.way.residency, situation.tables
    if residency is None or not route.matching:
        return {}
    start = route.anchors["match"]
    if residency.other_ways:
        then = tables.trainings[residency.other_ways[0]]
        first = tables.trainings[then.after[0]]
        before = first.years[0] + first.separate_years
        years = [before + own for own in then.years]
        label = tables.texts["longer_way"].format(
            first=within(first.label),
            first_years=before,
            then=within(then.label),
            then_years=shown_years([then.years]),
        )
    elif residency.fallback:
        second = tables.trainings[residency.fallback]
        years, label = [second.years[0] + second.separate_years], within(second.label)
    else:
        return {}
    ends = [start + own for own in years]
    return {"fallback": label, "fallback_years": _between(years), "fallback_end": _between(ends)}


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
