"""The routes that a person can take to his target: the years on which everything else is counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from medpath.planning.routes.draft import Draft
from medpath.planning.routes.situation import Situation
from medpath.planning.routes.starts import drafts
from medpath.planning.routes.ways import Way, residency_of, ways_to
from medpath.planning.tables.moments import Moment, month_of
from medpath.planning.tables.records import Tables, Training


@dataclass(frozen=True)
class Leg:
    """A fellowship of a route with the years in which it begins and ends; `number` counts from 1."""

    training: Training
    number: int
    start: int
    end: int


@dataclass(frozen=True)
class Route:
    """A route: the anchor years of its dates, the lengths of its stretches in years, the fellowships ahead."""

    way: Way
    anchors: Mapping[str, int]
    lengths: Mapping[str, tuple[int, ...]]
    tags: frozenset[str] = frozenset()
    legs: tuple[Leg, ...] = ()
    matching: bool = False
    residency_running: bool = False
    running: Training | None = field(default=None)

    @property
    def practice(self) -> int:
        """The year in which the last training ends."""
        return self.anchors["practice"]


def routes_of(situation: Situation) -> list[Route]:
    """All routes, the one that the dates are shown for first; those that differ in no year are one."""
    found: dict[tuple[object, ...], Route] = {}
    for draft in drafts(situation):
        for way in _ways(situation):
            for long in (False, True):
                route = _complete(situation, draft, way, long)
                key = (*sorted(route.anchors.items()), *sorted(route.lengths.items()), route.tags)
                found.setdefault(key, route)
    return list(found.values())


def _ways(situation: Situation) -> list[Way]:
    """The ways to the target; only the direct one where he names it."""
    ways = ways_to(situation.target, situation.current, situation.via, situation.tables, situation.person.also)
    return ways[:1] if "integrated" in situation.person.wishes else ways


def _complete(situation: Situation, draft: Draft, way: Way, long: bool) -> Route:
    anchors = dict(draft.anchors)
    if "graduation" in anchors:
        anchors.setdefault("class", anchors["graduation"])  # a year of leave moves graduation, not the exams before it
    route = Route(way, anchors, dict(draft.lengths), draft.tags, running=draft.running)
    route = _residency(situation, route, draft, long)
    if "chief_year" in situation.person.wishes and (route.matching or route.residency_running):
        end = route.anchors["residency_end"] + 1
        route = _with(route, {"chief_end": end, "practice": end}, {"chief_year": (1,)})
    route = _fellowships(situation, route, long)
    return _after(situation, route, long)


def _residency(situation: Situation, route: Route, draft: Draft, long: bool) -> Route:
    residency = route.way.residency
    if "match" not in route.anchors or not _needs_match(situation, route.way):
        return _running(situation, route, long)
    training = route.anchors["match"]
    before = route.way.before.years[0] if route.way.before else 0
    years = _years(residency, situation, long) - draft.credit
    separate = residency.separate_years if residency and not draft.first_year_done and not before else 0
    begins = draft.anchors.get("residency", training) + separate + before
    lengths = {"residency": (years,)}
    if separate:
        lengths["preliminary_year"] = (1,)
    if before:
        lengths["first_residency"] = (before,)
    anchors = {
        "training": draft.anchors.get("training", training),
        "residency": begins,
        "residency_end": begins + years,
        "board": begins + years,
    }
    route = _with(route, {**anchors, "practice": begins + years}, lengths)
    route = _leaving(situation, route, begins)
    tags = {"first_year:separate"} if separate else set()
    return replace(route, matching=True, tags=route.tags | tags | ({"detour"} if before else set()))


def _leaving(situation: Situation, route: Route, begins: int) -> Route:
    """The end of the training year that somebody who changes the specialty still finishes: the running one, unless he
    tells a later one."""
    if situation.stage.phase != "resident" or situation.current is None:
        return route
    end = situation.person.residency_end_year or situation.year_end
    leave = min(max(end, situation.year_end), begins)
    return _with(route, {"leave": leave}, {"residency_left": (leave - situation.year_end + 1,)})


def _needs_match(situation: Situation, way: Way) -> bool:
    current = situation.current
    if situation.stage.phase not in ("resident", "fellow", "attending"):
        return True
    if current is None:
        return True
    return way.residency is not None and not _is_covered(way, current, situation.tables)


def _is_covered(way: Way, current: Training, tables: Tables) -> bool:
    """Whether the residency that somebody is in or has done is one that the way begins with."""
    assert way.residency is not None
    if current.is_fellowship:
        opens = current in way.fellowships or any(current.id in f.after for f in way.fellowships)
        return opens or residency_of(current, tables) == way.residency
    return current == way.residency or way.residency.id in current.serves_as


def _running(situation: Situation, route: Route, long: bool) -> Route:
    route = replace(
        route, anchors={key: year for key, year in route.anchors.items() if key not in ("match", "residency")}
    )
    if situation.stage.phase != "resident":
        return _with(route, {"practice": route.anchors["running_end"]}, {})
    current = situation.current
    person = situation.person
    assert current is not None
    start = person.residency_start_year or situation.year_end - situation.stage.training_year
    end = person.residency_end_year or start + current.separate_years + _years(current, situation, long)
    end = max(end, situation.year_end)
    anchors = {"training": start, "residency": start, "residency_end": end, "board": end, "practice": end}
    left = end - (situation.year_end - 1)
    return replace(_with(route, anchors, {"residency_left": (left,)}), residency_running=True)


def _years(training: Training | None, situation: Situation, long: bool) -> int:
    told = None if situation.is_premed else situation.person.program_years
    if training and told in training.years:
        return told
    lengths = _lengths_of(training, situation) if training else _open_years(situation)
    return lengths[-1 if long else 0]


def _lengths_of(training: Training, situation: Situation) -> tuple[int, ...]:
    """The lengths that lead to the target: a shorter one may be enough for some fellowships alone."""
    target = situation.target
    if training.short_for and (target is None or target.id not in training.short_for):
        return training.years[:1]
    return training.years


def _open_years(situation: Situation) -> tuple[int, ...]:
    """The shortest and the longest residency among those that somebody considers, else among all."""
    undecided = "undecided" in situation.person.wishes and len(situation.person.also) == 1  # who muses about one field
    named = filter(None, map(situation.tables.training, () if undecided else situation.person.also))
    residencies = [residency_of(training, situation.tables) for training in named]
    years = {residency.years[0] + residency.separate_years for residency in residencies}
    return (min(years), max(years)) if years else situation.tables.lengths["residency_open"]


def _fellowships(situation: Situation, route: Route, long: bool) -> Route:
    ahead = list(_ahead(situation, route))
    offset = 1 if route.running else 0
    for number, fellowship in enumerate(ahead, 1 + offset):
        before = _taken_before(route, fellowship, situation)
        years = fellowship.years_after.get(before.id if before else "", fellowship.years[-1 if long else 0])
        route = _early(situation, route, fellowship, number, long)
        route = _waiver_between(situation, route, years)
        works = not route.legs and "work_first" in situation.person.wishes
        start = _first_start(situation, fellowship, route.practice + works)
        leg = Leg(fellowship, number, start, start + years)
        waits = start > route.practice and situation.stage.phase != "attending"
        gap = {"wait_before_fellowship": (start - route.practice,)} if waits else {}
        route = _with(route, {"practice": leg.end}, {leg_name(number, "fellowship"): (years,), **gap})
        route = replace(route, legs=(*route.legs, leg))
    if route.legs:
        route = _with(route, {"first_fellowship": route.legs[0].start}, {})
    return route


def _waiver_between(situation: Situation, route: Route, years: int) -> Route:
    """The waiver job before a second fellowship of so many years that the J-1 does not last for."""
    first, limits = route.anchors.get("training"), situation.tables.lengths
    wished = wants_j1(situation) and "two_fellowships" in situation.person.wishes
    if not wished or not route.legs or first is None or "waiver" in route.anchors:
        return route
    if route.practice + years - first <= limits["j1_limit"][0]:
        return route
    end = route.practice + limits["j1_waiver_job"][0]
    anchors = {"waiver": route.practice, "waiver_end": end, "practice": end}
    route = _with(route, anchors, {"j1_waiver_job": limits["j1_waiver_job"]})
    return replace(route, tags=route.tags | {"waiver_between"})


def _ahead(situation: Situation, route: Route) -> Iterator[Training]:
    """The fellowships of the way that are not running or finished."""
    current = situation.current
    names = [fellowship.id for fellowship in route.way.fellowships]
    behind = names.index(current.id) + 1 if current and current.id in names else 0
    yield from route.way.fellowships[behind:]


def _taken_before(route: Route, fellowship: Training, situation: Situation) -> Training | None:
    own = [situation.current, situation.via, route.way.residency]
    return next((t for t in own if t and t.id in fellowship.years_after), None)


def _early(situation: Situation, route: Route, fellowship: Training, number: int, long: bool) -> Route:
    """A residency that may be left early for the fellowship, unless the long route is asked for."""
    first = number == 1 and not route.legs and "chief_end" not in route.anchors
    long = long and not situation.person.wishes & {"fast", "fast_track"}
    if long or not fellowship.early_entry or not first or "residency_end" not in route.anchors:
        return route
    end = route.anchors["residency_end"] - fellowship.early_entry
    key = "residency" if "residency" in route.lengths else "residency_left"
    years = route.lengths[key][0] - fellowship.early_entry
    if years < 1:
        return route
    return _with(route, {"residency_end": end, "practice": end}, {key: (years,)})  # the board keeps its own year


def _first_start(situation: Situation, fellowship: Training, earliest: int) -> int:
    """The first year from `earliest` on for which one can still apply."""
    if situation.has_applied_for_fellowship:
        return earliest
    apply = situation.tables.cycles[fellowship.cycle].parts["apply"]
    for year in range(earliest, earliest + 5):
        end = apply.ends.moment({"fellowship": year}, situation.today)
        now = month_of(situation.today)
        if end is not None and Moment(end.year, end.month) >= now:
            return year
    return earliest


def leg_name(number: int, name: str) -> str:
    """The name of a step or length of the nth fellowship: fellowship, second_fellowship, third_fellowship."""
    return ("", "second_", "third_", "fourth_")[number - 1] + name


def _after(situation: Situation, route: Route, long: bool) -> Route:
    lengths = situation.tables.lengths
    end, anchors = route.practice, {}
    more: dict[str, tuple[int, ...]] = {}
    if situation.is_military and (situation.is_premed or situation.stage.phase == "student"):
        tour = lengths["gmo_tour"][-1 if long or "gmo_tour" in situation.person.wishes else 0]
        kinds = [kind for kind in ("hpsp", "usu") if kind in situation.person.wishes] or ["hpsp", "usu"]
        service = tuple(lengths[f"{kind}_service"][0] for kind in kinds)
        end += tour
        # a tour as a general medical officer pays back time owed: hpsp/gmo-tour
        anchors = {"practice": end, "service_end": end + max(service[0] - tour, 0)}
        more = {"gmo_tour": (tour,), "military_service": service}
    if situation.serves_for_loans:
        anchors["service_end"] = end + lengths["nhsc_service"][0]
        more["nhsc_service"] = lengths["nhsc_service"]
    if wants_j1(situation) and "waiver" not in route.anchors:
        anchors["waiver"] = end
        anchors["waiver_end"] = end + lengths["j1_waiver_job"][0]
        more["j1_waiver_job"] = lengths["j1_waiver_job"]
    return _with(route, anchors, more)


def wants_j1(situation: Situation) -> bool:
    """Whether a J-1 is the visa of the plan: he names it, or needs one and names none for residency."""
    person = situation.person
    named = (person.visa or "").upper().replace("-", "").replace(" ", "")
    return named == "J1" or (bool(person.needs_visa) and (not named or situation.names_other_visa))


def _with(route: Route, anchors: Mapping[str, int], lengths: Mapping[str, tuple[int, ...]]) -> Route:
    return replace(route, anchors={**route.anchors, **anchors}, lengths={**route.lengths, **lengths})
