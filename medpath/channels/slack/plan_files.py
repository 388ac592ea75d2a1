"""Files of a plan, uploaded to Slack: the picture and the calendar, made when it is their turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from medpath.channels.plans import CALENDAR, PLAN, plan_files, plan_look, plan_texts
from medpath.channels.slack.events import Thread
from medpath.channels.slack.refusals import Refusal, Refused
from medpath.channels.turns import TooBusy
from medpath.errors import PlanningError
from medpath.planning.showing.calendar_file import has_deadlines
from medpath.planning.showing.description import description_of
from medpath.planning.showing.picture import PNG
from medpath.planning.showing.shown import ShownPlan, shown_plan

# Slack takes no longer description of a picture.
LONGEST_ALT = 1000


@dataclass(frozen=True)
class PlanFile:
    """A file of a plan, png or ics: in the outbox the plan waits, which is smaller and never half a picture."""

    plan: dict[str, Any]
    form: str


def plan_files_in(message: Mapping[str, Any]) -> Iterator[PlanFile]:
    """The files of the plan in a message of the REST channel, so far as it has dates and deadlines ahead."""
    row = (message.get("custom") or {}).get(PLAN)
    if not row:
        return
    try:
        plan = shown_plan(row)
    except PlanningError:
        return
    if plan.steps:
        yield PlanFile(row, PNG)
    if has_deadlines(plan, date.today()):
        yield PlanFile(row, CALENDAR)


async def upload_plan_file(client: AsyncWebClient, thread: Thread, file: PlanFile) -> None:
    """Makes a file and puts it into a thread; raises one of FAILURES, Refused if there is no such file."""
    try:
        plan = shown_plan(file.plan)
        content = await plan_files().file(plan, file.form)
    except PlanningError as error:
        raise Refused(Refusal(f"a plan has no {file.form}: {error}", again=False)) from error
    except TooBusy as error:
        raise Refused(Refusal("too many plans wait to be drawn", undone=True)) from error
    await client.files_upload_v2(
        filename=f"medpath-plan.{file.form}",
        content=content,
        title=_title(plan),
        alt_txt=_shortened(description_of(plan, plan_look())) if file.form == PNG else None,
        channel=thread.channel,
        thread_ts=thread.ts,
    )


def _title(plan: ShownPlan) -> str:
    texts = plan_texts()
    return texts["heading"].format(target=plan.target) if plan.target else texts["heading_open"]


def _shortened(alt: str) -> str:
    return alt if len(alt) <= LONGEST_ALT else alt[: LONGEST_ALT - 1].rstrip() + "…"
