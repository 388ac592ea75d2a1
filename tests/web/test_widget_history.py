"""A long conversation in the widget: its end first, earlier turns when one scrolls up or asks for them."""

from __future__ import annotations

import re

import pytest
from on_loopback import Running
from past_turns import remember_turns
from playwright.sync_api import Request, expect
from widget_page import SETTLED, Widget, begin_with_turns

TURNS = 45
TEXT = "and a good deal more that fills some lines of the panel. " * 4


@pytest.fixture
def long_widget(widget: Widget, medpath_running: Running) -> Widget:
    """The widget of somebody who has asked 45 questions before."""
    begin_with_turns(widget.page, medpath_running, TURNS, TEXT)
    return widget


def questions(widget: Widget) -> list[str]:
    return widget.log.locator(".user-message-text").all_inner_texts()


def asked(first: int, last: int = TURNS) -> list[str]:
    return [f"question {number}" for number in range(first, last + 1)]


def test_earlier_turns_come_when_one_scrolls_up(long_widget: Widget, medpath_url: str) -> None:
    """Twenty at a time, in order, each once, and what one reads stays where it is."""
    reads: list[Request] = []
    long_widget.page.on(
        "request", lambda one: reads.append(one) if one.method == "GET" and "/messages" in one.url else None
    )
    long_widget.open(medpath_url)
    expect(long_widget.log).to_contain_text(f"answer {TURNS} ", timeout=SETTLED)
    long_widget.page.wait_for_timeout(300)
    assert questions(long_widget) == asked(26)
    assert len(reads) == 1
    first = long_widget.log.get_by_text("question 26", exact=True)
    first.scroll_into_view_if_needed()
    expect(long_widget.log).to_contain_text("question 6", timeout=SETTLED)
    expect(first).to_be_in_viewport()
    assert questions(long_widget) == asked(6)
    long_widget.log.get_by_text("question 6", exact=True).scroll_into_view_if_needed()
    expect(long_widget.log.get_by_text("question 1", exact=True)).to_be_attached(timeout=SETTLED)
    expect(long_widget.button("Show earlier")).to_have_count(0)
    assert questions(long_widget) == asked(1)


def test_earlier_turns_come_by_keyboard(long_widget: Widget, medpath_url: str) -> None:
    """The offer is a button, and when nothing is left to offer the focus stays in the conversation."""
    long_widget.open(medpath_url)
    expect(long_widget.log).to_contain_text(f"answer {TURNS} ", timeout=SETTLED)
    for first in (6, 1):
        long_widget.button("Show earlier").focus()
        long_widget.page.keyboard.press("Enter")
        expect(long_widget.log.get_by_text(f"question {first}", exact=True)).to_be_attached(timeout=SETTLED)
    assert questions(long_widget) == asked(1)
    expect(long_widget.button("Show earlier")).to_have_count(0)
    expect(long_widget.log).to_be_focused()


def test_a_new_question_stands_at_the_end(long_widget: Widget, medpath_url: str) -> None:
    """Earlier turns come before it, whenever they come."""
    long_widget.open(medpath_url)
    expect(long_widget.log).to_contain_text(f"answer {TURNS} ", timeout=SETTLED)
    long_widget.ask("what does step 3 cost", "935")
    long_widget.button("Show earlier").scroll_into_view_if_needed()
    expect(long_widget.log.get_by_text("question 6", exact=True)).to_be_attached(timeout=SETTLED)
    assert questions(long_widget) == [*asked(6), "what does step 3 cost"]


def test_a_failure_leaves_the_offer(long_widget: Widget, medpath_url: str) -> None:
    """Where earlier turns cannot be read at the moment they can be asked for again."""
    long_widget.open(medpath_url)
    expect(long_widget.log).to_contain_text(f"answer {TURNS} ", timeout=SETTLED)
    earlier = re.compile(r"/messages\?before=")
    long_widget.page.route(earlier, lambda route: route.abort())
    long_widget.button("Show earlier").click()
    expect(long_widget.panel).to_contain_text("could not be loaded")
    long_widget.page.unroute(earlier)
    long_widget.button("Show earlier").click()
    expect(long_widget.log.get_by_text("question 6", exact=True)).to_be_attached(timeout=SETTLED)


def test_a_tab_that_slept_misses_nothing(widget: Widget, medpath_running: Running) -> None:
    """Of more new turns than the server gives at once, those in between are fetched too."""
    conversation = begin_with_turns(widget.page, medpath_running, TURNS, TEXT)
    widget.open(medpath_running.url)
    expect(widget.log).to_contain_text(f"answer {TURNS} ", timeout=SETTLED)
    remember_turns(medpath_running.database, conversation, 95, first=TURNS + 1)
    widget.page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(widget.log).to_contain_text("answer 95", timeout=SETTLED)
    assert questions(widget) == asked(26, 95)
