"""Pages that change around the widget, load it twice, or are not allowed to use it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from widget_page import SETTLED, Widget, page_of

PSYCHIATRY = "how long is psychiatry residency"
FOUR_YEARS = re.compile("4 years|four years", re.I)
NAME = "medpath-chat-widget"
# How libraries swap a page without loading one.
SWAPS = {
    "turbo": "document.documentElement.replaceChild(document.createElement('body'), document.body)",
    "turbo's snapshot": "document.documentElement.replaceChild(document.body.cloneNode(true), document.body)",
    "htmx": "document.body.innerHTML = '<main><h1>Another page</h1></main>'",
    "htmx's snapshot": "document.body.innerHTML = document.body.innerHTML",
    "no body for a while": "const body = document.body; body.remove(); "
    "setTimeout(() => document.documentElement.append(document.createElement('body')), 50)",
    "a whole new page": "document.replaceChild(new DOMParser().parseFromString('<html><body><h1>New</h1>', 'text/html')"
    ".documentElement, document.documentElement)",
}
LOAD_AGAIN = """src => new Promise(resolve => {
  const script = document.createElement('script')
  Object.assign(script, { src, onload: resolve })
  document.body.append(script)
})"""


@pytest.mark.parametrize("swap", SWAPS.values(), ids=SWAPS.keys())
def test_the_widget_stays_when_a_page_swaps_its_body(widget: Widget, medpath_url: str, swap: str) -> None:
    """There is one launcher, open as it was, with the conversation, which goes on."""
    widget.open(medpath_url)
    widget.ask(PSYCHIATRY, FOUR_YEARS)
    widget.page.evaluate(f"() => {{ {swap} }}")
    expect(widget.launcher).to_be_visible(timeout=SETTLED)
    assert widget.page.locator(NAME).count() == 1
    expect(widget.log).to_contain_text(FOUR_YEARS)
    widget.ask("what does step 3 cost", "935")
    widget.button("Close").click()
    expect(widget.panel).to_be_hidden()


def test_on_a_phone_the_open_panel_stays_above_the_new_page(
    make_widget: Callable[..., Widget], medpath_url: str
) -> None:
    """It covers the page as before, so that what is under it cannot be tapped."""
    phone = make_widget(viewport={"width": 360, "height": 640}, is_mobile=True, has_touch=True).open(medpath_url)
    phone.page.evaluate(f"() => {{ {SWAPS['turbo']} }}")
    expect(phone.box).to_be_visible(timeout=SETTLED)
    assert phone.page.locator(f"{NAME} dialog:modal").count() == 1
    assert phone.errors == []


def test_a_script_that_is_loaded_twice_gives_one_widget(widget: Widget, medpath_url: str) -> None:
    """Also when it comes again with the next body, and when a page loads it under another address."""
    widget.page.goto(medpath_url)
    expect(widget.launcher).to_be_visible()
    for address in (f"{medpath_url}/widget.js", f"{medpath_url}/widget.js?again"):
        widget.page.evaluate(LOAD_AGAIN, address)
    assert widget.page.locator(NAME).count() == 1
    widget.page.evaluate(f"() => {{ {SWAPS['turbo']} }}")
    widget.page.evaluate(LOAD_AGAIN, f"{medpath_url}/widget.js")
    expect(widget.launcher).to_be_visible()
    assert widget.page.locator(NAME).count() == 1


def test_a_page_can_take_the_widget_away(widget: Widget, medpath_url: str) -> None:
    """`remove()` is meant, and the script brings it back."""
    widget.page.goto(medpath_url)
    expect(widget.launcher).to_be_visible()
    widget.page.evaluate(f"document.querySelector('{NAME}').remove()")
    widget.page.evaluate(f"() => {{ {SWAPS['turbo']} }}")
    widget.page.wait_for_timeout(200)
    assert widget.page.locator(NAME).count() == 0
    widget.page.evaluate(LOAD_AGAIN, f"{medpath_url}/widget.js")
    expect(widget.launcher).to_be_visible()


def test_a_page_that_throws_it_out_again_and_again_does_not_hang(widget: Widget, medpath_url: str) -> None:
    """Two that watch each other would otherwise never let anything else run."""
    widget.page.goto(medpath_url)
    expect(widget.launcher).to_be_visible()
    widget.page.evaluate(
        f"""() => {{
          const found = () => document.body.querySelectorAll('{NAME}')
          const throwOut = () => found().forEach(one => one.parentNode.removeChild(one))
          new MutationObserver(throwOut).observe(document.body, {{ childList: true }})
          throwOut()
        }}"""
    )
    assert widget.page.evaluate("() => new Promise(resolve => setTimeout(() => resolve('alive'), 100))") == "alive"


@pytest.fixture
def unlisted_page(tmp_path: Path, medpath_url: str) -> Iterator[str]:
    """A page of an origin that Medpath does not know, with the one line that embeds the widget."""
    line = f'<script src="{medpath_url}/widget.js" async></script>'
    page = f'<!doctype html><html lang="en"><title>A school</title><main><h1>A school</h1></main>{line}</html>'
    (tmp_path / "index.html").write_text(page, encoding="utf-8")
    with page_of(tmp_path) as url:
        yield url


def test_a_page_that_is_not_listed_is_told_why(widget: Widget, unlisted_page: str) -> None:
    """It reads which origin has to be listed where; nothing is answered, and no further try is offered."""
    widget.open(unlisted_page)
    widget.say(PSYCHIATRY)
    expect(widget.log).to_contain_text(f"list {unlisted_page} in MEDPATH_WEB_ORIGINS", timeout=SETTLED)
    expect(widget.button("Try again")).to_have_count(0)
    assert not FOUR_YEARS.search(widget.log.inner_text())
