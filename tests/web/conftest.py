"""A real browser for the tests of the widget: the system's Chromium, driven by Playwright."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from widget_page import Widget

# Without these Chromium tries to reach its maker at every start.
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of all tests; each page gets a profile of its own."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert chromium, "The widget's tests need a browser. On Debian or Ubuntu: apt-get install -y chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET, chromium_sandbox=False)
        yield browser
        browser.close()


@pytest.fixture
def make_widget(browser: Browser) -> Iterator[Callable[..., Widget]]:
    """Makes a page of a new profile; options are those of a Playwright context."""
    contexts = []

    def make(**options: object) -> Widget:
        context = browser.new_context(**{"viewport": {"width": 1100, "height": 800}, **options})
        contexts.append(context)
        return Widget(context.new_page())

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def widget(make_widget: Callable[..., Widget]) -> Iterator[Widget]:
    """A page on which nothing may go wrong: no error, no request to another host."""
    made = make_widget()
    yield made
    assert made.errors == []


@pytest.fixture
def second_tab(widget: Widget) -> Page:
    """Another tab of the same profile."""
    return widget.page.context.new_page()
