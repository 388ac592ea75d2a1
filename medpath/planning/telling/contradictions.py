"""What a person told that cannot all be true: years before others, ages and stages that do not go together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from medpath.planning.plan import shown_years, within
from medpath.planning.routes.from_school import us_graduation
from medpath.planning.routes.situation import Situation
from medpath.planning.tables.records import Training
from medpath.planning.telling.wording import in_years, span_text

_SHORTEST_SCHOOL = 3
# A year of earlier training that a program may credit, or one that a fast track leaves out.
_MOST_CREDIT = 1
# Exams that can be taken only after others are passed.
_NEEDED_BEFORE = {
    "step_3": ("step_1", "step_2_ck"),
    "comlex_level_3": ("comlex_level_1", "comlex_level_2_ce"),
    "comlex_level_2_ce": ("comlex_level_1",),
}


@dataclass(frozen=True)
class Found:
    """A problem of problems.yml with the values of its texts; `cites` are facts stated beside those of its row."""

    id: str
    values: Mapping[str, str]
    cites: tuple[str, ...] = ()


def contradictions(situation: Situation) -> Iterator[Found]:
    """Each contradiction or gap that allows no dated plan."""
    if situation.stage.phase in ("resident", "fellow", "attending") and situation.lacks_specialty:
        yield Found("specialty_missing", {})
    yield from _other_degree(situation)
    yield from _already_trained(situation)
    yield from attempts_used_up(situation)
    yield from _refused_exams(situation)
    yield from _exam_order(situation)
    yield from _school_years(situation)
    yield from _residency_years(situation)
    yield from _age(situation)


def _other_degree(situation: Situation) -> Iterator[Found]:
    """A field that is no specialty of physicians: its training follows another degree."""
    name = f"other_degree_{situation.person.target}"
    if name in situation.tables.problems:
        yield Found(name, {})


def _already_trained(situation: Situation) -> Iterator[Found]:
    """A physician who has finished the training that he wants."""
    current, target = situation.current, situation.target
    if situation.stage.phase == "attending" and current is not None and target in (None, current):
        yield Found("already_trained", {"specialty": within(current.label)})


def _exam_order(situation: Situation) -> Iterator[Found]:
    """An exam told as passed though one that has to come before it is still ahead."""
    person, exams = situation.person, situation.tables.exams
    for later, earlier in _NEEDED_BEFORE.items():
        missing = [exam for exam in earlier if exam in person.undone]
        if later in person.done and missing:
            name = "exam_order_abroad" if situation.school == "img" else "exam_order"
            yield Found(name, {"later": exams[later], "missing": exams[missing[0]]})
            return


def _refused_exams(situation: Situation) -> Iterator[Found]:
    """A physician from abroad who will not sit the exams that every way to a full license asks for."""
    if situation.school == "img" and situation.stage.phase == "graduate" and "refuses_exams" in situation.person.wishes:
        state = (situation.person.state or "").replace("_", "-")
        own = (f"internationally-trained-physician-license-{state}/status",) if state else ()
        yield Found("exams_refused", {}, own)


def attempts_used_up(situation: Situation) -> Iterator[Found]:
    """A Step failed as often as it may be taken: the exams are closed then, which a DO does not need."""
    if situation.school == "do":
        return
    failed = sorted((situation.person.failed - situation.passed_later) & {"step_1", "step_2_ck", "step_3"})
    limit, told = situation.tables.lengths["usmle_attempts"][0], situation.person.failures or 0
    if failed and told >= limit:
        name = "attempts_used_up_abroad" if situation.school == "img" else "attempts_used_up"
        yield Found(name, {"exam": situation.tables.exams[failed[0]], "limit": str(limit)})


def _school_years(situation: Situation) -> Iterator[Found]:
    person, phase = situation.person, situation.stage.phase
    start, end = person.start_year, person.graduation_year
    if start and end and end - start < _shortest(situation):
        years = _usual(situation)
        values = {"graduation": str(end), "start": str(start), "years": str(years), "end": str(start + years)}
        yield Found("graduation_before_start", values)
    elif phase == "student" and end and end + situation.graduates_in_december < situation.year_end:
        yield Found("graduated_already", {"graduation": str(end)})
    elif phase == "graduate" and end and end > situation.year_end:
        yield Found("not_graduated_yet", {"graduation": str(end)})
    elif phase == "student" and end:
        yield from _stage_and_year(situation, end)
    if phase == "student" and start and not end:
        yield from _stage_and_start(situation, start)


def _stage_and_year(situation: Situation, end: int) -> Iterator[Found]:
    """A year of school that leaves less time than there is until the graduation that was told."""
    stage = situation.stage
    if stage.ends_in is None or stage.id.endswith("_accepted") or situation.school_length == "three_year_md":
        return
    expected = situation.year_end + stage.ends_in
    if end + situation.graduates_in_december < expected:
        yield Found("stage_and_year", {"stage_label": stage.label, "graduation": str(end), "expected": str(expected)})


def _stage_and_start(situation: Situation, start: int) -> Iterator[Found]:
    """A year of school that cannot be reached since the start that was told."""
    stage = situation.stage
    if stage.ends_in is None or stage.id.endswith("_accepted") or situation.school_length == "three_year_md":
        return
    reached, told = situation.year_end - start, _usual(situation) - stage.ends_in
    if told > reached:
        values = {"stage_label": stage.label, "start": str(start), "reached": str(max(reached, 1))}
        yield Found("stage_and_start", values)


def _shortest(situation: Situation) -> int:
    if situation.person.wishes & {"transfer", "advanced_standing"}:
        return 1
    return _SHORTEST_SCHOOL if situation.stage.phase in ("student", "graduate") else 1


def _usual(situation: Situation) -> int:
    if situation.is_premed:
        return situation.tables.lengths["bachelor_degree"][0]
    return situation.tables.lengths[situation.school_length][0]


def _residency_years(situation: Situation) -> Iterator[Found]:
    person = situation.person
    start, end = person.residency_start_year, person.residency_end_year
    if start and end and end <= start:
        yield Found("residency_end_before_start", {"start": str(start), "end": str(end)})
    elif situation.stage.training_year and situation.stage.id != "resident_preliminary":
        yield from _training_year(situation)


def _training_year(situation: Situation) -> Iterator[Found]:
    """A training year that cannot be reached since the start, or an end that comes before the program can end."""
    person, year, now = situation.person, situation.stage.training_year, situation.year_end
    start, end, current = person.residency_start_year, person.residency_end_year, situation.current
    if start and start >= now:
        years = in_years(shown_years([current.years]), situation.tables.texts) if current else ""
        label = current.label if current else ""
        values = {"start": str(start), "told": str(year), "would": str(now - year), "years": years, "specialty": label}
        consequence = _application(situation, "application_by_year", by_year=now - year)
        yield Found("residency_start_ahead", {**values, **consequence})
    elif start and now - start < year:
        values = {"start": str(start), "told": str(year), "reached": str(max(now - start, 1)), "would": str(now - year)}
        consequence = _application(situation, "application_by_reading", by_start=start, by_year=now - year)
        yield Found("training_year_and_start", {**values, **consequence})
    elif end and current is not None and end < now:
        yield Found("residency_over", {"end": str(end)})
    elif end and current is not None and not start and not _leaves(situation):
        yield from _end_too_soon(end, now, year, current)


def _leaves(situation: Situation) -> bool:
    """Whether the end that is told may be that of a training left for another one."""
    target = situation.target
    return target is not None and not target.is_fellowship and target != situation.current


def _end_too_soon(end: int, now: int, year: int, current: Training) -> Iterator[Found]:
    least = now + _least_left(current, year)
    if end < least - _MOST_CREDIT:
        values = {"end": str(end), "told": str(year), "least": str(least), "specialty": current.label}
        yield Found("residency_too_short", values)


def _least_left(current: Training, year: int) -> int:
    """The years that the shortest program still takes after the running one."""
    return max(min(current.years) + current.separate_years - year, 0)


def _application(situation: Situation, text: str, **began: int) -> dict[str, str]:
    """When the fellowship is applied for by each year in which the residency may have begun; empty without one."""
    target, current, texts = situation.target, situation.current, situation.tables.texts
    if target is None or current is None or not target.is_fellowship or current.is_fellowship:
        return {"consequence": ""}
    cycle = situation.tables.cycles[target.cycle]
    values = {"fellowship": target.label, "years": in_years(shown_years([target.years]), texts), "word": cycle.word}
    for name, year in began.items():
        first = year + current.years[0] + current.separate_years
        values |= {f"start_{name}": str(first), f"end_{name}": str(first + target.years[0])}
        for part in ("apply", "result"):
            values[f"{part}_{name}"] = span_text(cycle.parts[part], {"fellowship": first}, situation.today, texts)
    return {"consequence": f" {texts[text].format(**values)}"}


def _age(situation: Situation) -> Iterator[Found]:
    age, stage = situation.person.age, situation.stage
    least = _least_age(situation)
    if age is not None and age < least:
        yield Found("age_contradiction", {"age": str(age), "stage_label": stage.label, "least": str(least)})


def _least_age(situation: Situation) -> int:
    """The youngest age at a stage: that of the youngest new student, and the years since."""
    youngest = situation.tables.lengths["youngest_student"][0]
    stage = situation.stage
    if situation.is_premed:
        return 0
    if stage.phase == "student":
        left = us_graduation(situation) - situation.year_end if stage.ends_in is not None else _SHORTEST_SCHOOL
        return youngest + max(_SHORTEST_SCHOOL - left, 0)
    years = {"graduate": 0, "resident": stage.training_year - 1}
    return youngest + _SHORTEST_SCHOOL + years.get(stage.phase, _SHORTEST_SCHOOL)
