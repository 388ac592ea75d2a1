"""Whole conversations in the widget, in a real browser against the running product."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect
from widget_page import SETTLED, Widget

SCREENSHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"
PSYCHIATRY = "how long is psychiatry residency"
FOUR_YEARS = re.compile("4 years|four years", re.I)


def test_a_conversation_by_mouse(widget: Widget, medpath_url: str) -> None:
    """An answer has its source and date, a suggestion can be tapped, and two things compared make a table."""
    widget.open(medpath_url)
    widget.ask(PSYCHIATRY, FOUR_YEARS)
    source = widget.log.get_by_role("link").last
    assert (source.get_attribute("href") or "").startswith("https://")
    assert "noopener" in (source.get_attribute("rel") or "")
    expect(source.locator("xpath=..")).to_contain_text(re.compile(r"20\d\d"))
    widget.page.screenshot(path=SCREENSHOTS / "answer.png")

    suggestion = widget.log.get_by_role("group", name="Suggestions").last.get_by_role("button").first
    said = suggestion.inner_text().strip()
    links = widget.log.get_by_role("link").count()
    suggestion.click()
    expect(widget.log.get_by_role("link")).not_to_have_count(links, timeout=SETTLED)
    expect(widget.log).to_contain_text(said)
    expect(widget.log).not_to_contain_text("fact:")

    widget.say("Compare neurology and dermatology")
    table = widget.log.get_by_role("table")
    expect(table).to_be_visible(timeout=SETTLED)
    assert table.get_by_role("columnheader").count() >= 2
    widget.page.screenshot(path=SCREENSHOTS / "table.png")


def test_a_conversation_by_keyboard(widget: Widget, medpath_url: str) -> None:
    """Tab and Enter open it, the message box has the focus, Escape closes it and gives the focus back."""
    page = widget.page
    page.goto(medpath_url)
    expect(widget.launcher).to_be_visible()
    for _ in range(60):
        page.keyboard.press("Tab")
        if widget.launcher.evaluate("button => button.getRootNode().activeElement === button"):
            break
    page.keyboard.press("Enter")
    expect(widget.box).to_be_focused(timeout=SETTLED)
    page.keyboard.type(PSYCHIATRY)
    page.keyboard.press("Enter")
    expect(widget.log).to_contain_text(FOUR_YEARS, timeout=SETTLED)
    page.keyboard.press("Escape")
    expect(widget.panel).to_be_hidden()
    expect(widget.launcher).to_be_focused()
    page.keyboard.press("Enter")
    expect(widget.log).to_contain_text(FOUR_YEARS, timeout=SETTLED)


def test_the_conversation_is_there_after_a_reload(widget: Widget, medpath_url: str) -> None:
    """Question, answer and source come back, once each, and it goes on."""
    widget.open(medpath_url)
    widget.ask(PSYCHIATRY, FOUR_YEARS)
    links = widget.log.get_by_role("link").count()
    widget.page.reload()
    widget.open(medpath_url)
    expect(widget.log).to_contain_text(FOUR_YEARS, timeout=SETTLED)
    assert widget.count(PSYCHIATRY) == 1
    assert widget.log.get_by_role("link").count() == links
    widget.ask("and for dermatology?", re.compile("dermatolog", re.I))


def test_a_second_tab_shows_the_same_conversation(widget: Widget, second_tab: Page, medpath_url: str) -> None:
    """What was said in one tab stands in another, and follow-ups work in both."""
    widget.open(medpath_url)
    widget.ask(PSYCHIATRY, FOUR_YEARS)
    other = Widget(second_tab).open(medpath_url)
    expect(other.log).to_contain_text(FOUR_YEARS, timeout=SETTLED)
    other.ask("how much does it pay", re.compile(r"\$"))
    widget.page.bring_to_front()
    widget.page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(widget.log).to_contain_text("how much does it pay", timeout=SETTLED)
    assert other.errors == []


def test_starting_over_forgets_the_conversation(widget: Widget, medpath_url: str) -> None:
    """The log is empty, also after a reload, and a follow-up has nothing to go on."""
    widget.open(medpath_url)
    widget.ask(PSYCHIATRY, FOUR_YEARS)
    widget.button("Start over").click()
    expect(widget.log).not_to_contain_text(PSYCHIATRY, timeout=SETTLED)
    widget.page.reload()
    widget.open(medpath_url)
    assert widget.count(PSYCHIATRY) == 0


def test_a_complaint_brings_an_apology(widget: Widget, medpath_url: str) -> None:
    """Thumbs down on the latest answer offers other readings."""
    widget.open(medpath_url)
    widget.ask(PSYCHIATRY, FOUR_YEARS)
    widget.button("This is wrong").click()
    expect(widget.log).to_contain_text("sorry", timeout=SETTLED, ignore_case=True)


def test_what_people_type_stays_text(widget: Widget, medpath_url: str) -> None:
    """Markup is shown as it was typed and runs nothing, also after a reload."""
    attacks = ["<img src=x onerror=alert(1)>", "<script>alert(2)</script>", "[x](javascript:alert(3)) **b** `c`"]
    widget.page.on("dialog", lambda dialog: widget.errors.append(f"dialog: {dialog.message}") or dialog.dismiss())
    widget.open(medpath_url)
    for attack in attacks:
        widget.say(attack)
        expect(widget.log).to_contain_text(attack, timeout=SETTLED)
    widget.page.reload()
    widget.open(medpath_url)
    for attack in attacks:
        expect(widget.log).to_contain_text(attack, timeout=SETTLED)
    assert widget.log.locator("img, script").count() == 0
    assert widget.log.locator('a[href^="javascript"]').count() == 0


def test_what_the_server_sends_stays_text(widget: Widget, medpath_url: str) -> None:
    """Markup in any part of a reply is text, and a link that is none of the web's is not drawn as one."""
    nasty = '<img src=x onerror="alert(1)">'
    reply = {
        "kind": "answer",
        "text": nasty,
        "body": f"{nasty} body",
        "warnings": [f"{nasty} warning"],
        "sources": [{"publisher": nasty, "title": nasty, "url": "javascript:alert(2)", "as_of": nasty}],
        "buttons": [{"title": nasty, "payload": "x"}],
        "table": {"columns": ["", nasty], "rows": [[nasty, nasty]]},
        "pictures": [],
        "facts": [],
    }
    widget.page.on("dialog", lambda dialog: widget.errors.append(f"dialog: {dialog.message}") or dialog.dismiss())

    def answer(route: object) -> None:
        request = route.request  # type: ignore[attr-defined]
        if request.method == "POST":
            route.fulfill(json={"id": request.post_data_json["id"], "replies": [reply]})  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    widget.page.route("**/webhooks/web/messages", answer)
    widget.open(medpath_url)
    widget.ask("anything", f"{nasty} body")
    assert widget.log.locator("img").count() == 0
    assert widget.log.locator('a[href^="javascript"]').count() == 0


def test_a_broad_question_gets_a_card(make_widget, medpath_url: str) -> None:
    """Each point under its heading, as wide as a phone, with questions to tap that are answered."""
    phone = make_widget(viewport={"width": 360, "height": 640}, is_mobile=True, has_touch=True)
    phone.open(medpath_url)
    phone.say("tell me about residency")
    expect(phone.log.get_by_role("term").filter(has_text="Length")).to_be_visible(timeout=SETTLED)
    assert phone.log.get_by_role("term").count() == phone.log.get_by_role("definition").count() >= 4
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 360
    phone.page.screenshot(path=SCREENSHOTS / "overview.png")
    phone.log.get_by_role("group", name="Suggestions").last.get_by_role("button").first.click()
    expect(phone.log.get_by_role("button", name="Copy answer")).to_have_count(2, timeout=SETTLED)
    assert phone.errors == []


def test_a_phone_of_360_pixels(make_widget, medpath_url: str) -> None:
    """Nothing sticks out, also with a table, and the message box is on the screen."""
    phone = make_widget(viewport={"width": 360, "height": 640}, is_mobile=True, has_touch=True)
    phone.open(medpath_url)
    phone.ask(PSYCHIATRY, FOUR_YEARS)
    phone.say("Compare neurology and dermatology")
    expect(phone.log.get_by_role("table")).to_be_visible(timeout=SETTLED)
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 360
    box = phone.box.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert box["y"] + box["height"] <= 640
    phone.page.screenshot(path=SCREENSHOTS / "phone.png")
    assert phone.errors == []
