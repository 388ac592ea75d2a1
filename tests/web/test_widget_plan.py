"""A plan in the widget: its picture, its steps, its calendar, by mouse and by keys, on a phone and in the dark."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from on_loopback import Running
from past_turns import remember_message
from planned import ABROAD, CONTRADICTORY, STUDENT, plan_message, plan_object
from playwright.sync_api import Locator, expect
from test_widget_accessible import violations
from widget_page import SETTLED, Widget, begin_with_session

from medpath.channels.web.history import web_reply

INTRO = "What changes:\n- two years more"
PICTURE = "**/plan.svg?**"


def shown(widget: Widget, medpath: Running, intro: str = "", **profile: Any) -> Widget:
    """Opens the widget on a conversation in which a plan was the last answer."""
    conversation = begin_with_session(widget.page, medpath)
    message = plan_message(intro, **profile)
    remember_message(medpath.database, conversation, "what do I have to do", "asked", message)
    widget.open(medpath.url)
    expect(parts(widget)).to_be_visible(timeout=SETTLED)
    return widget


def parts(widget: Widget) -> Locator:
    """The plan, without what stands around each reply."""
    return widget.log.locator(".plan-parts")


def picture(widget: Widget) -> Locator:
    return widget.log.get_by_role("img", name=re.compile("^Timeline of the way to"))


def is_drawn(widget: Widget) -> None:
    """Waits until the picture is there, with the size of its own that only a drawing has."""
    picture(widget).scroll_into_view_if_needed(timeout=SETTLED)
    expect(picture(widget)).to_have_attribute("src", re.compile("^data:image/svg.xml;base64"), timeout=SETTLED)
    assert picture(widget).evaluate("image => image.decode().then(() => image.naturalWidth)") > 300


def step(widget: Widget, label: str) -> Locator:
    return widget.log.get_by_role("listitem").filter(has=widget.page.locator("summary", has_text=label))


def test_a_plan_is_drawn_in_its_parts(widget: Widget, medpath_running: Running) -> None:
    """Introduction, problems first, the year, the picture with its description, and a line for each step."""
    shown(widget, medpath_running, INTRO, **ABROAD)
    plan = plan_object(**ABROAD)
    text = parts(widget).inner_text()
    order = ["What changes:", plan["problems"][0]["text"][:60], "Earliest independent practice:", "Download calendar"]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert f"about {plan['years_from_now'].replace('-', '–')} years from now" in text
    is_drawn(widget)
    steps = widget.log.get_by_role("list", name=f"{len(plan['steps'])} steps").get_by_role("listitem")
    expect(steps).to_have_count(len(plan["steps"]))
    for drawn, planned in zip(steps.all(), plan["steps"], strict=True):
        assert planned["label"] in drawn.inner_text()
    assert plan["text"][:40] not in text


def test_a_step_opens_to_what_it_takes(widget: Widget, medpath_running: Running) -> None:
    """When, what comes before, what it costs and where that is stated stand in the step that is open alone."""
    shown(widget, medpath_running, **STUDENT)
    match = step(widget, "ERAS application for residency")
    expect(match.get_by_text("30 to 80 programs")).to_be_hidden()
    match.locator("summary").click()
    expect(match.get_by_text("30 to 80 programs")).to_be_visible()
    expect(match.get_by_text("by the pattern of earlier years")).to_be_visible()
    link = match.get_by_role("link").first
    assert (link.get_attribute("href") or "").startswith("http")
    assert link.get_attribute("rel") == "noopener noreferrer"
    residency = step(widget, "Residency in dermatology")
    residency.locator("summary").click()
    expect(residency.get_by_text("3 years")).to_be_visible()
    expect(residency.get_by_text("Match Day", exact=False)).to_be_visible()


def test_costs_remarks_weak_grounds_and_contacts_open(widget: Widget, medpath_running: Running) -> None:
    """The sum of the fees stands in the closed line; addresses of whom to ask are links."""
    shown(widget, medpath_running, **STUDENT)
    plan = plan_object(**STUDENT)
    expect(widget.log.get_by_text(f"fees ${plan['direct_costs']['low']:,.0f} to")).to_be_visible()
    for name in ("Good to know", "Costs ahead", "What rests on weaker ground", "Whom to ask"):
        widget.log.locator("summary", has_text=name).click()
    expect(widget.log.get_by_text(plan["remarks"][0]["text"])).to_be_visible()
    expect(widget.log.get_by_text("counted by the rule of earlier years")).to_be_visible()
    expect(widget.log.get_by_role("link", name="www.nrmp.org")).to_have_attribute("href", "https://www.nrmp.org")
    expect(widget.log.get_by_text("it says nothing about chances")).to_be_visible()


def test_the_calendar_is_downloaded(widget: Widget, medpath_running: Running, tmp_path: Path) -> None:
    """A click saves a calendar file with the deadlines, and says so."""
    shown(widget, medpath_running, **STUDENT)
    with widget.page.expect_download() as downloading:
        widget.button("Download calendar").click()
    assert downloading.value.suggested_filename == "medpath-plan.ics"
    downloading.value.save_as(tmp_path / "plan.ics")
    events = Calendar.from_ical((tmp_path / "plan.ics").read_bytes()).walk("VEVENT")
    assert "Match Day" in [str(event["summary"]) for event in events]
    expect(widget.log.get_by_text("in your downloads")).to_be_visible()
    expect(widget.button("Download calendar")).to_be_focused()


def test_what_cannot_be_loaded_is_told(widget: Widget, medpath_running: Running) -> None:
    """In place of a picture stands what it shows; a calendar that does not come can be asked for again."""
    widget.page.route(PICTURE, lambda route: route.abort())
    widget.page.route("**/plan.ics?**", lambda route: route.fulfill(status=503, json={"error": {"code": "busy"}}))
    shown(widget, medpath_running, **STUDENT)
    expect(widget.log.get_by_text("could not be loaded. In words: Timeline of the way")).to_be_visible(timeout=SETTLED)
    widget.button("Download calendar").click()
    expect(widget.log.get_by_text("The calendar could not be loaded")).to_be_visible(timeout=SETTLED)
    expect(widget.button("Download calendar")).to_be_enabled()


def test_a_plan_that_asks_back_has_no_empty_parts(widget: Widget, medpath_running: Running) -> None:
    """The contradiction and the question stand alone."""
    shown(widget, medpath_running, **CONTRADICTORY)
    plan = plan_object(**CONTRADICTORY)
    expect(widget.log.get_by_text(plan["ask_back"])).to_be_visible()
    assert widget.log.get_by_role("img").count() == 0
    assert widget.button("Download calendar").count() == 0
    assert "Earliest" not in parts(widget).inner_text()


def test_the_next_question_closes_nothing(widget: Widget, medpath_running: Running) -> None:
    """Steps that are open stay so when the conversation goes on, and the picture is not asked for again."""
    asked: list[str] = []
    widget.page.on("request", lambda request: asked.append(request.url) if "plan.svg" in request.url else None)
    shown(widget, medpath_running, **STUDENT)
    is_drawn(widget)
    step(widget, "Match Day").locator("summary").first.click()
    widget.ask("how long is psychiatry residency", re.compile("4 years|four years", re.I))
    expect(step(widget, "Match Day").locator("details").first).to_have_attribute("open", "")
    is_drawn(widget)
    assert len(asked) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("profile", [STUDENT, ABROAD], ids=["student", "abroad"])
def test_a_plan_has_no_violation(
    make_widget: Callable[..., Widget], medpath_running: Running, scheme: str, profile: dict[str, Any]
) -> None:
    """By axe-core, with everything closed and with everything open."""
    widget = make_widget(color_scheme=scheme, reduced_motion="reduce")
    shown(widget, medpath_running, INTRO, **profile)
    is_drawn(widget)
    assert violations(widget) == []
    for summary in widget.log.locator("summary").all():
        summary.click()
    assert violations(widget) == []


@pytest.mark.parametrize("width", [320, 360, 412])
def test_on_a_phone_nothing_is_cut_off(
    make_widget: Callable[..., Widget], medpath_running: Running, width: int
) -> None:
    """With everything open no part is wider than the list, and the picture is about as large as it is made for."""
    widget = make_widget(viewport={"width": width, "height": 740}, has_touch=True)
    shown(widget, medpath_running, **ABROAD)
    is_drawn(widget)
    for summary in widget.log.locator("summary").all():
        summary.click()
    assert widget.log.evaluate("list => list.scrollWidth - list.clientWidth") == 0
    wide = (
        parts(widget)
        .locator("*")
        .evaluate_all(
            "all => all.filter(one => one.getBoundingClientRect().right > innerWidth).map(one => one.outerHTML)"
        )
    )
    assert wide == []
    place = picture(widget).bounding_box()
    assert place is not None
    assert place["width"] >= width - 50


def test_a_plan_without_a_mouse(widget: Widget, medpath_running: Running) -> None:
    """Tab reaches the calendar and each step in order; Enter and the space bar open and close one."""
    shown(widget, medpath_running, **STUDENT)
    widget.button("Download calendar").focus()
    page = widget.page
    page.keyboard.press("Tab")
    first = widget.log.locator(".steps details").first
    expect(first.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(first).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    expect(first.get_by_role("link").first).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    expect(first).not_to_have_attribute("open", "")


def test_what_is_announced_of_a_plan_is_short(widget: Widget, medpath_running: Running) -> None:
    """A screen reader says problems, the year and the number of steps; the steps are there to be read."""
    message = plan_message(**ABROAD)
    begin_with_session(widget.page, medpath_running)
    reply = web_reply(message)
    widget.page.route(
        "**/webhooks/web/messages",
        lambda route: (
            route.fulfill(json={"id": route.request.post_data_json["id"], "replies": [reply]})
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    widget.open(medpath_running.url)
    widget.say("what do I do")
    status = widget.panel.get_by_role("status")
    expect(status).to_contain_text(re.compile(r"Earliest independent practice: .* \d+ steps\."), timeout=SETTLED)
    assert len(status.inner_text()) < len(message["text"]) / 4
