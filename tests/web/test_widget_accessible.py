"""The widget by the rules of WCAG 2.2 AA, as far as axe-core checks them, in every state and in light and dark."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from on_loopback import Running
from playwright.sync_api import expect
from widget_page import SETTLED, Widget, begin_with_turns

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


def _tree(widget: Widget) -> str:
    """What assistive technology is told of the open panel: roles, names and states, in reading order."""
    return widget.panel.aria_snapshot()


def test_a_whole_conversation_without_a_mouse(widget: Widget, medpath_url: str) -> None:
    """Each step is by key, the focus is never lost, and the accessibility tree tells what sighted people see."""
    page = widget.page
    page.goto(medpath_url)
    expect(widget.launcher).to_be_visible()
    _tab_to(widget, "Open Medpath chat")
    page.keyboard.press("Enter")
    expect(widget.box).to_be_focused(timeout=SETTLED)
    opened = _tree(widget)
    for part in ('heading "Medpath"', 'button "Start over"', 'log "Conversation"', 'textbox "Your question"'):
        assert part in opened
    assert 'button "Send" [disabled]' in opened

    page.keyboard.type("how long is psychiatry residency")
    assert "[disabled]" not in _tree(widget)
    page.keyboard.press("Enter")
    expect(widget.button("Copy answer")).to_be_visible(timeout=SETTLED)
    expect(widget.box).to_be_focused()
    answered = _tree(widget)
    for part in ("how long is psychiatry residency", "list", "link", 'button "This helped"', 'group "Suggestions"'):
        assert part in answered
    assert answered.index("how long is psychiatry") < answered.index('button "Copy answer"')
    assert answered.index('button "Copy answer"') < answered.index('textbox "Your question"')

    suggestion = widget.log.get_by_role("group", name="Suggestions").get_by_role("button").first.inner_text()
    _tab_to(widget, suggestion, "Shift+Tab")
    page.keyboard.press("Space")
    expect(widget.button("Copy answer")).to_have_count(2, timeout=SETTLED)
    expect(widget.box).to_be_focused()

    _tab_to(widget, "Start over", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(widget.log).not_to_contain_text("psychiatry residency", timeout=SETTLED)
    expect(widget.box).to_be_focused()
    page.keyboard.press("Escape")
    expect(widget.panel).to_be_hidden()
    expect(widget.launcher).to_be_focused()


NAME_OF_FOCUSED = """() => {
  let focused = document.activeElement
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement
  return focused?.getAttribute('aria-label') ?? focused?.innerText ?? ''
}"""


def _tab_to(widget: Widget, name: str, key: str = "Tab") -> None:
    """Presses Tab until what is focused has a name."""
    for _ in range(60):
        if widget.page.evaluate(NAME_OF_FOCUSED).strip() == name:
            return
        widget.page.keyboard.press(key)
    raise AssertionError(f"No key leads to {name}.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_earlier_turns_and_a_text_too_long_have_no_violation(
    make_widget: Callable[..., Widget], medpath_running: Running, scheme: str
) -> None:
    """The button over a long conversation and the notice under a long text, with the box marked as wrong."""
    widget = make_widget(color_scheme=scheme, reduced_motion="reduce")
    begin_with_turns(widget.page, medpath_running, 25)
    widget.open(medpath_running.url)
    expect(widget.log).to_contain_text("answer 25", timeout=SETTLED)
    widget.page.route("**/messages?before=**", lambda route: route.abort())
    widget.button("Show earlier").scroll_into_view_if_needed()
    widget.box.fill("x" * 6001)
    expect(widget.panel).to_contain_text("1 character too long")
    assert violations(widget) == []
