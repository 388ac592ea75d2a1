"""All that one message tells, read part by part."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from medpath.language.profile import PLACE, Profile
from medpath.planning.person import BEFORE_MEDICAL_SCHOOL, Person
from medpath.planning.reading.entries import in_place
from medpath.planning.reading.goals import Fields, Goal, clueless, read_goal, read_partner, undecided
from medpath.planning.reading.naming import CITY, COUNTRY, PEOPLE, STATE, Saying
from medpath.planning.reading.origin import read_origin
from medpath.planning.reading.school_or_college import placed
from medpath.planning.reading.standing import ACCEPTED, GRADUATE, Standing, read_standing
from medpath.planning.reading.steps import Steps, Wishes, read_asks, read_steps, read_wishes
from medpath.planning.reading.wording import MARK, ReadingWording
from medpath.planning.reading.years import Years, read_years

_NEAR_FAMILY = "near_somebody"
_FIELD = re.compile(rf"{MARK}s\d+{MARK}")


@dataclass(frozen=True)
class Told:
    """What a message tells; `origin` holds only country, citizenship, status and visa, `abroad` is a country named."""

    standing: Standing
    goal: Goal
    origin: Person
    years: Years
    steps: Steps
    wishes: Wishes
    state: str | None
    abroad: str | None
    asks: frozenset[str] = frozenset()
    partner: str | None = None
    place: str | None = None


@dataclass(frozen=True)
class Tables:
    """What a reader of people is equipped with: patterns, how specialties hang together, and the years of each
    residency (from the first year of training on) and fellowship that has one length; `shortest_years` those of the
    shortest program of each."""

    wording: ReadingWording
    fields: Fields
    training_years: Mapping[str, int]
    shortest_years: Mapping[str, int]


def read_told(saying: Saying, profile: Profile, base: Person | None, today: date, tables: Tables) -> Told:
    """What a message tells; a `base` says what it is about where it does not say it itself."""
    wording = tables.wording
    asks, partner = _asks(saying, wording), read_partner(saying, wording)
    own_text = _of_the_known(saying, wording) if base else saying
    place = _place(own_text, wording, near_family=base is None and _NEAR_FAMILY in asks)
    saying = _supposed(saying, wording) if base else saying
    saying = _without_general(saying, wording, base)
    of_both = read_wishes(saying.text, wording).wanted & wording.shared_wishes
    saying = _of_the_known(saying, wording) if base else _about_one(saying, wording)
    years = read_years(saying.text, today, wording)
    own = replace(saying, text=wording.patterns["transfer_wished"].sub(" ", saying.text))
    standing = read_standing(own, profile, wording)
    if (
        base is not None
        and "prelim_only" in read_wishes(saying.text, wording).wanted
        and "_year_" in (base.stage or "")
    ):
        standing = Standing()  # a year that is supposed, not one that runs
    if base is None or base.stage is None:
        standing = placed(standing, saying.text, years.age or (base.age if base else None), wording)
    standing, years = in_place(standing, years, own.text, today, wording)
    if base is not None:
        standing = _in_the_same_school(_not_thrown_back(standing, base, saying, wording), base, saying)
    stage = standing.stage() or (base.stage if base else None)
    school = standing.school or (base.school if base else None)
    kind = standing.kind or _kind(base)
    text = saying.text if base else wording.patterns["conditions"].sub(" ", saying.text)
    goal, wishes = read_goal(saying, kind, wording, tables.fields), read_wishes(saying.text, wording)
    wishes = replace(wishes, wanted=(wishes.wanted | of_both) - _left_behind(standing))
    return Told(
        standing=standing,
        goal=_chosen(goal, saying, wording),
        origin=read_origin(saying, school, wording, is_known=base is not None and base.citizenship is not None),
        years=years,
        steps=read_steps(text, stage or standing.kind, wording),
        wishes=wishes,
        state=_state(saying, profile, wording, near_family=_NEAR_FAMILY in asks),
        abroad=next(map(saying.meaning, saying.signs(COUNTRY + PEOPLE + CITY)), None),
        asks=asks,
        partner=partner,
        place=place,
    )


def _asks(saying: Saying, wording: ReadingWording) -> frozenset[str]:
    """What is asked for the writer; of what is told of others only what concerns him too."""
    of_writer = read_asks(_of_the_known(saying, wording).text, wording)
    return of_writer | (read_asks(saying.text, wording) & wording.shared_asks)


def _left_behind(standing: Standing) -> frozenset[str]:
    """What a place at a US school ends, though it is told."""
    return frozenset({"caribbean"} if standing.kind == ACCEPTED and standing.school in ("md", "do") else ())


def _chosen(goal: Goal, saying: Saying, wording: ReadingWording) -> Goal:
    """The goal, open where somebody says that he has not chosen yet."""
    if wording.patterns["clueless"].search(saying.text):
        return clueless(goal, saying)
    return undecided(goal, saying) if wording.patterns["torn"].search(saying.text) else goal


def _supposed(saying: Saying, wording: ReadingWording) -> Saying:
    return replace(saying, text=wording.patterns["supposing"].sub("am", saying.text))


def _without_general(saying: Saying, wording: ReadingWording, base: Person | None) -> Saying:
    """The message without questions that ask in general; as long as nobody is known, one that asks for the way stays.

    "How can a third-year student in Pakistan become a cardiologist" speaks of the one who asks.
    """

    def kept(match: re.Match[str]) -> str:
        if base is not None:
            return match[0] if wording.patterns["change_words"].search(match[0]) else " "
        asks_way = _tells_stage(match[0], wording) or wording.patterns["way_asked"].search(match[0])
        return match[0] if asks_way else " "

    return replace(saying, text=wording.patterns["general"].sub(kept, saying.text).strip())


def _about_one(saying: Saying, wording: ReadingWording) -> Saying:
    """The part of a message that speaks of the person to plan for: a child that is told of, else the writer."""
    child = wording.patterns["children"].search(saying.text)
    if child and _tells_stage(saying.text[child.start() :], wording):
        before, rest = saying.text[: child.start()], saying.text[child.start() :]
        if not _tells_stage(before, wording) or wording.patterns["child_aims"].search(rest):
            return replace(saying, text=rest)
        saying = replace(saying, text=before + wording.patterns["clause"].sub(" ", rest))
    own = wording.patterns["others"].sub(" ", saying.text)
    is_about_writer = _tells_stage(own, wording) or _names_own_field(own, wording)
    return replace(saying, text=own) if own != saying.text and is_about_writer else saying


def _of_the_known(saying: Saying, wording: ReadingWording) -> Saying:
    """A change without what it tells of others, who are not the one that is known; what they want of him stays."""

    def kept(match: re.Match[str]) -> str:
        return match[0] if wording.patterns["writer"].search(match[0]) else " "

    return replace(saying, text=wording.patterns["others"].sub(kept, saying.text))


def _names_own_field(text: str, wording: ReadingWording) -> bool:
    """Whether a writer speaks of himself and of a field."""
    return bool(_FIELD.search(text) and wording.patterns["writer"].search(text))


def _tells_stage(text: str, wording: ReadingWording) -> bool:
    return any(row.found(text) for row in wording.lists["stage"])


def _not_thrown_back(standing: Standing, base: Person, saying: Saying, wording: ReadingWording) -> Standing:
    """A change of somebody in or after medical school that tells no new stage: neither another life before it nor,
    where no match is supposed, a degree that is not there yet."""
    beyond = base.stage is not None and base.stage not in BEFORE_MEDICAL_SCHOOL
    before = standing.kind in BEFORE_MEDICAL_SCHOOL
    unmatched = standing.kind == GRADUATE and any(row.found(saying.text) for row in wording.lists["failed"])
    if beyond and (before or (unmatched and not standing.school)):
        return replace(standing, kind=None)
    return standing


def _in_the_same_school(standing: Standing, base: Person, saying: Saying) -> Standing:
    """A year told as an answer belongs to the school that is known; a country tells a school that is not known."""
    if standing.vague and base.stage is not None:
        standing = replace(standing, kind=None)
    if standing.school is not None:
        return standing
    if base.school is None and (base.stage or "").startswith("md_") and saying.signs(COUNTRY + CITY):
        return replace(standing, school="img")
    known = base.school if base.school != "none" else None
    return replace(standing, school=known) if standing.kind else standing


def _kind(base: Person | None) -> str | None:
    stage = base.stage if base else None
    return "resident" if stage and stage.startswith("resident_") else stage


def _state(saying: Saying, profile: Profile, wording: ReadingWording, *, near_family: bool) -> str | None:
    """The state where somebody is or wants to go; not where he was born or others live, unless he wants to be there."""
    signs = saying.signs(STATE)
    named = [sign for sign in signs if not _is_origin(sign, saying.text, wording)]
    named = named or (list(signs) if near_family else [])
    if named:
        return saying.meaning(named[0])
    if signs or not profile.state:
        return None
    return profile.state.removeprefix(PLACE).replace("-", "_")


def _place(saying: Saying, wording: ReadingWording, *, near_family: bool) -> str | None:
    """The city or state where somebody wants to be, as it is written: one that is wished, or where his family is."""
    signs = saying.signs(STATE)
    wished = [one for one in signs if wording.patterns["place_wished"].search(saying.text[: saying.text.index(one)])]
    found = wished or ([one for one in signs if not _is_born_in(one, saying.text, wording)] if near_family else [])
    written = saying.as_written(found[0]) or saying.meaning(found[0]).replace("_", " ") if found else ""
    return written.title() or None


def _is_born_in(sign: str, text: str, wording: ReadingWording) -> bool:
    after = text[text.index(sign) + len(sign) :]
    return wording.patterns["no_home_after"].search(after) is not None


def _is_origin(sign: str, text: str, wording: ReadingWording) -> bool:
    """Whether a state is where somebody was born or others live."""
    start = text.index(sign)
    before, after = text[:start], text[start + len(sign) :]
    return bool(wording.patterns["no_home"].search(before) or wording.patterns["no_home_after"].search(after))
