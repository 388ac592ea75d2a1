"""The real nginx in front of the real Medpath."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from on_loopback import make_project, started
from proxied import Answer, Proxy, proxy

from medpath.serving.launcher import free_ports

pytestmark = pytest.mark.slow

# New conversations of one address a minute, in place of 600.
SESSIONS = 3


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """A proxy before a Medpath that takes the proxy's word for who asks."""
    project, ports = make_project(tmp_path_factory.mktemp("medpath")), free_ports()
    credentials = project.root / "credentials.yml"
    text = credentials.read_text()
    credentials.unlink()  # a link to the repository's
    credentials.write_text(text.replace("sessions_per_minute: 600", f"sessions_per_minute: {SESSIONS}"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SANIC_PROXIES_COUNT", "1")
        with started(project, ports), proxy(tmp_path_factory.mktemp("nginx"), [ports.rasa]) as running:
            yield running


def begin(door: Proxy, source: str) -> Answer:
    return door.ask("/webhooks/web/sessions", body=b"", source=source)


def test_a_visitor_is_answered(door: Proxy) -> None:
    """From the page over the first session to an answer and the history, nothing of it kept by anybody on the way."""
    page = door.ask("/")
    assert page.status == 200
    assert b"widget.js" in page.body
    session = begin(door, "127.0.0.1")
    assert session.status == 201
    bearer = {"Authorization": f"Bearer {json.loads(session.body)['session']['token']}"}
    asked = json.dumps({"id": "a1", "text": "When is Match Day?"}).encode()
    answer = door.ask("/webhooks/web/messages", body=asked, headers=bearer)
    (reply,) = json.loads(answer.body)["replies"]
    assert reply["kind"] == "answer"
    assert "Match Day" in reply["body"]
    history = door.ask("/webhooks/web/messages", headers=bearer)
    assert [message["from"] for message in json.loads(history.body)["messages"]] == ["person", "medpath"]
    for sent in (session, answer, history):
        assert sent.headers["cache-control"] == "no-store"
        assert sent.headers["strict-transport-security"]


def test_visitors_are_told_apart_by_their_address(door: Proxy) -> None:
    """One address that begins too many conversations is refused, and the next visitor is not."""
    statuses = [begin(door, "127.0.0.2").status for _ in range(SESSIONS + 1)]
    assert statuses == [201] * SESSIONS + [429]
    assert begin(door, "127.0.0.3").status == 201


def test_health_is_not_for_the_public(door: Proxy) -> None:
    """A worker's health is a whole turn, which strangers are not to ask for."""
    assert door.ask("/health").status == 404
