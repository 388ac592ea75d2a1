"""The demo page under its Content Security Policy, in a real browser that reports every breach of it."""

from __future__ import annotations

from typing import Any

from on_loopback import Running
from playwright.sync_api import Page, expect
from test_widget_plan import ABROAD, is_drawn, shown
from widget_page import Widget

LISTEN = """
window.breaches = []
document.addEventListener('securitypolicyviolation', event =>
  window.breaches.push(`${event.effectiveDirective} ${event.blockedURI}`))
"""
RUN_INLINE = """() => {
  const script = document.createElement('script')
  script.textContent = 'window.wasRun = true'
  document.body.append(script)
}"""
FRAMED = """url => new Promise(resolve => {
  const frame = document.createElement('iframe')
  frame.onload = () => resolve(frame.contentDocument !== null && frame.contentDocument.title)
  frame.src = url
  document.body.append(frame)
})"""


def breaches(page: Page) -> list[Any]:
    return page.evaluate("window.breaches")


def test_the_widget_keeps_to_the_policy_of_the_page(widget: Widget, medpath_running: Running) -> None:
    """A conversation, a card, a plan with its picture: nothing that the policy forbids is tried."""
    widget.page.add_init_script(LISTEN)
    shown(widget, medpath_running, **ABROAD)
    is_drawn(widget)
    widget.ask("when is match day", "Match Day")
    widget.ask("tell me about residency", "residency")
    assert breaches(widget.page) == []


def test_the_policy_stops_a_script_that_got_into_the_page(widget: Widget, medpath_url: str) -> None:
    """Else the test above would show nothing."""
    widget.page.add_init_script(LISTEN)
    widget.page.goto(medpath_url)
    expect(widget.launcher).to_be_visible()
    widget.page.evaluate(RUN_INLINE)
    assert widget.page.evaluate("window.wasRun") is None
    assert breaches(widget.page) == ["script-src-elem inline"]
    assert "Content Security Policy" in widget.errors.pop()
    assert widget.errors == []


def test_an_answer_for_programs_stands_in_no_frame(widget: Widget, medpath_url: str) -> None:
    """Not even on the page of the same server."""
    widget.page.goto(f"{medpath_url}/health")
    assert widget.page.evaluate(FRAMED, f"{medpath_url}/health") is False
    widget.errors.clear()
