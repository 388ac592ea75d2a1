"""The session that tabs share, where browsers store nothing, lose it or run two tabs at the same time."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from widget_page import SETTLED, Widget

PSYCHIATRY = "how long is psychiatry residency"
DERMATOLOGY = "how long is dermatology residency"
FOUR_YEARS = re.compile("4 years|four years", re.I)
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }"
FORBIDDEN = """for (const name of ['localStorage', 'sessionStorage'])
    Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError') } })"""
WITHOUT_LOCKS = "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })"
# Half of the delay on the way there and half on the way back.
SLOW = """(() => {
  const [real, pause] = [fetch, () => new Promise(resolve => setTimeout(resolve, %s / 2))]
  window.fetch = async (...request) => {
    await pause()
    const response = await real(...request)
    await pause()
    return response
  }
})()"""
SEND_AT = """moment => {
  const chat = document.querySelector('medpath-chat-widget').shadowRoot.querySelector('medpath-deep-chat').shadowRoot
  setTimeout(() => chat.querySelector('.input-button').click(), moment - Date.now())
}"""


def _count_sessions(page: Page) -> list[float]:
    begun: list[float] = []
    page.on("response", lambda response: begun.append(time.time()) if response.url.endswith("/sessions") else None)
    return begun


@pytest.mark.parametrize("storage", [FULL, FORBIDDEN], ids=["full", "forbidden"])
def test_without_storage_the_conversation_goes_on(widget: Widget, medpath_url: str, storage: str) -> None:
    """One session for all questions of the page, so that a follow-up knows what came before."""
    begun = _count_sessions(widget.page)
    widget.page.add_init_script(storage)
    widget.open(medpath_url)
    widget.ask(PSYCHIATRY, FOUR_YEARS)
    widget.ask("and for dermatology?", re.compile("dermatolog.*years", re.I | re.S))
    assert len(begun) == 1
    widget.button("Start over").click()
    widget.ask(PSYCHIATRY, FOUR_YEARS)
    assert len(begun) == 2


def test_a_storage_that_is_full_later_keeps_nothing_old(widget: Widget, medpath_url: str) -> None:
    """What stands in the storage from before is not taken for the conversation that could not be written there."""
    begun = _count_sessions(widget.page)
    widget.open(medpath_url)
    widget.ask(PSYCHIATRY, FOUR_YEARS)
    widget.page.evaluate(f"() => {{ {FULL} }}")
    widget.button("Start over").click()
    widget.ask("what does step 3 cost", "935")
    widget.ask("thanks", re.compile("welcome", re.I))
    assert len(begun) == 2
    assert widget.count(PSYCHIATRY) == 0


def test_a_storage_that_is_cleared_ends_no_conversation(widget: Widget, medpath_url: str) -> None:
    """The page goes on from memory, and a reload after the next question finds all of it."""
    begun = _count_sessions(widget.page)
    widget.open(medpath_url)
    widget.ask(PSYCHIATRY, FOUR_YEARS)
    widget.page.evaluate("() => { localStorage.clear(); sessionStorage.clear() }")
    widget.ask("and for dermatology?", re.compile("dermatolog.*years", re.I | re.S))
    assert len(begun) == 1
    widget.page.reload()
    widget.open(medpath_url)
    expect(widget.log).to_contain_text("and for dermatology?", timeout=SETTLED)
    assert widget.count(PSYCHIATRY) == 1


@pytest.mark.parametrize("locks", [True, False], ids=["locks", "no locks"])
@pytest.mark.parametrize(("first", "second"), [(0, 0), (0, 1000), (1000, 0), (400, 400)])
def test_two_tabs_that_begin_together_share_one_session(
    make_widget: Callable[..., Widget], medpath_url: str, first: int, second: int, locks: bool
) -> None:
    """On lines of any speed both first questions are answered in one conversation, and stand there after a reload."""
    tabs = [make_widget()]
    tabs.append(Widget(tabs[0].page.context.new_page()))
    opened = [_count_sessions(tab.page) for tab in tabs]
    for tab, delay in zip(tabs, (first, second), strict=True):
        tab.page.add_init_script(SLOW % delay)
        if not locks:
            tab.page.add_init_script(WITHOUT_LOCKS)
        tab.open(medpath_url)
    for tab, text in zip(tabs, (PSYCHIATRY, DERMATOLOGY), strict=True):
        tab.box.click()
        tab.page.keyboard.type(text)
    moment = time.time() + 0.5
    for tab in tabs:
        # Both tabs send at the same moment, which two commands one after the other would not do.
        tab.page.evaluate(SEND_AT, moment * 1000)
    for tab, text in zip(tabs, ("psychiatry", "dermatology"), strict=True):
        expect(tab.log).to_contain_text(re.compile(rf"{text}.*years", re.I | re.S), timeout=SETTLED)
    assert len(opened[0]) + len(opened[1]) == 1
    for tab in tabs:
        tab.page.reload()
        tab.open(medpath_url)
        expect(tab.log).to_contain_text(DERMATOLOGY, timeout=SETTLED)
        assert (tab.count(PSYCHIATRY), tab.count(DERMATOLOGY)) == (1, 1)
        assert tab.errors == []


def test_a_session_that_is_refused_is_renewed_in_place(widget: Widget, medpath_url: str) -> None:
    """What was typed is answered, and all that was said before stays drawn."""
    widget.open(medpath_url)
    widget.ask(PSYCHIATRY, FOUR_YEARS)
    widget.page.evaluate(
        "for (const key of Object.keys(localStorage)) localStorage.setItem(key, JSON.stringify("
        "{...JSON.parse(localStorage.getItem(key)), token: 'x'.repeat(40)}))"
    )
    widget.page.evaluate("window.dispatchEvent(new Event('focus'))")
    widget.ask("what does step 3 cost", "935")
    widget.page.evaluate("window.dispatchEvent(new Event('focus'))")
    widget.ask("thanks", re.compile("welcome", re.I))
    assert widget.count(PSYCHIATRY) == 1
    expect(widget.log).to_contain_text(FOUR_YEARS)
