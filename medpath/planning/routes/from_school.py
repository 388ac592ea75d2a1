"""How students and graduates of medical schools get to the Match."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medpath.planning.routes.draft import Draft
from medpath.planning.routes.situation import LAST_GOOD_MONTH_TO_APPLY, Situation

_MD_PHD = "md_phd"
_CLINICAL_YEARS = 2  # they follow the PhD
_LAST_DEGREE_MONTH = 6  # for a residency that begins in July
_STEPS_FOR_ECFMG = ("step_1", "step_2_ck")
_FIRST_YEARS = {"transitional_year", "preliminary_medicine", "preliminary_surgery"}
# The usual least for both Steps and the papers (ecfmg-certification/how-long), and half of it, which is tight.
_MONTHS_FOR_BOTH_STEPS, _LEAST_MONTHS_FOR_BOTH_STEPS = 18, 9


def from_school(situation: Situation) -> Iterator[Draft]:
    """The Match of the last school year, later ones where something holds up."""
    if situation.school == "img":
        yield from _student_abroad(situation)
        return
    person = situation.person
    graduation = us_graduation(situation)
    research = "research_year" in person.wishes
    gap = (person.gap_years or 1) if "gap_year" in person.wishes else _wait(situation, graduation + research)
    gap += not gap and "match_day" in person.failed  # unmatched, so that the next season counts
    graduation += research
    anchors = {"class": graduation - research, "graduation": graduation, "match": graduation + gap}
    lengths = {**({"research_year": (1,)} if research else {}), **({"gap_year": (gap,)} if gap else {})}
    tags: frozenset[str] = frozenset()
    if situation.stage.id.endswith("_accepted"):
        anchors["entry"] = entry = _accepted_start(situation)
        lengths.pop("research_year", None)  # it lies within the years from the start to the degree
        lengths["medical_school"] = (graduation - entry,)
        if _MD_PHD in person.wishes:
            lengths[_MD_PHD], tags = lengths["medical_school"], frozenset({f"route:{_MD_PHD}"})
    if situation.returns_from_phd:
        lengths["medical_school_left"] = (_CLINICAL_YEARS,)
    if situation.matches_preliminary_only:
        yield from _after_preliminary_year(situation, graduation)
        return
    late = {"step_2_ck", "comlex_level_2_ce"} & person.failed and situation.stage.ends_in == 0
    yield Draft(anchors, lengths, tags)
    if late:
        yield Draft({**anchors, "match": anchors["match"] + 1}, lengths, tags)


def _after_preliminary_year(situation: Situation, graduation: int) -> Iterator[Draft]:
    """From a preliminary year alone into the next Match: a place that begins right after it, or an advanced one a year
    later."""
    anchors = {"class": graduation, "graduation": graduation, "match": graduation + 1, "training": graduation}
    separate = situation.target is not None and situation.target.separate_years
    for residency in (graduation + 1, graduation + 2) if separate else (graduation + 1,):
        lengths = {"preliminary_year": (1,)}
        tags = frozenset({"prelim_matched"})
        yield Draft({**anchors, "residency": residency}, lengths, tags, first_year_done=True)


def _wait(situation: Situation, graduation: int) -> int:
    """The years between the degree and a later Match that somebody names."""
    wanted = situation.person.season_year
    return max(wanted - graduation, 0) if wanted is not None and situation.person.graduation_year else 0


def us_graduation(situation: Situation) -> int:
    """The year in which the last school year of a US student ends: as told, from the start, or by the stage."""
    person = situation.person
    if person.graduation_year:
        return person.graduation_year + situation.graduates_in_december
    if situation.stage.id.endswith("_accepted"):
        lengths = situation.tables.lengths
        usual = lengths[_MD_PHD][1] if _MD_PHD in person.wishes else lengths[situation.school_length][0]
        return _accepted_start(situation) + usual
    if _MD_PHD in person.wishes and person.start_year and (situation.stage.ends_in or 0) >= _CLINICAL_YEARS:
        return person.start_year + situation.tables.lengths[_MD_PHD][1]
    return situation.year_end + (situation.stage.ends_in or 0)


def _accepted_start(situation: Situation) -> int:
    return situation.person.start_year or situation.today.year + (situation.today.month >= 8)


def _student_abroad(situation: Situation) -> Iterator[Draft]:
    graduation = graduation_abroad(situation)
    soonest, safest = _seasons_of_student(situation, graduation)
    anchors = {"graduation": graduation}
    lengths: dict[str, tuple[int, ...]] = {}
    if situation.stage.id == "img_accepted":
        anchors["entry"] = _accepted_start(situation)
        lengths["medical_school"] = (graduation - anchors["entry"],)
    else:
        months = (graduation - situation.today.year) * 12 + 6 - situation.today.month
        lengths["medical_school_left"] = tuple(sorted({max(months // 12, 0), max(-(-months // 12), 1)}))
    after_july = (situation.person.graduation_month or 0) > _LAST_DEGREE_MONTH and not situation.graduates_in_december
    early = max(graduation + after_july, soonest)
    same_year = situation.is_in("us_rotations") or situation.is_in("same_year_match")
    late = early if same_year or situation.has_applied else max(graduation + 1, safest)
    if same_year and _lacks_both_steps(situation) and soonest < safest == early + 1:
        late = safest  # the season of the degree is possible and tight
    for match in wished_seasons(situation, [late, early]):
        tags = frozenset({"early_application"} if match == graduation else set())
        yield Draft({**anchors, "match": match}, lengths, tags)


def _seasons_of_student(situation: Situation, graduation: int) -> tuple[int, int]:
    """The first Match that is possible beside school and the one that is safe, for who has both Steps ahead.

    Where enough months remain until the application of the year of the degree, its season is safe; with somewhat fewer
    it is possible and the next one safe. Step 3 for an H-1B comes after the degree.
    """
    soonest, safest = _seasons_after_exams(situation)
    if situation.has_applied or not _lacks_both_steps(situation):
        return soonest, safest
    after_degree = graduation + 1
    first = after_degree if situation.wants_h1b else graduation
    if _months_until(first, situation) >= _MONTHS_FOR_BOTH_STEPS:
        return min(soonest, first), first
    if first == graduation and _months_until(first, situation) >= _LEAST_MONTHS_FOR_BOTH_STEPS:
        return first, after_degree
    if _months_until(after_degree, situation) >= _MONTHS_FOR_BOTH_STEPS:
        return after_degree, after_degree
    return soonest, safest


def _lacks_both_steps(situation: Situation) -> bool:
    return not any(step in situation.behind for step in _STEPS_FOR_ECFMG)


def _months_until(match: int, situation: Situation) -> int:
    """The months until the application for a Match."""
    today = situation.today
    return (match - 1 - today.year) * 12 + LAST_GOOD_MONTH_TO_APPLY - today.month


def graduation_abroad(situation: Situation) -> int:
    """The year in which the last school year of a student abroad ends: as told, from the start, else in two years."""
    person = situation.person
    if person.graduation_year:
        return person.graduation_year + situation.graduates_in_december
    years = situation.tables.lengths[situation.school_length][0]
    start = _accepted_start(situation) if situation.stage.id == "img_accepted" else person.start_year
    if start is None and person.school_year:
        start = situation.year_end - person.school_year
    return max(start + years, situation.year_end) if start else situation.year_end + 1


def _seasons_after_exams(situation: Situation) -> tuple[int, int]:
    """The first Match that is possible and the one that is safe, by how many of the two Steps are missing."""
    if situation.has_applied:
        return situation.year_end, situation.year_end
    missing = sum(1 for step in _STEPS_FOR_ECFMG if step not in situation.behind)
    season = situation.next_season
    in_a_hurry = "fast" in situation.person.wishes  # who asks for the earliest Match is told of the one on paper
    first = season + (missing == len(_STEPS_FOR_ECFMG) and not in_a_hurry)
    if missing and situation.wants_h1b and "step_3" not in situation.behind:
        return first, first + 1
    return first, first + (missing > 0)


def wished_seasons(situation: Situation, seasons: Sequence[int]) -> list[int]:
    """The seasons that are possible, each once; only the one that he names where it is not too soon."""
    wanted = situation.person.season_year
    if wanted is not None and wanted >= min(seasons) and not situation.has_applied:
        return [wanted]
    return list(dict.fromkeys(seasons))


def after_school(situation: Situation) -> Iterator[Draft]:
    """The seasons that a graduate can still reach."""
    graduation = situation.person.graduation_year or situation.today.year
    if situation.has_applied:
        again = "match_day" in situation.person.failed  # once unmatched, so that the next season is told too
        seasons = [situation.year_end, situation.year_end + 1] if again else [situation.year_end]
    elif situation.school == "img":
        soonest, safest = _seasons_after_exams(situation)
        seasons = [safest, soonest] if situation.wants_h1b else [soonest, safest]
    else:
        running = situation.next_season > situation.year_end
        seasons = [situation.next_season, situation.year_end] if running else [situation.next_season]
    missing = situation.school == "img" and any(step not in situation.behind for step in _STEPS_FOR_ECFMG)
    for match in wished_seasons(situation, seasons):
        lengths = {"exams_and_certification": (match - 1 - situation.today.year,)} if missing else {}
        first = "preliminary_year" in situation.person.done
        for credit in (1, 0) if first and _may_credit_first_year(situation) else (0,):
            yield Draft({"graduation": graduation, "match": match}, lengths, credit=credit, first_year_done=first)


def _may_credit_first_year(situation: Situation) -> bool:
    """Whether the residency that is wanted may take a military first year, or another one, as its own."""
    if "gmo_now" not in situation.person.wishes:
        return False
    target = situation.target
    while target is not None and target.is_fellowship:
        target = situation.tables.trainings[target.after[0]]
    return target is not None and bool(_FIRST_YEARS & set(target.counts_from))
