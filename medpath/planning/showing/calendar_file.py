"""The coming deadlines of a plan as a calendar file (iCalendar, RFC 5545)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone

from icalendar import Calendar, Event

from medpath.knowledge.records import Knowledge
from medpath.planning.plan import Plan
from medpath.planning.showing.objects import as_object
from medpath.planning.showing.shown import ShownPlan, ShownStep, shown_plan
from medpath.planning.tables.moments import Moment

_PRODUCT, _DOMAIN = "-//Medpath//Plan//EN", "medpath"


def calendar_of(plan: Plan, today: date, knowledge: Knowledge) -> bytes:
    """A calendar with one whole-day event for each deadline ahead, with sources.

    The UID of an event hangs on the step and its season alone, so that importing a later plan updates it instead of
    doubling it. A span of months is an event on its last day.
    """
    return calendar_of_shown(shown_plan(as_object(plan, knowledge, "")), today)


def calendar_of_shown(plan: ShownPlan, today: date) -> bytes:
    """The same for a plan as it was shown."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Medpath: {plan.target}" if plan.target else "Medpath")
    for step in _deadlines(plan, today):
        calendar.add_component(_event(step, today))
    return bytes(calendar.to_ical())


def has_deadlines(plan: ShownPlan, today: date) -> bool:
    """Whether any deadline lies ahead: programs refuse a calendar without events."""
    return any(_deadlines(plan, today))


def _deadlines(plan: ShownPlan, today: date) -> Iterator[ShownStep]:
    return (step for step in plan.steps if step.is_deadline and step.end.last_day >= today)


def _event(step: ShownStep, today: date) -> Event:
    day = step.end.last_day
    event = Event()
    event.add("uid", uid_of(step))
    event.add("dtstamp", datetime(today.year, today.month, today.day, tzinfo=timezone.utc))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", step.label)
    event.add("description", _description(step))
    event.add("transp", "TRANSPARENT")
    if step.sources:
        event.add("url", step.sources[0].url)
    return event


def uid_of(step: ShownStep) -> str:
    """The same for the same step of the same season in every plan, whoever makes it."""
    season = f"{step.name}:{step.label}:{season_of(step.end)}"
    return f"{hashlib.sha256(season.encode()).hexdigest()[:32]}@{_DOMAIN}"


def season_of(moment: Moment) -> int:
    """The year in which the academic year of a moment ends."""
    return moment.year + (moment.month >= 7)


def _description(step: ShownStep) -> str:
    when = str(step.end) if step.start == step.end else f"{step.start} to {step.end}"
    lines = [f"{when} ({step.certainty})"]
    lines += [f"{source.publisher}: {source.url} ({source.as_of})" for source in step.sources]
    return "\n".join(lines)
