"""The widget under a thumb: the keyboard comes when the box is tapped, and going back closes the panel first."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from widget_page import SETTLED, Widget

PSYCHIATRY = "how long is psychiatry residency"
FOUR_YEARS = re.compile("4 years|four years", re.I)
IS_WRITING = """() => {
  let focused = document.activeElement
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement
  return Boolean(focused?.isContentEditable) && focused.inputMode !== 'none'
}"""


@pytest.fixture
def phone(make_widget: Callable[..., Widget]) -> Widget:
    return make_widget(viewport={"width": 360, "height": 640}, is_mobile=True, has_touch=True)


def test_the_keyboard_waits_for_a_tap(phone: Widget, medpath_url: str) -> None:
    """Neither opening, nor a tapped suggestion, nor a new conversation puts the cursor into the box."""
    phone.open(medpath_url)
    phone.page.wait_for_timeout(300)
    assert not phone.page.evaluate(IS_WRITING)
    phone.log.get_by_role("group", name="Suggestions").last.get_by_role("button").first.tap()
    expect(phone.button("Copy answer")).to_be_visible(timeout=SETTLED)
    assert not phone.page.evaluate(IS_WRITING)
    phone.button("Start over").tap()
    assert not phone.page.evaluate(IS_WRITING)
    phone.button("Close").tap()
    phone.launcher.tap()
    phone.page.wait_for_timeout(100)
    assert not phone.page.evaluate(IS_WRITING)
    phone.box.tap()
    assert phone.page.evaluate(IS_WRITING)
    assert phone.errors == []


def test_going_back_closes_the_panel_first(phone: Widget, medpath_url: str) -> None:
    """The page is still there after the first time, and left by the second; the conversation is kept."""
    phone.page.goto(f"{medpath_url}/widget/crest.svg")
    phone.open(medpath_url)
    phone.ask(PSYCHIATRY, FOUR_YEARS)
    phone.page.evaluate("history.back()")
    expect(phone.panel).to_be_hidden()
    assert phone.page.url == f"{medpath_url}/"
    phone.launcher.tap()
    expect(phone.log).to_contain_text(FOUR_YEARS)
    phone.page.evaluate("history.back()")
    expect(phone.panel).to_be_hidden()
    phone.page.go_back()
    assert phone.page.url.endswith("crest.svg")
    assert phone.errors == []


def test_closing_leaves_no_step_to_go_back(phone: Widget, medpath_url: str) -> None:
    """However often the panel was opened and closed by its button, going back leaves the page at once."""
    phone.page.goto(f"{medpath_url}/widget/crest.svg")
    phone.open(medpath_url)
    for _ in range(3):
        phone.button("Close").tap()
        phone.launcher.tap()
        expect(phone.panel).to_be_visible()
    phone.page.wait_for_timeout(200)
    expect(phone.panel).to_be_visible()
    phone.button("Close").tap()
    phone.page.wait_for_timeout(200)
    phone.page.go_back()
    assert phone.page.url.endswith("crest.svg")


def test_the_state_that_a_page_keeps_in_its_history_stays(phone: Widget, medpath_url: str) -> None:
    """Routers of single-page apps find what they put there."""
    phone.page.goto(medpath_url)
    phone.page.evaluate("history.replaceState({ route: 7 }, '')")
    phone.launcher.tap()
    expect(phone.box).to_be_visible(timeout=SETTLED)
    assert phone.page.evaluate("history.state.route") == 7
    phone.button("Close").tap()
    phone.page.wait_for_function("!history.state.medpathOpen")
    assert phone.page.evaluate("history.state") == {"route": 7}


def test_on_a_desk_going_back_leaves_the_page(widget: Widget, medpath_url: str) -> None:
    """There the panel stands beside the page and is no step of its own."""
    widget.page.goto(f"{medpath_url}/widget/crest.svg")
    widget.open(medpath_url)
    widget.page.go_back()
    assert widget.page.url.endswith("crest.svg")
