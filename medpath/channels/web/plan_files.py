"""The picture and the calendar of a plan, as files of the web channel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sanic import response
from sanic.response import HTTPResponse

from medpath.channels.plans import CALENDAR, plan_files
from medpath.channels.turns import TooBusy
from medpath.channels.web.refusals import busy, nothing_there
from medpath.errors import PlanningError
from medpath.planning.showing.calendar_file import has_deadlines
from medpath.planning.showing.picture import SVG
from medpath.planning.showing.shown import ShownPlan, shown_plan

FORMS = (SVG, CALENDAR)
NO_PLAN = "No plan has been shown here yet. Say who you are and where you want to go, and ask for the way."
NO_DEADLINES = "This plan has no deadlines ahead that a calendar could hold."
# A picture that is opened by itself may load and run nothing; its own styles stand in it.
_HEADERS = {
    SVG: {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"},
    CALENDAR: {"Content-Disposition": 'attachment; filename="medpath-plan.ics"'},
}
_TYPES = {SVG: "image/svg+xml", CALENDAR: "text/calendar; charset=utf-8"}


async def plan_file(row: Mapping[str, Any] | None, form: str) -> HTTPResponse:
    """The file of a plan, svg or ics; raises the Refusal `not_found` if it has none, `busy` if too many wait."""
    if row is None:
        raise nothing_there(NO_PLAN)
    try:
        content = await plan_files().file(_drawable(row, form), form)
    except PlanningError as error:
        raise nothing_there(str(error)) from error
    except TooBusy as error:
        raise busy() from error
    return response.raw(content, headers=_HEADERS[form], content_type=_TYPES[form])


def _drawable(row: Mapping[str, Any], form: str) -> ShownPlan:
    plan = shown_plan(row)
    if form == CALENDAR and not has_deadlines(plan, date.today()):
        raise nothing_there(NO_DEADLINES)
    return plan
