"""Where somebody stands on the way: the stage, the kind of school, the year in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from medpath.language.profile import Profile
from medpath.planning.reading.naming import CITY, COUNTRY, PEOPLE, Saying
from medpath.planning.reading.wording import ReadingWording, numbered

STUDENT, ACCEPTED, GRADUATE = "medical_student", "accepted", "medical_graduate"
REAPPLICANT, RESIDENT = "reapplicant", "resident"
_IN_SCHOOL = (STUDENT, ACCEPTED, GRADUATE)
_ENDINGS = {ACCEPTED: "accepted", GRADUATE: "graduate"}
_LAST_YEAR = 4
_IN_TRAINING = ("resident", "resident_preliminary", "fellow")


@dataclass(frozen=True)
class Standing:
    """What a message tells of the stage before country and school have made one of it.

    `kind` is a stage of STAGES or medical_student, accepted, medical_graduate, resident; `year` that of the school,
    `from_end` how many years are left after this one, `since_start` whether the year follows from the year of start;
    `pgy` the year of residency, which begins next summer if `incoming`; a `vague` kind gives way
    to what is known. `school` may be "open"; `specialty` and `done` are what goes without saying.
    """

    kind: str | None = None
    school: str | None = None
    year: int | None = None
    from_end: int | None = None
    pgy: int | None = None
    since_start: bool = False
    incoming: bool = False
    vague: bool = False
    specialty: str | None = None
    done: frozenset[str] = frozenset()

    def stage(self) -> str | None:
        """The stage, of a US school as long as no other is told; None while the year is not known."""
        school = self.school if self.school in ("md", "do", "img") else "md"
        if self.kind in _ENDINGS:
            return f"{school}_{_ENDINGS[self.kind]}"
        if self.kind == STUDENT:
            return "img_student" if school == "img" else self._us_year(school)
        if self.kind == RESIDENT:
            return f"resident_pgy{min(self.pgy, 5)}" if self.pgy else None
        return self.kind

    def _us_year(self, school: str) -> str | None:
        year = _LAST_YEAR - self.from_end if self.from_end is not None else self.year
        return f"{school}_year_{min(year, _LAST_YEAR)}" if year else None


def read_standing(saying: Saying, profile: Profile, wording: ReadingWording) -> Standing:
    """What a message tells of the stage; `profile` is what the reader of profiles found in it."""
    row_match = _stage_row(saying.text, wording)
    if row_match is None:
        return Standing(school=_school(saying.text, wording) or _of_profile(profile))
    means, match = row_match
    said = {name: int(value) for name, value in numbered(match).items() if value.isdecimal()}
    year = said.get("year", means.get("year"))
    pgy = year if means.get("year_is") == "pgy" else said.get("pgy", means.get("pgy"))
    from_end = said["length"] - year if "length" in said and year else means.get("year_from_end")
    standing = Standing(
        kind=means.get("kind") or means.get("stage"),
        school=means.get("school"),
        year=year,
        from_end=from_end,
        pgy=pgy,
        since_start="since_start" in means,
        incoming="incoming" in means,
        vague="vague" in means,
        specialty=means.get("specialty"),
        done=frozenset(means.get("done", ())),
    )
    if standing.kind == RESIDENT and pgy is None:
        standing = replace(standing, pgy=_year_elsewhere(saying.text, wording))
    if standing.kind == REAPPLICANT:
        saying = replace(saying, text=wording.patterns["earlier_cycle"].sub(" ", saying.text))
    school = _school_of(standing, means, saying, wording)
    usual = means.get("usual_school")
    heard = _of_profile(profile)
    return replace(standing, school=school or (None if usual and heard == "img" else heard) or usual)


def _of_profile(profile: Profile) -> str | None:
    return "img" if profile.graduate == "IMG" else (profile.degree or "").lower() or None


def _stage_row(text: str, wording: ReadingWording) -> tuple[dict[str, Any], re.Match[str]] | None:
    for row in wording.lists["stage"]:
        match = row.found(text)
        if match:
            return dict(row.means), match
    return None


def _year_elsewhere(text: str, wording: ReadingWording) -> int | None:
    for row in wording.lists["residency_years"]:
        match = row.found(text)
        if match:
            return int(next(year for year in match.groups() if year)) + row.means["plus"]
    return None


def _school_of(standing: Standing, means: dict[str, Any], saying: Saying, wording: ReadingWording) -> str | None:
    if standing.school or standing.kind is None:
        return standing.school or _school(saying.text, wording)
    said = _school(saying.text, wording)
    if standing.kind not in _IN_SCHOOL:
        return said
    foreign = standing.kind == GRADUATE or saying.signs(CITY + COUNTRY)
    if said == "md" and not foreign:
        return said
    if said == "img" or (_abroad(saying, usual="usual_school" in means) and not _us_degree(saying.text, said, wording)):
        return "img"
    return said


def _us_degree(text: str, said: str | None, wording: ReadingWording) -> bool:
    """Whether the school is called a US one; a doctor from abroad may call his own degree MD."""
    return said == "do" or wording.patterns["us_degree"].search(text) is not None


def _abroad(saying: Saying, *, usual: bool) -> bool:
    """Whether a place of studies outside the US is named; "from India" tells none where the year is of a US school."""
    places = saying.signs(CITY) + saying.signs(COUNTRY)
    if not usual:
        return bool(places + saying.signs(PEOPLE))
    here = r"(?:(?<!born )(?<!raised )(?<!premed )(?<!college )(?<!undergrad )(?<!grew up )\b(?:in|at) (?:the )?|\()"
    return any(re.search(f"{here}{place}|{place} (?:student|ms|med)", saying.text) for place in places)


def _school(text: str, wording: ReadingWording) -> str | None:
    return next((row.means["school"] for row in wording.lists["school"] if row.found(text)), None)


def in_training(stage: str | None) -> bool:
    """Whether a stage is one of residency or fellowship."""
    return stage is not None and stage.startswith(_IN_TRAINING)
