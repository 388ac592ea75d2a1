"""Whatever is sent to whichever address of both servers: no failure, no traceback, nothing given back, and all goes on.

The web channel's own addresses are asked so in tests/channels/test_web_api.py, Slack's with its signature in
tests/slack/test_slack_any_request.py, and requests that are none in tests/serving/test_malformed_requests.py.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from on_loopback import Conversation, Running

from medpath.serving.shared_secret import HEADER, VARIABLE

TIMEOUT = 60
MARK = "narwhal-of-the-tests"
TELLTALE = ("Traceback", 'File "', "site-packages", "line ", "Exception")
SERVERS = ("Rasa server", "action server")
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "CONNECT", "NARWHAL")
BOUNDED = settings(max_examples=12, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))

schema = schemathesis.openapi.from_path(Path(__file__).with_name("addresses.yml"))


@pytest.fixture(scope="module")
def medpath(medpath_running: Running) -> Iterator[Running]:
    """A Medpath that is as healthy after the tests as before, in the same processes."""
    before = [service.process.pid for service in medpath_running.services]
    yield medpath_running
    assert [service.process.pid for service in medpath_running.services] == before
    assert all(service.answers(10.0) for service in medpath_running.services)
    assert "Match Day" in Conversation(medpath_running.url).ask("When is Match Day?").text


def url_of(medpath: Running, server: str) -> str:
    return medpath.url if server == "Rasa server" else f"http://127.0.0.1:{medpath.ports.actions}"


def secret_of(medpath: Running) -> dict[str, str]:
    """What a call of the Rasa server carries."""
    return {HEADER: psutil.Process(medpath.service("action server").process.pid).environ()[VARIABLE]}


def check(answer: requests.Response | schemathesis.Response) -> None:
    """No failure, and no word on what is inside."""
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert not [word for word in TELLTALE if word in answer.text]


@schema.parametrize()
@BOUNDED
@pytest.mark.parametrize("server", SERVERS)
def test_nothing_makes_a_server_fail(case: schemathesis.Case, medpath: Running, server: str) -> None:
    """Each address is asked at both servers, as it is meant and otherwise."""
    check(case.call(base_url=url_of(medpath, server), timeout=TIMEOUT))


@schema.include(path="/webhook").parametrize()
@BOUNDED
def test_nothing_makes_an_action_fail(case: schemathesis.Case, medpath: Running) -> None:
    """Who has the secret is the Rasa server; its calls may hold whatever a person writes."""
    check(case.call(base_url=url_of(medpath, "action server"), headers=secret_of(medpath), timeout=TIMEOUT))


@pytest.mark.slow
@schema.parametrize()
@LONG
@pytest.mark.parametrize("server", SERVERS)
def test_nothing_makes_a_server_fail_for_long(case: schemathesis.Case, medpath: Running, server: str) -> None:
    """The same with other requests each time, and many more."""
    check(case.call(base_url=url_of(medpath, server), headers=secret_of(medpath), timeout=TIMEOUT))


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize(
    "method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "CONNECT", "NARWHAL"]
)
@pytest.mark.parametrize(
    "path",
    [f"/{MARK}", f"/health/{MARK}", f"/webhooks/{MARK}", f"/webhooks/rest/{MARK}", "/webhooks/rest/webhook",
     f"/webhooks/web/{MARK}", "/webhooks/web/messages", f"/widget/{MARK}.js", "/metrics", "/webhook", "/model",
     "/webhooks/slack/events"],
)  # fmt: skip
def test_a_refusal_gives_nothing_back(medpath: Running, server: str, method: str, path: str) -> None:
    """What was asked may be of a person, or made to be read by one."""
    answer = requests.request(
        method,
        f"{url_of(medpath, server)}{path}?{MARK}={MARK}",
        data=f'{{"{MARK}": "<script>{MARK}</script>"}}',
        headers={"Authorization": f"Bearer {MARK}", "X-Request-ID": f"<{MARK}>", "Cookie": MARK, "User-Agent": MARK},
        timeout=TIMEOUT,
    )
    check(answer)
    if answer.status_code >= 400:
        assert MARK not in answer.text
        assert not [value for value in answer.headers.values() if MARK in value]


@pytest.mark.parametrize("path", ["/model", "/model/parse", "/model/train", "/domain", "/status", "/version",
                                  "/conversations/x/tracker", "/conversations/x/execute", "/webhooks/callback/webhook",
                                  "/webhooks/socketio/"])  # fmt: skip
def test_rasas_own_api_is_off(medpath: Running, path: str) -> None:
    """By it anybody could load a model, which is code, or read conversations."""
    for method in ("GET", "POST", "PUT"):
        assert requests.request(method, medpath.url + path, json={}, timeout=TIMEOUT).status_code == 404


WHOLE = (
    b"POST /webhooks/rest/webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\
Content-Length: 40\r\n\r\n"
    + b'{"sender": "fuzz", "message": "thanks"} '
)


@pytest.mark.parametrize("server", SERVERS)
@BOUNDED
@given(
    places=st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=6),
    length=st.integers(1, len(WHOLE)),
)
def test_damaged_bytes_are_refused_or_answered(
    medpath: Running, server: str, places: list[tuple[int, int]], length: int
) -> None:
    """A request with some bytes changed, and perhaps without its end; the sender hangs up after a moment."""
    sent = bytearray(WHOLE)
    for place, byte in places:
        sent[place] = byte
    port = medpath.ports.rasa if server == "Rasa server" else medpath.ports.actions
    with closing(socket.create_connection(("127.0.0.1", port), TIMEOUT)) as connection:
        connection.sendall(bytes(sent[:length]))
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert not answer or answer.startswith(b"HTTP/1.1 ")
    assert not answer.startswith(b"HTTP/1.1 5")
    assert b"Traceback" not in answer
