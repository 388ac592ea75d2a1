"""The picture and the calendar of a plan, for whoever has the conversation's token, and for nobody else."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import requests
from icalendar import Calendar
from on_loopback import Running, started
from past_turns import remember_message, remember_turns
from planned import ABROAD, CONTRADICTORY, STUDENT, plan_message, plan_object
from web_visitor import TIMEOUT, Visitor, arrive, conversation_of, error_code, project_with

from medpath.channels import plans
from medpath.channels.plans import PlanFiles
from medpath.channels.turns import TooBusy
from medpath.planning.showing.shown import shown_plan
from medpath.serving.launcher import free_ports

OTHER = "https://other.example"


@pytest.fixture
def visitor(medpath_url: str) -> Visitor:
    return arrive(medpath_url)


def _was_shown(visitor: Visitor, medpath: Running, message_id: str = "asked", **profile: Any) -> None:
    """Has a plan be the answer to a message of the visitor's."""
    conversation = conversation_of(visitor, medpath)
    remember_message(medpath.database, conversation, "what do I do", message_id, plan_message(**profile))


def test_the_picture_of_the_plan_is_given(visitor: Visitor, medpath_running: Running) -> None:
    """As SVG of the size that the reply tells, which may load and run nothing."""
    _was_shown(visitor, medpath_running, **STUDENT)
    answer = visitor.plan_file("svg")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/svg+xml")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    root = ElementTree.fromstring(answer.content)
    (reply,) = (message["reply"] for message in visitor.history() if message["from"] == "medpath")
    size = [float(part) for part in root.attrib["viewBox"].split()[2:]]
    assert size == pytest.approx([reply["plan"]["picture"]["width"], reply["plan"]["picture"]["height"]], abs=0.01)


def test_the_calendar_of_the_plan_is_given(visitor: Visitor, medpath_running: Running) -> None:
    """As a file to download, with an event for each deadline ahead."""
    _was_shown(visitor, medpath_running, **STUDENT)
    answer = visitor.plan_file("ics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="medpath-plan.ics"'
    events = [str(event["summary"]) for event in Calendar.from_ical(answer.content).walk("VEVENT")]
    assert "Match Day" in events


def test_the_last_plan_is_given_unless_another_is_named(visitor: Visitor, medpath_running: Running) -> None:
    """Each answer's plan by the id of its message, also one that lies more than a page back."""
    conversation = conversation_of(visitor, medpath_running)
    _was_shown(visitor, medpath_running, "first", **STUDENT)
    first = visitor.plan_file("svg").content
    remember_turns(medpath_running.database, conversation, 45)
    _was_shown(visitor, medpath_running, "second", **ABROAD)
    assert visitor.plan_file("svg").content != first
    assert visitor.plan_file("svg", answer_to="first").content == first
    assert visitor.plan_file("svg", answer_to="second").content == visitor.plan_file("svg").content
    assert error_code(visitor.plan_file("svg", answer_to="past-3")) == "not_found"


@pytest.mark.parametrize("form", ["svg", "ics"])
def test_nobody_else_gets_it(visitor: Visitor, medpath_running: Running, form: str) -> None:
    """Another visitor has no plan, not even by the message's id; without a token nothing is given."""
    _was_shown(visitor, medpath_running, **STUDENT)
    other = arrive(medpath_running.url)
    for query in ({}, {"answer_to": "asked"}):
        refused = other.plan_file(form, **query)
        assert (refused.status_code, error_code(refused)) == (404, "not_found")
    address = f"{medpath_running.url}/webhooks/web/plan.{form}"
    assert error_code(requests.get(address, timeout=TIMEOUT)) == "no_session"
    forged = Visitor(medpath_running.url, visitor.token[:-2] + "xx")
    assert error_code(forged.plan_file(form)) == "no_session"
    listed = requests.get(address, headers={**visitor.authorization, "Origin": OTHER}, timeout=TIMEOUT)
    assert error_code(listed) == "origin"


def test_what_a_plan_does_not_have_is_told(visitor: Visitor, medpath_running: Running) -> None:
    """A plan that asks back has neither picture nor deadlines, and an id that is none is refused."""
    _was_shown(visitor, medpath_running, **CONTRADICTORY)
    for form in ("svg", "ics"):
        assert error_code(visitor.plan_file(form)) == "not_found"
    assert error_code(visitor.plan_file("svg", answer_to="no id!")) == "bad_request"
    assert error_code(visitor.plan_file("png")) == "not_found"


def test_files_count_as_looks_at_what_was_said(tmp_path: Path) -> None:
    """Who asks for too many gets 429 with the seconds to wait."""
    with started(project_with(tmp_path, histories_per_minute=3), free_ports()) as medpath:
        visitor = arrive(medpath.url)
        _was_shown(visitor, medpath, **STUDENT)
        answers = [visitor.plan_file("ics"), visitor.read(), visitor.plan_file("svg"), visitor.plan_file("svg")]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) >= 1


def test_the_server_goes_on_while_it_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture is drawn in a thread of its own, once for the same plan, and no more of them wait than may."""
    drawn: list[str] = []
    go_on = threading.Event()

    def draw(plan: object, form: str) -> bytes:
        go_on.wait(10)
        drawn.append(form)
        return form.encode()

    async def scene() -> None:
        files, plan = PlanFiles(most_waiting=2), shown_plan(plan_object(**STUDENT))
        tasks = [asyncio.create_task(files.file(plan, form)) for form in ("svg", "png", "svg")]
        await asyncio.sleep(0)
        with pytest.raises(TooBusy):
            await tasks[2]
        go_on.set()
        assert [await task for task in tasks[:2]] == [b"svg", b"png"]
        assert await files.file(plan, "svg") == b"svg"

    monkeypatch.setattr(plans, "_picture", draw)
    asyncio.run(scene())
    assert drawn == ["svg", "png"]
