"""The widget when network or server fail: nothing is lost, nothing is doubled, and a person is told what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from on_loopback import make_project, started
from playwright.sync_api import Route, expect
from widget_page import SETTLED, Widget, page_of

from medpath.project import Project
from medpath.serving.launcher import Ports, free_ports

PSYCHIATRY = "how long is psychiatry residency"
FOUR_YEARS = re.compile("4 years|four years", re.I)
AWAY = "Medpath cannot be reached at the moment. Your message is kept"
MESSAGES = "**/webhooks/web/messages"


def _posts(route: Route, act: Callable[[Route], None]) -> None:
    if route.request.method == "POST":
        act(route)
    else:
        route.continue_()


def test_a_lost_connection_loses_nothing(widget: Widget, medpath_url: str) -> None:
    """A message that did not get through is kept, sent again by itself, and asked once."""
    widget.open(medpath_url)
    widget.page.route(MESSAGES, lambda route: _posts(route, lambda one: one.abort()))
    widget.say(PSYCHIATRY)
    expect(widget.log).to_contain_text(AWAY, timeout=SETTLED)
    widget.page.unroute(MESSAGES)
    expect(widget.log).to_contain_text(FOUR_YEARS, timeout=SETTLED)
    assert widget.count(PSYCHIATRY) == 1


def test_nobody_has_to_wait_for_the_next_try(widget: Widget, medpath_url: str) -> None:
    """The button sends the message at once, though the widget's own clock stands still."""
    widget.page.clock.install()
    widget.open(medpath_url)
    widget.page.route(MESSAGES, lambda route: _posts(route, lambda one: one.abort()))
    widget.say(PSYCHIATRY)
    again = widget.button("Try again")
    expect(again).to_be_visible(timeout=SETTLED)
    widget.page.clock.pause_at(widget.page.evaluate("Date.now()") / 1000 + 0.3)
    widget.page.unroute(MESSAGES)
    again.click()
    widget.page.clock.resume()
    expect(widget.log).to_contain_text(FOUR_YEARS, timeout=SETTLED)
    assert widget.count(PSYCHIATRY) == 1


def test_what_is_typed_while_the_server_is_away_waits_in_order(widget: Widget, medpath_url: str) -> None:
    """Both messages are answered, the first one first, each once."""
    asked: list[str] = []

    def note(route: Route) -> None:
        asked.append(route.request.post_data_json["text"])
        route.continue_()

    widget.open(medpath_url)
    widget.page.route(MESSAGES, lambda route: _posts(route, lambda one: one.abort()))
    widget.say(PSYCHIATRY)
    expect(widget.log).to_contain_text(AWAY, timeout=SETTLED)
    widget.say("how much does it pay")
    widget.page.unroute(MESSAGES)
    widget.page.route(MESSAGES, lambda route: _posts(route, note))
    expect(widget.log).to_contain_text("$", timeout=SETTLED)
    assert asked == [PSYCHIATRY, "how much does it pay"]


def test_a_reply_that_got_lost_is_not_asked_twice(widget: Widget, medpath_url: str) -> None:
    """The server had answered when the line broke: the second try brings that answer, and history holds it once."""
    widget.open(medpath_url)

    def answered_but_lost(route: Route) -> None:
        route.fetch()
        route.abort()

    widget.page.route(MESSAGES, lambda route: _posts(route, answered_but_lost))
    widget.say(PSYCHIATRY)
    expect(widget.log).to_contain_text(AWAY, timeout=SETTLED)
    widget.page.unroute(MESSAGES)
    expect(widget.log).to_contain_text(FOUR_YEARS, timeout=SETTLED)
    widget.page.reload()
    widget.open(medpath_url)
    expect(widget.log).to_contain_text(FOUR_YEARS, timeout=SETTLED)
    assert widget.count(PSYCHIATRY) == 1


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_failing_server_is_told(widget: Widget, medpath_url: str, status: int) -> None:
    """A server error is no silence: the person reads what happens, and can send the message again at once."""
    widget.open(medpath_url)
    widget.page.route(MESSAGES, lambda route: _posts(route, lambda one: one.fulfill(status=status, body="oops")))
    widget.say(PSYCHIATRY)
    expect(widget.log).to_contain_text(AWAY, timeout=SETTLED)
    expect(widget.button("Try again")).to_be_visible(timeout=SETTLED)


def test_too_fast_is_told_with_the_time(widget: Widget, medpath_url: str) -> None:
    """A refusal for speed says so, and the message goes through later."""
    refused = []

    def refuse_once(route: Route) -> None:
        if refused:
            route.continue_()
            return
        refused.append(True)
        error = {"error": {"code": "too_fast", "message": "Too many messages. Please wait 2 seconds."}}
        route.fulfill(status=429, headers={"Retry-After": "2"}, json=error)

    widget.open(medpath_url)
    widget.page.route(MESSAGES, lambda route: _posts(route, refuse_once))
    widget.say(PSYCHIATRY)
    expect(widget.panel).to_contain_text(re.compile("in 2 s"), timeout=SETTLED)
    again = widget.button("Try again")
    if again.is_visible():
        again.click()
    expect(widget.log).to_contain_text(FOUR_YEARS, timeout=SETTLED)
    assert widget.count(PSYCHIATRY) == 1


def test_a_session_that_ended_is_renewed(widget: Widget, medpath_url: str) -> None:
    """A token that the server does not take leads to a new session, and the message is answered."""
    widget.open(medpath_url)
    widget.ask(PSYCHIATRY, FOUR_YEARS)
    widget.page.evaluate(
        "for (const key of Object.keys(localStorage)) localStorage.setItem(key, "
        "localStorage.getItem(key).replace(/[A-Za-z0-9_-]{20,}/g, 'x'.repeat(40)))"
    )
    widget.page.reload()
    widget.open(medpath_url)
    widget.ask("what does step 3 cost", "935")


def test_a_slow_answer_shows_that_it_comes(widget: Widget, medpath_url: str) -> None:
    """While the server thinks the message stands there, the box takes the next one, and the reply comes once."""
    held: list[Route] = []
    widget.open(medpath_url)
    widget.page.route(MESSAGES, lambda route: _posts(route, held.append))
    widget.say(PSYCHIATRY)
    expect(widget.log).to_contain_text(PSYCHIATRY)
    widget.page.wait_for_timeout(300)
    assert len(held) == 1
    held[0].continue_()
    expect(widget.log).to_contain_text(FOUR_YEARS, timeout=SETTLED)


@pytest.fixture(scope="module")
def own_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return make_project(tmp_path_factory.mktemp("medpath-of-the-widget"))


@pytest.fixture(scope="module")
def own_ports() -> Ports:
    return free_ports()


@pytest.fixture
def host_page(tmp_path: Path, own_ports: Ports) -> Iterator[str]:
    """A page of another origin with the one line that embeds the widget."""
    line = f'<script src="{own_ports.url}/widget.js" async></script>'
    page = f'<!doctype html><html lang="en"><title>A school</title><main><h1>A school</h1></main>{line}</html>'
    (tmp_path / "index.html").write_text(page, encoding="utf-8")
    with page_of(tmp_path) as url:
        yield url


def test_a_conversation_survives_a_restart(widget: Widget, own_project: Project, own_ports: Ports) -> None:
    """Stopped and started in mid-conversation, the server knows it; the message of the gap goes through by itself."""
    with started(own_project, own_ports):
        widget.open(own_ports.url)
        widget.ask(PSYCHIATRY, FOUR_YEARS)
    widget.say("how much does it pay")
    expect(widget.log).to_contain_text(AWAY, timeout=SETTLED)
    with started(own_project, own_ports):
        expect(widget.log).to_contain_text("$", timeout=SETTLED)
        assert widget.count("how much does it pay") == 1
        widget.page.reload()
        widget.open(own_ports.url)
        expect(widget.log).to_contain_text(FOUR_YEARS, timeout=SETTLED)
        assert widget.count("how much does it pay") == 1


def test_another_origin_is_refused_unless_it_is_allowed(
    make_widget: Callable[..., Widget],
    own_project: Project,
    own_ports: Ports,
    host_page: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The widget on another site talks to the server only if the server's keeper listed that site."""
    with started(own_project, own_ports):
        refused = make_widget()
        refused.page.goto(host_page)
        refused.page.get_by_role("button", name="Open Medpath chat").click()
        expect(refused.panel).to_be_visible(timeout=SETTLED)
        if refused.box.is_visible():
            refused.say(PSYCHIATRY)
        refused.page.wait_for_timeout(1500)
        assert not FOUR_YEARS.search(refused.panel.inner_text())
    monkeypatch.setenv("MEDPATH_WEB_ORIGINS", host_page)
    with started(own_project, own_ports):
        allowed = make_widget().open(host_page)
        allowed.ask(PSYCHIATRY, FOUR_YEARS)
        assert allowed.errors == []
