"""Impossible or inconsistent wishes: those that allow no dated plan, and those that are told before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from medpath.knowledge.records import Knowledge
from medpath.planning.plan import Said, within
from medpath.planning.routes.route import Route, wants_j1
from medpath.planning.routes.situation import Situation
from medpath.planning.routes.tags import training_years
from medpath.planning.routes.ways import residency_of, serves
from medpath.planning.tables.records import Tables, Training
from medpath.planning.telling.contradictions import Found, attempts_used_up, contradictions
from medpath.planning.telling.subjects import said_alone
from medpath.planning.telling.values import chain_text, ways_text

_MOST_FIELDS, _MOST_OPEN = 4, 6
_ONE_YEAR_PLACES = ("preliminary_medicine", "preliminary_surgery", "transitional_year")
_TOO_SOON = ("too_soon", "entry_too_soon", "season_too_soon", "season_missed")
_MATCHES = {"nrmp_match": "main", "sf_match": "sf_match", "urology_match": "urology"}


def asked_back(situation: Situation, knowledge: Knowledge) -> tuple[tuple[Said, ...], str]:
    """The contradictions of what was told and the question back; empty where there are none."""
    found = list(contradictions(situation))
    problems = situation.tables.problems
    said = tuple(_said(one, situation.tables, knowledge) for one in found)
    return said, problems[found[0].id].asks.format(**found[0].values) if found else ""


def closed_way(situation: Situation, knowledge: Knowledge) -> tuple[tuple[Said, ...], str]:
    """What closes the way whatever else holds, and the question back; empty where nothing does."""
    problems = situation.tables.problems
    for one in attempts_used_up(situation):
        return (_said(one, situation.tables, knowledge),), problems[one.id].asks.format(**one.values)
    return (), ""


def problems_of(situation: Situation, routes: Sequence[Route], knowledge: Knowledge) -> tuple[Said, ...]:
    """What cannot be had as it is wished, with the ways that exist; the plan takes those."""
    found = (one for check in _CHECKS for one in check(situation, routes))
    return tuple(_said(one, situation.tables, knowledge) for one in found)


def most_urgent_first(problems: Sequence[Said]) -> tuple[Said, ...]:
    """The problems with a wished year that cannot be first, the others in their order."""
    return tuple(sorted(problems, key=lambda said: said.id not in _TOO_SOON))


def _said(found: Found, tables: Tables, knowledge: Knowledge) -> Said:
    problem = tables.problems[found.id]
    cites = (*problem.cites, *found.cites)
    cited = [fact for fact in map(knowledge.fact, cites) if fact is not None]
    text = " ".join([problem.text.format(**found.values), *(said_alone(fact, tables.subjects) for fact in cited)])
    return Said(found.id, text, (*problem.facts, *(fact.id for fact in cited)))


def _via(situation: Situation, routes: Sequence[Route]) -> Iterator[Found]:
    """A fellowship wished after a residency that does not lead to it."""
    target, via = situation.target, situation.via
    if target is None or via is None or via == routes[0].way.residency or not target.is_fellowship:
        return
    if via in routes[0].way.fellowships or serves(via, target):
        return
    direct = routes[0]
    values = {
        "via": within(via.label),
        "fellowship": within(target.label),
        "direct": chain_text(direct, situation.tables.texts),
        "training_years": str(training_years(direct)),
        "earliest": str(direct.practice),
        "open_fields": _open_to(via, situation.tables),
    }
    yield Found("fellowship_prerequisite", {**values, "needed": _needed(target, situation.tables)})


def _open_to(residency: Training, tables: Tables) -> str:
    """Some fellowships that take people from a residency."""
    fields = [within(t.label) for t in tables.trainings.values() if residency.id in t.after]
    return ", ".join(fields[:_MOST_OPEN]) or tables.texts["open_none"]


def _needed(training: Training, tables: Tables) -> str:
    return tables.texts["or"].join(within(tables.trainings[name].label) for name in training.after)


def _current(situation: Situation, routes: Sequence[Route]) -> Iterator[Found]:
    """A fellowship wished by somebody whose residency does not lead to it."""
    target, current = situation.target, situation.current
    if target is None or current is None or not target.is_fellowship or not routes[0].matching:
        return
    first = routes[0].way.residency
    if situation.via is not None and situation.via == first:
        return  # the other residency is what he wants
    values = {
        "current": within(current.label),
        "target": within(target.label),
        "needed": _needed(target, situation.tables),
    }
    yield Found("fellowship_prerequisite_resident", {**values, "needed_first": within(first.label) if first else ""})


def _abroad(situation: Situation, routes: Sequence[Route]) -> Iterator[Found]:
    if "no_residency" in situation.person.asks:
        return  # which state routes there are is answered first
    residency, target = routes[0].way.residency, situation.target
    if situation.is_trained_abroad and residency and target and routes[0].matching:
        first = ("foreign-trained-specialists/fellowship-without-us-residency",) if target.is_fellowship else ()
        yield Found("residency_abroad", {"target": within(target.label), "residency": within(residency.label)}, first)


def _preliminary(situation: Situation, routes: Sequence[Route]) -> Iterator[Found]:
    person = situation.person
    aims_at_it = person.target in _ONE_YEAR_PLACES
    if aims_at_it or (situation.stage.id == "resident_preliminary" and person.target is None):
        yield Found("preliminary_no_board", {})
    elif person.target and situation.target is None:
        yield Found("unknown_target", {"target": person.target.replace("_", " ")})


def _visa(situation: Situation, routes: Sequence[Route]) -> Iterator[Found]:
    limits, route = situation.tables.lengths, routes[0]
    values = {
        "chain": _whole_chain(situation, route),
        "training_years": str(training_years(route)),
        "limit_j1": str(limits["j1_limit"][0]),
        "limit_h1b": str(limits["h1b_limit"][0]),
    }
    if wants_j1(situation) and training_years(route) > limits["j1_limit"][0]:
        yield Found("j1_limit", values)
    if situation.wants_h1b and situation.person.h1b_since is not None:
        yield from _h1b_runs_out(situation, route, situation.person.h1b_since + limits["h1b_limit"][0])
    elif situation.wants_h1b and training_years(route) > limits["h1b_limit"][0]:
        yield Found("h1b_limit", values)


def _h1b_runs_out(situation: Situation, route: Route, end: int) -> Iterator[Found]:
    """An H-1B whose years end before the training does."""
    if route.practice > end:
        values = {"h1b_since": str(situation.person.h1b_since), "h1b_end": str(end), "earliest": str(route.practice)}
        target = within(situation.target.label) if situation.target else ""
        yield Found("h1b_runs_out", {**values, "target": target, "chain": _whole_chain(situation, route)})


def _whole_chain(situation: Situation, route: Route) -> str:
    """The trainings of a route with their years, the finished residency of a fellow too."""
    chain = chain_text(route, situation.tables.texts)
    if route.running is None:
        return chain
    residency = residency_of(route.running, situation.tables)
    return f"{residency.label} {residency.years[0] + residency.separate_years}, {chain}"


def _further(situation: Situation, routes: Sequence[Route]) -> Iterator[Found]:
    """A field that follows the training that the plan leads to, without a length that could be counted."""
    further = situation.further
    if further is None:
        return
    tables = situation.tables
    before = tables.texts["or"].join(within(tables.trainings[name].label) for name in further.after)
    shown = within(situation.target.label) if situation.target else ""
    values = {"further": further.label, "before": before, "earliest": str(routes[0].practice), "shown": shown}
    yield Found("further_training", values, further.facts)


def _passed_exam(situation: Situation, routes: Sequence[Route]) -> Iterator[Found]:
    """A passed exam to be taken again for a better score."""
    if "retake_passed" in situation.person.wishes:
        yield Found("retake_of_passed_exam_do" if situation.school == "do" else "retake_of_passed_exam", {})


def _other_visa(situation: Situation, routes: Sequence[Route]) -> Iterator[Found]:
    """The H-1B wished for the next training by somebody who trains on a J-1."""
    if "h1b_after_j1" in situation.person.wishes and wants_j1(situation):
        years = {
            "training_years": str(training_years(routes[0])),
            "limit_j1": str(situation.tables.lengths["j1_limit"][0]),
        }
        yield Found("j1_two_year_rule", {"chain": chain_text(routes[0], situation.tables.texts), **years})


def _wishes(situation: Situation, routes: Sequence[Route]) -> Iterator[Found]:
    wishes, anchors = situation.person.wishes, routes[0].anchors
    if "no_gap_year" in wishes and "gap_year" in routes[0].lengths and "degree" in anchors:
        yield Found("no_gap_possible", {"degree": str(anchors["degree"]), "entry": str(anchors["entry"])})
    if situation.wishes_barred_service:
        yield Found("hpsp_citizenship", {})
    if situation.is_military and "refuses_service" in wishes:
        yield Found("service_refused", {})
    if situation.is_premed and wishes & {"part_time", "online"}:
        yield Found("no_part_time", {})
    yield from _bridge(situation)
    yield from _entry(situation, routes)


def _bridge(situation: Situation) -> Iterator[Found]:
    """A shorter way into medicine from another profession, wished or asked about."""
    wishes, nurse = situation.person.wishes, situation.stage.id == "career_changer_nurse"
    wished = wishes & {"bridge", "no_medical_school"} and "has_pa" not in wishes
    asked = nurse and situation.person.asks & {"counts_training", "faster"}
    if situation.is_premed and (wished or asked):
        yield Found("no_bridge_nurse" if nurse else "no_bridge", {})


def _entry(situation: Situation, routes: Sequence[Route]) -> Iterator[Found]:
    """A start of medical school wished for a year for which one cannot apply any more."""
    wanted = situation.person.entry_year
    entries = [route.anchors["entry"] for route in routes if "entry" in route.anchors]
    if not situation.is_premed or wanted is None or not entries or wanted >= min(entries):
        return
    late = ("medical-school-application-cycle/too-late-for-do-schools",)
    yield Found("entry_too_soon", {"wanted": str(wanted), "first": str(min(entries))}, late)


def _match(situation: Situation, routes: Sequence[Route]) -> Iterator[Found]:
    residency = routes[0].way.residency
    named = [_MATCHES[wish] for wish in _MATCHES if wish in situation.person.wishes]
    if residency and routes[0].matching and named and residency.cycle not in named:
        label = situation.tables.cycles[residency.cycle].label
        yield Found("wrong_match", {"residency": residency.label, "match_label": label})


def _too_soon(situation: Situation, routes: Sequence[Route]) -> Iterator[Found]:
    wanted, earliest = situation.person.by_year, min(route.practice for route in routes)
    if wanted is None or wanted >= earliest:
        return
    began = min(_training_start(route) for route in routes)
    values = {"wanted": str(wanted), "earliest": str(earliest), "ways": ways_text(routes, situation.tables.texts)}
    values |= {"wanted_age": _at_age(situation, wanted), "earliest_age": _at_age(situation, earliest)}
    told_already = situation.person.limit_years is not None
    fitting = "" if told_already else _fitting(situation, routes, began, wanted - began)
    yield Found("too_soon", {**values, "fitting": fitting})


def _at_age(situation: Situation, year: int) -> str:
    """The age that somebody has in a year, as it is said behind it; empty where he told none."""
    age = situation.person.age
    return "" if age is None else situation.tables.texts["at_age"].format(age=age + year - situation.today.year)


def _over_limit(situation: Situation, routes: Sequence[Route]) -> Iterator[Found]:
    """More years of training on each way than the person accepts."""
    limit = situation.person.limit_years
    if limit is None or not routes[0].matching or min(map(training_years, routes)) <= limit:
        return
    began = min(_training_start(route) for route in routes)
    fitting = _fitting(situation, routes, began, limit)
    yield Found(
        "training_over_limit",
        {"ways": ways_text(routes, situation.tables.texts), "limit": str(limit), "fitting": fitting},
    )


def _training_start(route: Route) -> int:
    return route.anchors.get("training", route.practice)


def _fitting(situation: Situation, routes: Sequence[Route], start: int, years: int) -> str:
    """The residencies that fit into so many years, the longest first; empty where it is no question of the field."""
    if not routes[0].matching or situation.target is None:
        return ""
    texts, tables = situation.tables.texts, situation.tables
    lengths = {t.label: min(t.years) + t.separate_years for t in tables.trainings.values() if not t.is_fellowship}
    usual = [tables.trainings[name].label for name in texts["usual_fields"].split()]
    fields = sorted((label for label in usual if lengths[label] <= years), key=lambda label: -lengths[label])
    shown = [texts["fits"].format(label=within(label), years=lengths[label]) for label in fields[:_MOST_FIELDS]]
    return texts["fitting"].format(start=start, years=years, fields=", ".join(shown)) if shown else ""


def _season(situation: Situation, routes: Sequence[Route]) -> Iterator[Found]:
    wanted = situation.person.season_year
    first = min((route.anchors["match"] for route in routes if route.matching), default=0)
    if wanted is not None and wanted < first:
        yield Found("season_too_soon", {"wanted": str(wanted), "first": str(first)})


def _running_match(situation: Situation, routes: Sequence[Route]) -> Iterator[Found]:
    """The Match that runs, wished by a student who has not applied for it, or who wants a year off before the start."""
    running, wishes = situation.year_end, situation.person.wishes
    first = min((route.anchors["match"] for route in routes if route.matching), default=running)
    wished = "running_match" in wishes and situation.stage.phase in ("student", "graduate")
    if not wished or first <= running or situation.has_applied:
        return
    residency = routes[0].way.residency
    label = within(residency.label) if residency else situation.tables.texts["open_specialty"]
    values = {"wanted": str(running), "first": str(first), "residency": label}
    if situation.person.season_year is not None:
        yield Found("season_missed", values)
    if "gap_year" in wishes:
        yield Found("match_and_year_off", values)


def _degree(situation: Situation, routes: Sequence[Route]) -> Iterator[Found]:
    """Another degree that somebody has and that opens no residency."""
    names = sorted(f"degree_{wish}" for wish in situation.person.wishes)
    held = [situation.tables.texts[name] for name in names if name in situation.tables.texts]
    if situation.is_premed and held:
        yield Found("wrong_degree", {"degree": held[0]})


_CHECKS: Sequence[Callable[[Situation, Sequence[Route]], Iterator[Found]]] = (
    _further,
    _via,
    _current,
    _abroad,
    _degree,
    _preliminary,
    _visa,
    _other_visa,
    _passed_exam,
    _wishes,
    _match,
    _season,
    _running_match,
    _over_limit,
    _too_soon,
)
