"""How the way to the Match can go: the drafts of routes up to it, the one that the dates are shown for first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from medpath.planning.records import Training
from medpath.planning.situation import LAST_GOOD_MONTH_TO_APPLY, Situation

_STEPS_FOR_ECFMG = ("step_1", "step_2_ck")
_MD_PHD = "md_phd"


@dataclass(frozen=True)
class Draft:
    """The anchors and lengths of a route up to the Match.

    `credit` are years of residency that an earlier training saves, `first_year_done` says that a first year elsewhere
    is done; `running` is the fellowship that somebody is in.
    """

    anchors: Mapping[str, int]
    lengths: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    credit: int = 0
    first_year_done: bool = False
    running: Training | None = None


def drafts(situation: Situation) -> list[Draft]:
    """The drafts for the phase that a person is in."""
    by_phase = {
        "high_school": _high_school,
        "college": _college,
        "post_college": _post_college,
        "student": _student,
        "graduate": _graduate,
        "resident": _resident,
        "fellow": _fellow,
        "attending": _attending,
    }
    return list(by_phase[situation.stage.phase](situation))


def _high_school(situation: Situation) -> Iterator[Draft]:
    lengths = situation.tables.lengths
    end = high_school_end(situation)
    degree = end + lengths["bachelor_degree"][0]
    college = Draft({"college": end, "degree": degree}, {"bachelor_degree": lengths["bachelor_degree"]})
    yield from _through_school(situation, college, degree)
    if "bs_md" in situation.person.wishes:
        years = lengths["bs_md"][0]
        anchors = {"college": end, "degree": degree, "entry": end + years - 4}
        yield _school_ending(situation, Draft(anchors, {"bs_md": (years,)}, frozenset({"route:bs_md"})), end + years)


def high_school_end(situation: Situation) -> int:
    """The year in which high school ends: as told, or by his age, or by the stage."""
    person = situation.person
    if person.graduation_year:
        return person.graduation_year
    assumed = situation.year_end + (situation.stage.ends_in or 0)
    by_age = situation.year_end + max(18 - person.age, 0) if person.age and situation.stage.ends_in else assumed
    return max(by_age, assumed) if situation.stage.ends_in else assumed


def _college(situation: Situation) -> Iterator[Draft]:
    degree = situation.person.graduation_year or situation.year_end + (situation.stage.ends_in or 0)
    yield from _through_school(situation, Draft({"degree": degree}), degree)


def _post_college(situation: Situation) -> Iterator[Draft]:
    lengths = situation.tables.lengths
    degree = situation.person.graduation_year or situation.today.year
    draft = Draft({"degree": degree})
    if not needs_prerequisites(situation):
        yield from _through_school(situation, draft, degree)
        return
    begins = situation.today.year + (situation.today.month > LAST_GOOD_MONTH_TO_APPLY)
    for years in lengths["prerequisites"]:
        missing = Draft({**draft.anchors, "prerequisites": begins}, {"prerequisites": (years,)})
        yield from _through_school(situation, missing, begins + 1 + years)


def needs_prerequisites(situation: Situation) -> bool:
    """Whether the sciences that medical schools ask for are missing."""
    changer = situation.stage.id.startswith("career_changer")
    missing = "missing_prerequisites" in situation.person.wishes or "prerequisites" in situation.person.failed
    return missing or (changer and "prerequisites" not in situation.behind)


def _through_school(situation: Situation, draft: Draft, earliest: int) -> Iterator[Draft]:
    """Entry into medical school in the first year that is possible, and its end."""
    entry = _entry(situation, earliest)
    gap = entry - draft.anchors["degree"]
    is_gap = gap > 0 and situation.stage.phase != "post_college"
    lengths = {**draft.lengths, **({"gap_year": (gap,)} if is_gap else {})}
    tags = draft.tags | ({"gap"} if is_gap else set())
    draft = replace(draft, anchors={**draft.anchors, "entry": entry}, lengths=lengths, tags=tags)
    if _MD_PHD in situation.person.wishes:
        yield from _md_phd(situation, draft)
        return
    years = situation.tables.lengths[situation.school_length]
    for length in years:
        ended = replace(draft, lengths={**draft.lengths, "medical_school": (length,)})
        yield _school_ending(situation, ended, entry + length)


def _entry(situation: Situation, earliest: int) -> int:
    person, today = situation.person, situation.today
    told = person.start_year if situation.stage.id in ("applicant", "reapplicant") else None
    applied = situation.stage.id == "applicant" or {"amcas_application", "aacomas_application"} & person.done
    if applied:
        return told or today.year + (today.month >= 5)
    possible = today.year + (2 if today.month > LAST_GOOD_MONTH_TO_APPLY else 1)
    entry = max(earliest, possible)
    wants_gap = "gap_year" in person.wishes and entry == max(earliest, possible)
    return entry + 1 if wants_gap and entry == earliest else entry


def _md_phd(situation: Situation, draft: Draft) -> Iterator[Draft]:
    """The usual length of MD and PhD together first, then the shortest and the longest."""
    shortest, usual, longest = situation.tables.lengths[_MD_PHD]
    school = situation.tables.lengths["medical_school_md"][0]
    for years in (usual, shortest, longest):
        lengths = {**draft.lengths, _MD_PHD: (years,), "phd": (years - school,), "medical_school": (school,)}
        tags = draft.tags | {f"route:{_MD_PHD}"}
        yield _school_ending(situation, replace(draft, lengths=lengths, tags=tags), draft.anchors["entry"] + years)


def _school_ending(situation: Situation, draft: Draft, graduation: int) -> Draft:
    return replace(draft, anchors={**draft.anchors, "graduation": graduation, "match": graduation})


def _student(situation: Situation) -> Iterator[Draft]:
    if situation.school == "img":
        yield from _student_abroad(situation)
        return
    person = situation.person
    graduation = us_graduation(situation)
    research, gap = "research_year" in person.wishes, "gap_year" in person.wishes
    graduation += research
    anchors = {"graduation": graduation, "match": graduation + gap}
    lengths = {**({"research_year": (1,)} if research else {}), **({"gap_year": (1,)} if gap else {})}
    if situation.stage.id.endswith("_accepted"):
        anchors["entry"] = entry = _accepted_start(situation)
        lengths["medical_school"] = (graduation - research - entry,)
    late = {"step_2_ck", "comlex_level_2_ce"} & person.failed and situation.stage.ends_in == 0
    yield Draft(anchors, lengths)
    if late:
        yield Draft({**anchors, "match": anchors["match"] + 1}, lengths)


def us_graduation(situation: Situation) -> int:
    """The year in which a US student graduates: as told, from the start, or by the stage."""
    person = situation.person
    if person.graduation_year:
        return person.graduation_year
    if situation.stage.id.endswith("_accepted"):
        return _accepted_start(situation) + situation.tables.lengths[situation.school_length][0]
    return situation.year_end + (situation.stage.ends_in or 0)


def _accepted_start(situation: Situation) -> int:
    return situation.person.start_year or situation.today.year + (situation.today.month >= 8)


def _student_abroad(situation: Situation) -> Iterator[Draft]:
    graduation = graduation_abroad(situation)
    soonest, safest = _seasons_after_exams(situation)
    anchors = {"graduation": graduation}
    lengths: dict[str, tuple[int, ...]] = {}
    if situation.stage.id == "img_accepted":
        anchors["entry"] = _accepted_start(situation)
        lengths["medical_school"] = (graduation - anchors["entry"],)
    else:
        months = (graduation - situation.today.year) * 12 + 6 - situation.today.month
        lengths["medical_school_left"] = tuple(sorted({max(months // 12, 0), max(-(-months // 12), 1)}))
    early = max(graduation, soonest)
    same_year = situation.is_in("us_rotations") or situation.is_in("same_year_match")
    late = early if same_year or situation.has_applied else max(graduation + 1, safest)
    for match in dict.fromkeys((late, early)):
        tags = frozenset({"early_application"} if match == graduation and match != late else set())
        yield Draft({**anchors, "match": match}, lengths, tags)


def graduation_abroad(situation: Situation) -> int:
    """The year in which a student abroad graduates: as told, from the start, else in two years."""
    person = situation.person
    if person.graduation_year:
        return person.graduation_year
    years = situation.tables.lengths[situation.school_length][0]
    start = _accepted_start(situation) if situation.stage.id == "img_accepted" else person.start_year
    return max(start + years, situation.year_end) if start else situation.year_end + 1


def _seasons_after_exams(situation: Situation) -> tuple[int, int]:
    """The first Match that is possible and the one that is safe, by how many of the two Steps are missing."""
    if situation.has_applied:
        return situation.year_end, situation.year_end
    missing = sum(1 for step in _STEPS_FOR_ECFMG if step not in situation.behind)
    season = situation.next_season
    first = season + (missing == len(_STEPS_FOR_ECFMG))
    if situation.wants_h1b and "step_3" not in situation.behind:
        return first, first + 1
    return first, first + (missing > 0)


def _graduate(situation: Situation) -> Iterator[Draft]:
    graduation = situation.person.graduation_year or situation.today.year
    if situation.has_applied:
        seasons = [situation.year_end]
    elif situation.school == "img":
        soonest, safest = _seasons_after_exams(situation)
        seasons = [safest, soonest] if situation.wants_h1b else [soonest, safest]
    else:
        running = situation.next_season > situation.year_end
        seasons = [situation.next_season, situation.year_end] if running else [situation.next_season]
    missing = situation.school == "img" and any(step not in situation.behind for step in _STEPS_FOR_ECFMG)
    for match in dict.fromkeys(seasons):
        lengths = {"exams_and_certification": (match - 1 - situation.today.year,)} if missing else {}
        yield Draft({"graduation": graduation, "match": match}, lengths)


def _resident(situation: Situation) -> Iterator[Draft]:
    """Where a Match lies ahead, the seasons and kinds of places that a resident can aim at; else no anchors matter."""
    now, target = situation.year_end, _residency_aimed_at(situation)
    start = situation.person.residency_start_year or now - situation.stage.training_year
    preliminary = situation.stage.id == "resident_preliminary"
    base = {"training": start, "preliminary_end": start + 1} if preliminary else {"training": start}
    lengths = {"preliminary_year_left": (1,)} if preliminary else {}
    places = list(_places(situation, target, now))
    for match, residency, credit in places:
        done = target is not None and target.separate_years > 0
        anchors = {**base, "match": match, "residency": residency}
        yield Draft(anchors, lengths, credit=credit, first_year_done=done)


def _places(situation: Situation, residency: Training | None, now: int) -> Iterator[tuple[int, int, int]]:
    """Match, start of the residency and credited years of each kind of place, the usual one first."""
    if residency is not None and residency.separate_years:
        yield from ((now, now + 1, 0), (now, now, 0), (now + 1, now + 2, 0))
        return
    credited = residency is not None and situation.person.specialty in residency.counts_from
    if situation.stage.id == "resident_preliminary":
        yield now, now, 0
        if credited:
            yield now, now, 1
        yield now + 1, now + 1, 0
        return
    season = situation.next_season
    yield season, season, 0
    if season > now:
        yield now, now, 0


def _fellow(situation: Situation) -> Iterator[Draft]:
    current, now = situation.current, situation.year_end
    if current is None or not current.is_fellowship:
        yield from _trained(situation, {"running_end": now})
        return
    start = situation.person.residency_end_year
    ends = [start + current.years[-1]] if start else [now + current.years[-1] - 1, now]
    for end in dict.fromkeys(max(end, now) for end in ends):
        left = {"fellowship_left": (end - now + 1,)}
        first = situation.person.residency_start_year
        anchors = {"running_end": end, **({"first_training": first} if first else {})}
        yield from (
            replace(draft, lengths=left, running=current) for draft in _trained(situation, anchors, one_only=True)
        )


def _attending(situation: Situation) -> Iterator[Draft]:
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
