"""How residents, fellows and attendings get to another training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from medpath.planning.routes.draft import Draft
from medpath.planning.routes.situation import Situation
from medpath.planning.tables.records import Training


def from_residency(situation: Situation) -> Iterator[Draft]:
    """Where a Match lies ahead, the seasons and kinds of places that a resident can aim at; else no anchors matter."""
    now, target = situation.year_end, _residency_aimed_at(situation)
    start = situation.person.residency_start_year or now - situation.stage.training_year
    preliminary = situation.stage.id == "resident_preliminary"
    base = {"training": start, "preliminary_end": start + 1} if preliminary else {"training": start}
    lengths = {"preliminary_year_left": (1,)} if preliminary else {}
    places = list(_places(situation, target, now))
    for match, residency, credit in places:
        done = preliminary or (target is not None and target.separate_years > 0)
        anchors = {**base, "match": match, "residency": residency}
        yield Draft(anchors, lengths, credit=credit, first_year_done=done)


def _places(situation: Situation, residency: Training | None, now: int) -> Iterator[tuple[int, int, int]]:
    """Match, start of the residency and credited years of each kind of place, the usual one first."""
    if situation.has_place:
        own = _own_trainings(situation) & set(residency.counts_from) if residency else set()
        yield now, now, int(residency is not None and (bool(own) or residency.first_year == "joined"))
        return
    if residency is not None and residency.separate_years:
        yield from ((now, now + 1, 0), (now, now, 0), (now + 1, now + 2, 0))
        return
    credited = residency is not None and bool(_own_trainings(situation) & set(residency.counts_from))
    if situation.stage.id == "resident_preliminary":
        yield now, now, 0
        if credited:
            yield now, now, 1
        yield now + 1, now + 1, 0
        return
    season = situation.next_season
    if credited:
        # Vacancies and physician-only places that begin at once, advanced ones of this Match, those of the next.
        yield from ((season, season, 1), (now, now, 1), (now, now + 1, 1))
        return
    yield season, season, 0
    if season > now:
        yield now, now, 0


def _own_trainings(situation: Situation) -> set[str]:
    current = situation.current
    return {situation.person.specialty or "", *((current.id,) if current else ())}


def from_fellowship(situation: Situation) -> Iterator[Draft]:
    """The end of a running fellowship; the Match too, should he want another residency."""
    current, now = situation.current, situation.year_end
    if current is None or not current.is_fellowship:
        yield from _trained(situation, {"running_end": now})
        return
    start = situation.person.residency_end_year
    ends = [start + current.years[-1]] if start else [now + current.years[-1] - 1, now]
    for end in dict.fromkeys(max(end, now) for end in ends):
        left = {"fellowship_left": (end - now + 1,)}
        first = situation.person.residency_start_year or _began(current, start, situation)
        anchors = {"running_end": end, **({"first_training": first} if first else {})}
        yield from (
            replace(draft, lengths=left, running=current) for draft in _trained(situation, anchors, one_only=True)
        )


def _began(current: Training, residency_end: int | None, situation: Situation) -> int | None:
    """The year in which the residency before a fellowship began, by its usual length."""
    while current.is_fellowship:
        current = situation.tables.trainings[current.after[0]]
    return residency_end - current.years[0] - current.separate_years if residency_end else None


def from_practice(situation: Situation) -> Iterator[Draft]:
    """What a trained physician can aim at next."""
    yield from _trained(situation, {"running_end": situation.today.year})


def _trained(situation: Situation, anchors: Mapping[str, int], one_only: bool = False) -> Iterator[Draft]:
    """Drafts for somebody with a residency: a first year is done, whatever he matches into next."""
    target = _residency_aimed_at(situation)
    places = list(_places(situation, target, situation.next_season))
    for match, residency, credit in places[: 1 if one_only else 2]:
        yield Draft({**anchors, "match": match, "residency": residency}, credit=credit, first_year_done=True)


def _residency_aimed_at(situation: Situation) -> Training | None:
    target = situation.target
    while target is not None and target.is_fellowship:
        target = situation.tables.trainings[target.after[0]]
    return target
