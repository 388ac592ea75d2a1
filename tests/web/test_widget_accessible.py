"""The widget by the rules of WCAG 2.2 AA, as far as axe-core checks them, in every state and in light and dark."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect
from widget_page import SETTLED, Widget

AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MESSAGES = "**/webhooks/web/messages"
FOUR_YEARS = re.compile("4 years|four years", re.I)


def violations(widget: Widget) -> list[str]:
    """What axe-core finds on the page as it is now, open shadow roots included."""
    widget.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = widget.page.evaluate("rules => axe.run({runOnly: {type: 'tag', values: rules}})", RULES)
    return [f"{one['id']}: {node['html'][:200]}" for one in found["violations"] for node in one["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_state_has_a_violation(make_widget: Callable[..., Widget], medpath_url: str, scheme: str) -> None:
    """Closed, open, waiting, with an answer, with a table, with an overview, and with a message that failed."""
    widget = make_widget(color_scheme=scheme, reduced_motion="reduce")
    widget.page.goto(medpath_url)
    expect(widget.launcher).to_be_visible()
    assert violations(widget) == []
    widget.open(medpath_url)
    assert violations(widget) == []

    held = []
    widget.page.route(MESSAGES, lambda route: held.append(route))
    widget.say("how long is psychiatry residency")
    widget.page.wait_for_timeout(300)
    assert violations(widget) == []
    held[0].continue_()
    widget.page.unroute(MESSAGES)
    expect(widget.log).to_contain_text(FOUR_YEARS, timeout=SETTLED)
    assert violations(widget) == []

    widget.say("Compare neurology and dermatology")
    expect(widget.log.get_by_role("table")).to_be_visible(timeout=SETTLED)
    assert violations(widget) == []

    widget.say("tell me about residency")
    expect(widget.log.get_by_role("term").first).to_be_visible(timeout=SETTLED)
    assert violations(widget) == []

    widget.page.route(MESSAGES, lambda route: route.abort())
    widget.say("what does step 3 cost")
    expect(widget.button("Try again")).to_be_visible(timeout=SETTLED)
    assert violations(widget) == []


def test_a_reply_is_announced_once(widget: Widget, medpath_url: str) -> None:
    """One live region takes up the answer, and nothing else on the page is live and holds it too."""
    widget.open(medpath_url)
    widget.page.evaluate(
        """() => {
          window.announced = []
          const watch = root => {
            for (const one of root.querySelectorAll('*')) {
              if (one.shadowRoot) watch(one.shadowRoot)
              const role = one.getAttribute('role')
              const live = one.getAttribute('aria-live') ?? (role === 'log' || role === 'status' ? 'polite' : 'off')
              if (live === 'off') continue
              new MutationObserver(changes => {
                for (const change of changes)
                  for (const node of change.addedNodes) window.announced.push(node.textContent)
              }).observe(one, {childList: true, subtree: true})
            }
          }
          watch(document)
        }"""
    )
    widget.ask("how long is psychiatry residency", FOUR_YEARS)
    widget.page.wait_for_timeout(500)
    announced = [text for text in widget.page.evaluate("window.announced") if FOUR_YEARS.search(text)]
    assert len(announced) == 1


def test_zoomed_to_twice_the_size_nothing_is_cut_off(make_widget: Callable[..., Widget], medpath_url: str) -> None:
    """A window of 1280 by 1024 at 200 % shows 640 by 512 CSS pixels: message box and send button are in it."""
    widget = make_widget(viewport={"width": 640, "height": 512}, device_scale_factor=2)
    widget.open(medpath_url)
    widget.ask("how long is psychiatry residency", FOUR_YEARS)
    for part in (widget.box, widget.button("Send"), widget.button("Close")):
        place = part.bounding_box()
        assert place is not None
        assert place["y"] >= 0
        assert place["y"] + place["height"] <= 512


def test_forced_colours_leave_the_controls_visible(make_widget: Callable[..., Widget], medpath_url: str) -> None:
    """In the contrast themes of the system there is still a launcher, a box and an answer."""
    widget = make_widget(forced_colors="active")
    widget.open(medpath_url)
    widget.ask("how long is psychiatry residency", FOUR_YEARS)
    expect(widget.button("Send")).to_be_visible()
