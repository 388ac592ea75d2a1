"""A plan in Slack: its picture and its calendar are uploaded to where it was asked for, also after a restart."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from planned import ABROAD, CONTRADICTORY, STUDENT, plan_message
from slack_replies import read
from slack_requests import SIGNING_SECRET
from slack_standin import FIRST, Slack

from medpath.channels.replies import read_reply
from medpath.channels.slack.blocks import posts
from medpath.channels.slack.delivery import Delivery
from medpath.channels.slack.events import EVENT, Question, Thread, asked
from medpath.channels.slack.outbox import Outbox
from medpath.channels.slack.plan_files import PlanFile, plan_files_in
from medpath.channels.slack.settings import SlackSettings
from medpath.channels.slack.workspaces import Workspace, Workspaces, client_of


def _question(thread: Thread) -> Question:
    event = {"type": "message", "channel": thread.channel, "user": "U1", "text": "plan", "ts": "1800000000.000100"}
    question = asked(EVENT, thread.team, {"event": {**event, "channel_type": "im"}, "event_id": "Ev1"}, FIRST.bot_user)
    assert question
    return question


async def _deliver(slack: Slack, path: Path, channel: str, message: dict[str, Any]) -> None:
    """Keeps an answer in the outbox of one process and sends it from that of another."""
    settings = SlackSettings((FIRST.token,), SIGNING_SECRET, None, slack.api_url)
    question = _question(Thread(FIRST.team, channel))
    outbox = Outbox(path)
    taken = await outbox.take("Ev1", "event", FIRST.team, {"event": {}})
    assert taken
    await outbox.answered(taken.number, [*posts([read_reply(message)]), *plan_files_in(message)])
    await outbox.close()
    outbox = Outbox(path)
    (left,) = await outbox.left()
    workspace = Workspace(FIRST.team, FIRST.bot_user, client_of(settings, FIRST.token))
    await Delivery(Workspaces(settings), outbox).send(workspace, question, left.letters or (), time.time() + 60)
    assert await outbox.left() == []
    await outbox.close()


def _uploads(slack: Slack, channel: str) -> list[dict[str, Any]]:
    calls = [call.body for call in slack.calls if call.method == "files.completeUploadExternal"]
    return [file for body in calls if body["channel_id"] == channel for file in _files(body["files"])]


def _files(files: Any) -> list[dict[str, Any]]:
    return json.loads(files) if isinstance(files, str) else files


@pytest.mark.parametrize("profile", [STUDENT, ABROAD], ids=["student", "abroad"])
def test_picture_and_calendar_come_after_the_plan(slack: Slack, tmp_path: Path, profile: dict[str, Any]) -> None:
    """The blocks first; then a PNG with its description and a calendar file, each once."""
    person = slack.person()
    asyncio.run(_deliver(slack, tmp_path / "outbox.db", person.channel, plan_message(**profile)))
    (post,) = slack.posts(person.channel)
    assert "Earliest independent practice" in read(post)
    picture, calendar = (slack.files[file["id"]] for file in _uploads(slack, person.channel))
    assert picture.startswith(b"\x89PNG")
    assert Calendar.from_ical(calendar).walk("VEVENT")
    names = [call.body for call in slack.calls if call.method == "files.getUploadURLExternal"][-2:]
    assert [body["filename"] for body in names] == ["medpath-plan.png", "medpath-plan.ics"]
    assert names[0]["alt_txt"].startswith("Timeline of the way to")
    assert len(names[0]["alt_txt"]) <= 1000


def test_a_plan_that_asks_back_has_no_files() -> None:
    """Nor has a message without a plan, or with one of another version."""
    assert list(plan_files_in(plan_message(**CONTRADICTORY))) == []
    assert list(plan_files_in({"text": "Hello."})) == []
    assert list(plan_files_in({"text": "Hello.", "custom": {"plan": {"steps": 1}}})) == []
    assert [file.form for file in plan_files_in(plan_message(**STUDENT))] == ["png", "ics"]


def test_a_file_that_cannot_be_made_holds_nothing_up(slack: Slack, tmp_path: Path) -> None:
    """What another version has kept is given up, and what comes after it is sent."""
    person = slack.person()
    message = plan_message(**STUDENT)

    async def scene() -> None:
        settings = SlackSettings((FIRST.token,), SIGNING_SECRET, None, slack.api_url)
        outbox = Outbox(tmp_path / "outbox.db")
        taken = await outbox.take("Ev1", "event", FIRST.team, {"event": {}})
        assert taken
        files = [PlanFile({"steps": 1}, "png"), *plan_files_in(message)]
        letters = await outbox.answered(taken.number, files)
        workspace = Workspace(FIRST.team, FIRST.bot_user, client_of(settings, FIRST.token))
        question = _question(Thread(FIRST.team, person.channel))
        await Delivery(Workspaces(settings), outbox).send(workspace, question, letters, time.time() + 60)
        await outbox.close()

    asyncio.run(scene())
    assert len(_uploads(slack, person.channel)) == 2
