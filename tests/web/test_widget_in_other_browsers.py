"""A whole conversation in Firefox and in WebKit, which Safari is made of; the other tests here run in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from webdriver import Browser, firefox, firefox_program, webkit, webkit_programs

ENTER = "\ue007"
ESCAPE = "\ue00c"
# The parts of the widget, for the scripts below.
PARTS = """
const widget = () => document.querySelector('medpath-chat-widget')?.shadowRoot
const launcher = () => widget()?.querySelector('.launcher')
const chat = () => widget()?.querySelector('medpath-deep-chat')?.shadowRoot
const box = () => chat()?.querySelector('#text-input[role=textbox]')
const turns = () => [...(chat()?.querySelectorAll('medpath-turn') ?? [])].map(turn => turn.shadowRoot)
const answers = () => turns().flatMap(turn => [...turn.querySelectorAll('.reply .bubble:not(.greeting)')])
const said = () => [...(chat()?.querySelectorAll('.user-message-text') ?? [])].map(one => one.innerText)
"""
QUESTION = "how long is psychiatry residency"


@pytest.fixture(params=["firefox", "webkit"])
def browser(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Browser]:
    """A browser of its own for each test, with an empty profile."""
    if request.param == "firefox":
        if firefox_program() is None:
            pytest.skip("Firefox is not installed: apt-get install -y firefox-esr")
        with firefox(tmp_path) as started:
            yield started
    else:
        if webkit_programs() is None:
            pytest.skip("WebKit is not installed: apt-get install -y webkit2gtk-driver xvfb")
        with webkit(tmp_path) as started:
            yield started


def test_a_whole_conversation(browser: Browser, medpath_url: str) -> None:
    """Opened by mouse, asked by keyboard: the answer has its source, a suggestion its own, and a reload keeps both."""
    browser.go(medpath_url)
    browser.click(browser.wait_for(f"{PARTS} return launcher()"))
    browser.wait_for(f"{PARTS} return chat()?.activeElement === box() && box()")
    browser.press(*QUESTION, ENTER)
    answer = browser.wait_for(f"{PARTS} return answers()[0]?.innerText")
    assert "4 years" in answer.lower() or "four years" in answer.lower()
    assert "202" in browser.run(f"{PARTS} return answers()[0].querySelector('.sources').innerText")
    assert browser.run(f"{PARTS} return answers()[0].querySelector('.sources a').href").startswith("https://")

    # A busy engine may scroll at the last moment, so that the next suggestion lies where the first one was.
    offered = "[...turns().at(-1).querySelectorAll('.follow-ups button')]"
    titles = browser.run(f"{PARTS} return {offered}.map(one => one.innerText)")
    browser.click(browser.run(f"{PARTS} return turns().at(-1).querySelector('.follow-ups button')"))
    browser.wait_for(f"{PARTS} return answers().length === 2")
    shown = browser.run(f"{PARTS} return answers().map(one => one.innerText)")

    browser.press(ESCAPE)
    assert browser.wait_for(f"{PARTS} return !widget().querySelector('dialog').open")
    browser.reload()
    browser.click(browser.wait_for(f"{PARTS} return launcher()"))
    browser.wait_for(f"{PARTS} return answers().length === 2")
    question, picked = browser.run(f"{PARTS} return said()")
    assert question == QUESTION
    assert picked in titles
    assert browser.run(f"{PARTS} return answers().map(one => one.innerText)")[0] == shown[0]


def test_a_text_that_is_too_long_is_told(browser: Browser, medpath_url: str) -> None:
    """Each engine has its own way of writing lines into the box, and none may cut anything off."""
    browser.go(medpath_url)
    browser.click(browser.wait_for(f"{PARTS} return launcher()"))
    browser.wait_for(f"{PARTS} return chat()?.activeElement === box() && box()")
    browser.run(f"{PARTS} document.execCommand('insertText', false, arguments[0])", "x " * 3000 + "and what now?")
    browser.wait_for(f"{PARTS} return widget().querySelector('.too-long').innerText.includes('13 characters too long')")
    browser.press(ENTER)
    assert browser.run(f"{PARTS} return box().innerText").strip().endswith("and what now?")
    assert browser.run(f"{PARTS} return said()") == []


def test_the_widget_stays_when_a_page_swaps_its_body(browser: Browser, medpath_url: str) -> None:
    """The conversation goes on in the open panel."""
    browser.go(medpath_url)
    browser.click(browser.wait_for(f"{PARTS} return launcher()"))
    browser.wait_for(f"{PARTS} return chat()?.activeElement === box() && box()")
    browser.run("document.documentElement.replaceChild(document.body.cloneNode(true), document.body)")
    browser.click(browser.wait_for(f"{PARTS} return box()"))
    browser.press(*QUESTION, ENTER)
    assert "4 years" in browser.wait_for(f"{PARTS} return answers()[0]?.innerText").lower()
    assert browser.run("return document.querySelectorAll('medpath-chat-widget').length") == 1
