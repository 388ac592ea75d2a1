"""The calendar file of a plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from icalendar import Calendar

from medpath.planning.plan import Plan
from medpath.planning.service import Planner
from medpath.planning.showing.calendar_file import calendar_of

STUDENT = {"stage": "md_year_3", "target": "dermatology"}


def _events(content: bytes) -> dict[str, dict[str, object]]:
    calendar = Calendar.from_ical(content)
    return {str(event["uid"]): event for event in calendar.walk("VEVENT")}


def test_deadlines_ahead_stand_in_it(plan_of: Callable[..., Plan], planner: Planner) -> None:
    """Each deadline of the plan is a whole-day event on its last day, with its sources."""
    plan = plan_of(**STUDENT)
    events = _events(calendar_of(plan, planner.today, planner.knowledge))
    deadlines = [step for step in plan.steps if step.is_deadline]
    assert len(events) == len(deadlines) > 3
    match_day = next(event for event in events.values() if event["summary"] == "Match Day")
    assert match_day["dtstart"].dt == date(2028, 3, 17)  # type: ignore[attr-defined]
    assert match_day["dtend"].dt - match_day["dtstart"].dt == timedelta(days=1)  # type: ignore[attr-defined]
    assert "http" in str(match_day["description"])


def test_importing_twice_doubles_nothing(plan_of: Callable[..., Plan], planner: Planner) -> None:
    """Events of the same step and season have the same UID in every plan, those of others another."""
    first = _events(calendar_of(plan_of(**STUDENT), planner.today, planner.knowledge))
    later = _events(calendar_of(plan_of(**STUDENT), planner.today + timedelta(days=30), planner.knowledge))
    older = _events(calendar_of(plan_of(**{**STUDENT, "stage": "md_year_2"}), planner.today, planner.knowledge))
    assert first.keys() == later.keys()
    assert not first.keys() & older.keys()


def test_the_file_is_as_rfc_5545_has_it(plan_of: Callable[..., Plan], planner: Planner) -> None:
    """Lines end in CRLF and are at most 75 bytes; every event has UID, stamp and begin."""
    content = calendar_of(plan_of(**STUDENT), planner.today, planner.knowledge)
    lines = content.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert b"VERSION:2.0" in lines
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    for event in _events(content).values():
        assert {"UID", "DTSTAMP", "DTSTART"} <= set(event)


def test_what_is_over_is_left_out(plan_of: Callable[..., Plan], planner: Planner) -> None:
    """A deadline before the day of the file is no event."""
    plan = plan_of(**STUDENT)
    after_the_match = date(2028, 4, 1)
    assert _events(calendar_of(plan, after_the_match, planner.knowledge)) == {}
