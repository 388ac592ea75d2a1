"""Points in time of a plan: a month, or a day where a rule or a page gives one."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

_RULE = re.compile(r"(?P<anchor>[a-z][a-z_]*)(?P<years>[+-]\d+)?/(?P<month>\d\d)")
_MOMENT = re.compile(r"(\d{4})-(0[1-9]|1[0-2])(?:-(\d\d))?", re.ASCII)
_FRIDAY, _WEDNESDAY = 4, 2
NOW = "now"


@dataclass(frozen=True, order=True)
class Moment:
    """A month of a year, with the day where it is known (0 where not)."""

    year: int
    month: int
    day: int = 0

    def __str__(self) -> str:
        """YYYY-MM, or YYYY-MM-DD where the day is known."""
        return f"{self.year}-{self.month:02}" + (f"-{self.day:02}" if self.day else "")

    @property
    def first_day(self) -> date:
        """The first day that it can mean."""
        return date(self.year, self.month, self.day or 1)

    @property
    def last_day(self) -> date:
        """The last day that it can mean."""
        return date(self.year, self.month, self.day or calendar.monthrange(self.year, self.month)[1])


def moment_of(text: str) -> Moment:
    """The moment of YYYY-MM or YYYY-MM-DD; raises ValueError for anything else."""
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no moment; write YYYY-MM or YYYY-MM-DD")
    return Moment(*(int(part or 0) for part in match.groups()))


def month_of(day: date) -> Moment:
    """The month that a day lies in."""
    return Moment(day.year, day.month)


@dataclass(frozen=True)
class Rule:
    """How a moment is counted: so many years after an anchor, in a month; with a day by a rule of the calendar.

    `day_rule` is third_friday or first_wednesday of that month, or the 1st where empty means no day;
    `less_days` counts back from it.
    """

    anchor: str
    years: int = 0
    month: int = 0
    day_rule: str = ""
    less_days: int = 0

    def moment(self, anchors: Mapping[str, int], today: date) -> Moment | None:
        """The moment for the anchors of a way; None where the way does not have the anchor."""
        if self.anchor == NOW:
            return month_of(today)
        if self.anchor not in anchors:
            return None
        year = anchors[self.anchor] + self.years
        if not self.day_rule:
            return Moment(year, self.month)
        day = DAY_RULES[self.day_rule](year, self.month) - timedelta(days=self.less_days)
        return Moment(day.year, day.month, day.day)


def parse_rule(text: str, day_rule: str = "", less_days: int = 0) -> Rule:
    """Reads "match-1/09" (September of the year before the match) or "now"; raises ValueError for anything else."""
    if text == NOW:
        return Rule(NOW)
    match = _RULE.fullmatch(text)
    if match is None or not 1 <= int(match["month"]) <= 12:
        raise ValueError(f"{text!r} is no date rule; write ANCHOR-1/09 or now")
    if day_rule and day_rule not in DAY_RULES:
        raise ValueError(f"{day_rule!r} is no rule for a day; write one of {', '.join(DAY_RULES)}")
    return Rule(match["anchor"], int(match["years"] or 0), int(match["month"]), day_rule, less_days)


def _nth_weekday(year: int, month: int, weekday: int, n: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


def third_friday(year: int, month: int) -> date:
    """Match Day stands on the third Friday of March (match-day/when-it-is)."""
    return _nth_weekday(year, month, _FRIDAY, 3)


def first_wednesday(year: int, month: int) -> date:
    """Medicine and pediatric fellowships are announced on the first Wednesday of December, by pattern."""
    return _nth_weekday(year, month, _WEDNESDAY, 1)


DAY_RULES = {"third_friday": third_friday, "first_wednesday": first_wednesday}
