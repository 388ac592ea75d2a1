"""What people type: long pastes, words put together by an input method, scripts that run from right to left."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from widget_page import SETTLED, Widget

PSYCHIATRY = "how long is psychiatry residency"
FOUR_YEARS = re.compile("4 years|four years", re.I)
LIMIT = 6000

PASTE = """(box, text) => {
  box.focus()
  const clipboardData = new DataTransfer()
  clipboardData.setData('text/plain', text)
  box.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true, composed: true }))
}"""
# The keys and events with which each browser ends a word that an input method has put together.
CHROME = """box => {
  box.focus()
  const passing = { bubbles: true, composed: true, cancelable: true }
  const enter = more => new KeyboardEvent('keydown', { key: 'Enter', ...passing, ...more })
  box.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true, composed: true }))
  document.execCommand('insertText', false, 'ni hao')
  box.dispatchEvent(enter({ keyCode: 229, isComposing: true }))
  box.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true, composed: true, data: 'ni hao' }))
}"""
SAFARI = """box => {
  box.focus()
  const passing = { bubbles: true, composed: true, cancelable: true }
  const enter = more => new KeyboardEvent('keydown', { key: 'Enter', ...passing, ...more })
  box.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true, composed: true }))
  document.execCommand('insertText', false, 'ni hao')
  box.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true, composed: true, data: 'ni hao' }))
  box.dispatchEvent(enter({ keyCode: 229 }))
}"""


def _paste(widget: Widget, text: str) -> None:
    widget.box.evaluate(PASTE, text)


def _sent(widget: Widget) -> list[str]:
    """The texts that the page sends from now on."""
    texts: list[str] = []
    widget.page.on(
        "request",
        lambda request: (
            texts.append(request.post_data_json["text"])
            if request.method == "POST" and request.url.endswith("/messages")
            else None
        ),
    )
    return texts


def test_a_long_paste_is_sent_whole(widget: Widget, medpath_url: str) -> None:
    """A letter of 4,988 characters keeps the question at its end."""
    widget.open(medpath_url)
    sent = _sent(widget)
    letter = "I want to become a psychiatrist and ask you how long that takes.\n" * 80
    text = letter[: 4988 - len(PSYCHIATRY) - 1] + "\n" + PSYCHIATRY
    _paste(widget, text)
    widget.button("Send").click()
    expect(widget.log.get_by_role("button", name="Copy answer").or_(widget.log.locator(".clarify"))).to_be_visible(
        timeout=SETTLED
    )
    assert [" ".join(one.split()) for one in sent] == [" ".join(text.split())]
    expect(widget.log).to_contain_text(PSYCHIATRY)


def test_a_text_that_is_too_long_is_told_before_it_is_sent(widget: Widget, medpath_url: str) -> None:
    """Nothing of it is lost, and nothing sent by Enter or button until it has been shortened; an emoji counts once."""
    widget.open(medpath_url)
    sent = _sent(widget)
    _paste(widget, "😀" + "x" * (LIMIT - len(PSYCHIATRY) + 2) + " " + PSYCHIATRY)
    expect(widget.panel).to_contain_text("4 characters too long")
    expect(widget.box).to_have_attribute("aria-invalid", "true")
    widget.page.keyboard.press("Enter")
    widget.button("Send").click(force=True)
    expect(widget.box).to_contain_text(PSYCHIATRY)
    assert sent == []
    widget.box.press("Control+End")
    for _ in range(4):
        widget.page.keyboard.press("Backspace")
    expect(widget.panel).not_to_contain_text("too long")
    expect(widget.box).to_have_attribute("aria-invalid", "false")
    widget.page.keyboard.press("Enter")
    expect(widget.box).to_have_text("")
    expect(widget.log.locator(".reply")).to_have_count(2, timeout=SETTLED)
    assert [len(text) for text in sent] == [LIMIT]


@pytest.mark.parametrize("order", [CHROME, SAFARI], ids=["chrome", "safari"])
def test_the_enter_that_ends_a_word_sends_nothing(widget: Widget, medpath_url: str, order: str) -> None:
    """Whether the browser tells the end of the word before the key or after it; the next Enter sends."""
    widget.open(medpath_url)
    sent = _sent(widget)
    widget.box.evaluate(order)
    widget.page.wait_for_timeout(200)
    assert sent == []
    expect(widget.box).to_have_text("ni hao")
    widget.page.keyboard.press("Enter")
    expect(widget.log.locator(".reply")).to_have_count(2, timeout=SETTLED)
    assert sent == ["ni hao"]


def test_the_escape_that_ends_a_word_leaves_the_panel_open(widget: Widget, medpath_url: str) -> None:
    """Safari says after the end of the word which key it was."""
    widget.open(medpath_url)
    escape = (
        "new KeyboardEvent('keydown', { key: 'Escape', keyCode: 229, bubbles: true, composed: true, cancelable: true })"
    )
    widget.box.evaluate(f"box => box.dispatchEvent({escape})")
    expect(widget.panel).to_be_visible()


@pytest.mark.parametrize(("text", "direction"), [("מתי יש התאמה", "rtl"), ("when is match day", "ltr")])
def test_text_runs_in_its_own_direction(
    make_widget: Callable[..., Widget], medpath_url: str, text: str, direction: str
) -> None:
    """In the box and in the log, also after a reload."""
    widget = make_widget().open(medpath_url)
    widget.box.fill(text)
    how = "one => getComputedStyle(one).direction"
    assert widget.box.evaluate(how) == direction
    widget.button("Send").click()
    said = widget.log.locator(".user-message-text")
    assert said.evaluate(how) == direction
    expect(widget.log.get_by_role("button", name="Copy answer").or_(widget.log.locator(".reply").last)).to_be_visible(
        timeout=SETTLED
    )
    widget.page.reload()
    widget.open(medpath_url)
    expect(said).to_have_text(text, timeout=SETTLED)
    assert said.evaluate(how) == direction
