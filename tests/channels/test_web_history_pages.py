"""Long conversations of the web channel, which are read a page at a time."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from on_loopback import Running
from past_turns import remember_turns
from web_visitor import TIMEOUT, Visitor, arrive, conversation_of, error_code

from medpath.channels.web.history import TURNS_AT_ONCE

TURNS = 400
# What the answers of a real conversation of 400 turns had on average: all of it was 519 KB.
FILLING = "x" * 1000


@pytest.fixture(scope="module")
def talkative(medpath_running: Running) -> Visitor:
    """A visitor who has asked 400 questions."""
    visitor = arrive(medpath_running.url)
    remember_turns(medpath_running.database, conversation_of(visitor, medpath_running), TURNS, FILLING)
    return visitor


def page(visitor: Visitor, before: str | None = None) -> dict[str, Any]:
    """The latest messages, or those before a place."""
    response = ask_page(visitor, {} if before is None else {"before": before})
    assert response.status_code == 200, response.text
    return response.json()


def ask_page(visitor: Visitor, query: Any) -> requests.Response:
    return requests.get(f"{visitor.url}/webhooks/web/messages", query, headers=visitor.authorization, timeout=TIMEOUT)


def questions(page: dict[str, Any]) -> list[int]:
    return [int(one["text"].split()[1]) for one in page["messages"] if one["from"] == "person"]


def test_the_end_comes_first(talkative: Visitor) -> None:
    """As many turns as a panel shows, questions and answers, and where to go on before them."""
    latest = page(talkative)
    assert questions(latest) == list(range(TURNS - TURNS_AT_ONCE + 1, TURNS + 1))
    assert [one["from"] for one in latest["messages"]] == ["person", "medpath"] * TURNS_AT_ONCE
    assert latest["messages"][-1]["reply"]["text"].startswith(f"answer {TURNS} ")
    assert latest["earlier"] is not None


def test_page_by_page_all_is_told(talkative: Visitor) -> None:
    """Each turn once, until the beginning, where there is nothing earlier."""
    found: list[int] = []
    place: str | None = None
    while True:
        part = page(talkative, place)
        found = questions(part) + found
        place = part["earlier"]
        if place is None:
            break
    assert found == list(range(1, TURNS + 1))


def test_a_place_stays_where_it_is(medpath_running: Running) -> None:
    """What is asked in the meantime moves no turn from one page to another."""
    visitor = arrive(medpath_running.url)
    remember_turns(medpath_running.database, conversation_of(visitor, medpath_running), 2 * TURNS_AT_ONCE)
    place = page(visitor)["earlier"]
    visitor.say("what does step 3 cost")
    assert questions(page(visitor, place)) == list(range(1, TURNS_AT_ONCE + 1))


def test_a_short_conversation_is_told_whole(medpath_running: Running) -> None:
    """There is nothing before it, nor before a place at its beginning or beyond its end."""
    visitor = arrive(medpath_running.url)
    assert page(visitor) == {"messages": [], "earlier": None}
    remember_turns(medpath_running.database, conversation_of(visitor, medpath_running), 3)
    assert (questions(page(visitor)), page(visitor)["earlier"]) == ([1, 2, 3], None)
    assert page(visitor, "0") == {"messages": [], "earlier": None}
    assert questions(page(visitor, "2")) == [1, 2]
    assert questions(page(visitor, "999999999")) == [1, 2, 3]


@pytest.mark.parametrize("before", ["", "x", "-1", "1.5", "1e3", "²", "9" * 30, " 1"])
def test_what_is_no_place_is_refused(talkative: Visitor, before: str) -> None:
    """The person reads that it must come from an earlier reply."""
    response = ask_page(talkative, {"before": before})
    assert (response.status_code, error_code(response)) == (400, "bad_request")


def test_a_long_conversation_holds_nobody_up(talkative: Visitor) -> None:
    """One look at it is a few kilobytes, and thirty of them at once leave others their answer within a second."""
    assert len(ask_page(talkative, {}).content) < 60_000
    other = arrive(talkative.url)
    with ThreadPoolExecutor(30) as pool:
        looks = [pool.submit(ask_page, talkative, {}) for _ in range(30)]
        began = time.monotonic()
        other.say("what does step 3 cost")
        took = time.monotonic() - began
        assert {look.result().status_code for look in looks} == {200}
    assert took < 1
