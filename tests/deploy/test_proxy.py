"""The proxy in front of everything, by the real nginx and stand-ins for the workers."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from checked import check, found
from proxied import OWN, PLAIN, SECURE, Proxy, Workers, free_port, lay_out, proxy
from rendered import of_kind

PUBLIC = ("/", "/widget.js", "/widget/chat.js", "/webhooks/web/sessions", "/webhooks/slack/events")
HIDDEN = (
    "/health",
    "/metrics",
    "/webhooks/rest/webhook",
    "/webhooks/rest/",
    "/webhook",
    "/conversations/a/tracker",
    "/webhooks/slack/events/more",
    "/webhooks/web/../rest/webhook",
    "/webhooks/web/%2e%2e/rest/webhook",
    "//health",
    "/up",
)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    started = Workers()
    started.add()
    started.add()
    yield started
    started.end()


@pytest.fixture(scope="module")
def door(workers: Workers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with proxy(tmp_path_factory.mktemp("nginx"), workers.ports) as running:
        yield running


def told(door: Proxy, path: str, **request: Any) -> dict[str, Any]:
    """What a worker says of a request that went through the door."""
    answer = door.ask(path, **request)
    assert answer.status == 200, answer.body
    content = json.loads(answer.body)
    assert isinstance(content, dict)
    return content


def test_gixy_finds_nothing(tmp_path: Path) -> None:
    """The configuration has none of the known holes. The host is passed on as it came: Medpath itself checks it."""
    lay_out(tmp_path, {name: free_port() for name in (PLAIN, SECURE, OWN)}, [5005], {})
    check("gixy", "--skips", "host_spoofing", tmp_path / "conf" / "nginx.conf")


@pytest.mark.parametrize("path", PUBLIC)
def test_what_is_public_is_passed_on(door: Proxy, path: str) -> None:
    """The page, the widget and the channels of web and Slack reach a worker, queries included."""
    assert told(door, f"{path}?before=3")["path"] == f"{path}?before=3"


@pytest.mark.parametrize("path", HIDDEN)
def test_what_is_not_public_is_not_there(door: Proxy, path: str) -> None:
    """Health, metrics and the channel without tokens are for the inside, whatever way their address is written."""
    assert door.ask(path).status == 404


def test_ingress_leads_where_the_proxy_does() -> None:
    """Kubernetes' ingress and the proxy of the compose file show the public the same."""
    (ingress,) = of_kind("Ingress").values()
    paths = {entry["path"]: entry["pathType"] for entry in ingress["spec"]["rules"][0]["http"]["paths"]}
    shown = [path for path in PUBLIC if any(_leads(path, *entry) for entry in paths.items())]
    assert shown == list(PUBLIC)
    plain = [path for path in HIDDEN if ".." not in path and "%" not in path]
    assert [path for path in plain if any(_leads(path, *entry) for entry in paths.items())] == []


def _leads(path: str, listed: str, kind: str) -> bool:
    return path == listed if kind == "Exact" else path.startswith(listed)


def test_plain_http_is_sent_to_https(door: Proxy) -> None:
    """A message that was posted without TLS is posted again with it, and nothing is answered without."""
    answer = door.ask("/webhooks/web/messages?a=1", body=b"{}", port=PLAIN)
    assert answer.status == 308
    assert answer.headers["location"] == "https://localhost/webhooks/web/messages?a=1"


@pytest.mark.parametrize("path", ["/", "/health"])
def test_browsers_are_told_to_stay_with_tls(door: Proxy, path: str) -> None:
    """For a year, with whatever they were answered."""
    assert door.ask(path).headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize(("version", "taken"), [("TLSv1_1", False), ("TLSv1_2", True), ("TLSv1_3", True)])
def test_old_tls_is_refused(door: Proxy, version: str, taken: bool) -> None:
    """TLS before 1.2 is broken."""
    context = ssl.create_default_context(cafile=str(door.certificate))
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion[version]
    with socket.create_connection(("127.0.0.1", door.ports[SECURE]), 5) as plain:
        try:
            with context.wrap_socket(plain, server_hostname="localhost"):
                assert taken
        except (ssl.SSLError, ConnectionResetError):
            assert not taken


def test_http_2_is_spoken(door: Proxy) -> None:
    """A page with many files loads over one connection."""
    curl = found("curl", "apt-get install curl")
    command = [curl, "-sS", "--http2", "--cacert", str(door.certificate), "-o", "/dev/null", "-w", "%{http_version}"]
    assert subprocess.run([*command, f"{door.url}/"], capture_output=True, text=True, check=True).stdout == "2"


def test_a_caller_cannot_say_where_he_comes_from(door: Proxy) -> None:
    """The one address that Medpath counts by is that of the connection; the host, port and all, is the caller's."""
    lies = {"X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9", "Forwarded": "for=203.0.113.9"}
    headers = told(door, "/webhooks/web/messages", headers=lies)["headers"]
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert headers["host"] == f"localhost:{door.ports[SECURE]}"
    assert "203.0.113.9" not in str(headers)


def test_a_proxy_in_front_is_believed_where_it_is_named(workers: Workers, tmp_path: Path) -> None:
    """Behind a load balancer the visitor is the one that it names, by the two lines of docs/deploying.md."""
    upstream = "include medpath/upstream.conf;"
    lines = f"set_real_ip_from 127.0.0.0/8; real_ip_header X-Forwarded-For; {upstream}"
    with proxy(tmp_path, workers.ports, {upstream: lines}) as door:
        headers = told(door, "/webhooks/web/messages", headers={"X-Forwarded-For": "192.0.2.1, 203.0.113.9"})["headers"]
    assert headers["x-forwarded-for"] == "203.0.113.9"


def test_a_request_has_one_id_everywhere(door: Proxy) -> None:
    """What a person is told, what the worker logs and what the proxy logs is the same id, and not the caller's."""
    answer = door.ask("/webhooks/web/messages", headers={"X-Request-ID": "mine"})
    passed_on = json.loads(answer.body)["headers"]["x-request-id"]
    assert answer.headers["x-request-id"] == passed_on
    assert len(passed_on) == 32
    assert f'"request_id":"{passed_on}"' in door.log()


def test_the_log_tells_of_nobody(door: Proxy) -> None:
    """No full address, no query and no page that somebody came from."""
    door.ask("/webhooks/web/plan.svg?answer_to=private", headers={"Referer": "https://private.example/"})
    line = json.loads(door.log().splitlines()[-1])
    assert (line["network"], line["path"], line["status"]) == ("127.0.0.0", "/webhooks/web/plan.svg", 200)
    assert "private" not in door.log()


@pytest.mark.parametrize(("path", "most"), [("/webhooks/web/messages", 2**16), ("/webhooks/slack/events", 2**20)])
def test_too_large_a_body_is_refused(door: Proxy, path: str, most: int) -> None:
    """It reaches no worker, and a page is told in the form that it knows."""
    assert told(door, path, body=b"x" * most)["bytes"] == most
    answer = door.ask(path, body=b"x" * (most + 1))
    assert answer.status == 413
    assert json.loads(answer.body)["error"]["code"] == "too_long"
    assert answer.headers["content-type"] == "application/json"


def test_requests_are_shared_out(door: Proxy, workers: Workers) -> None:
    """One visitor's requests go to all workers, which share what they know."""
    asked = Counter(told(door, "/webhooks/web/messages")["worker"] for _ in range(20))
    assert set(asked) == set(workers.ports)


def test_connections_to_workers_are_kept(door: Proxy) -> None:
    """A connection for each request would cost a turn more than the proxy does."""
    assert "close" not in told(door, "/webhooks/web/messages")["headers"].get("connection", "")


def test_a_crowd_from_one_address_is_slowed_down(workers: Workers, tmp_path: Path) -> None:
    """More than a school sends is refused in the form that a page knows, with the time to wait."""
    with proxy(tmp_path, workers.ports, {"burst=500": "burst=5", "rate=100r/s": "rate=1r/s"}) as door:
        answers = [door.ask("/webhooks/web/messages") for _ in range(10)]
    refused = [answer for answer in answers if answer.status == 429]
    assert 0 < len(refused) < 10
    assert json.loads(refused[0].body)["error"]["code"] == "too_fast"
    assert refused[0].headers["retry-after"] == "5"
    assert refused[0].headers["strict-transport-security"]


def test_nobody_notices_that_a_worker_dies(tmp_path: Path) -> None:
    """What was asked of a worker that is killed in the middle is answered by another, messages included."""
    workers = Workers()
    try:
        workers.add(0.05)
        workers.add(0.05)
        with proxy(tmp_path, workers.ports) as door:
            statuses = _crowd(door, seconds=2.0, meanwhile=workers.processes[0].kill)
    finally:
        workers.end()
    assert len(statuses) > 50
    assert set(statuses) == {200}


def _crowd(door: Proxy, seconds: float, meanwhile: Any) -> list[int]:
    """The statuses of what eight visitors post for some seconds, while something happens in the middle."""
    statuses: list[int] = []
    end = time.monotonic() + seconds

    def visit() -> None:
        while time.monotonic() < end:
            statuses.append(door.ask("/webhooks/web/messages", body=b"{}").status)

    visitors = [threading.Thread(target=visit) for _ in range(8)]
    for visitor in visitors:
        visitor.start()
    time.sleep(seconds / 2)
    meanwhile()
    for visitor in visitors:
        visitor.join()
    return statuses


def test_without_workers_a_page_is_told_to_come_again(tmp_path: Path) -> None:
    """The widget keeps what was typed and sends it again."""
    with proxy(tmp_path, [free_port(), free_port()]) as door:
        answer = door.ask("/webhooks/web/messages", body=b"{}")
    assert (answer.status, json.loads(answer.body)["error"]["code"]) == (503, "busy")
    assert answer.headers["retry-after"] == "5"


def test_a_worker_that_hangs_is_not_waited_for_without_end(tmp_path: Path) -> None:
    """With a fortieth of the times that are configured: the person is told, and no other worker is asked again."""
    workers = Workers()
    try:
        workers.add(30)
        workers.add(30)
        times = {"proxy_read_timeout 90s": "proxy_read_timeout 2s", "timeout 20s": "timeout 500ms"}
        with proxy(tmp_path, workers.ports, times) as door:
            began = time.monotonic()
            answer = door.ask("/webhooks/web/messages", body=b"{}")
            waited = time.monotonic() - began
    finally:
        workers.end()
    assert answer.status == 503
    assert 2 <= waited < 3.5


def test_a_slow_sender_is_let_go(workers: Workers, tmp_path: Path) -> None:
    """Whoever sends a letter an hour holds no connection for long."""
    with proxy(tmp_path, workers.ports, {"client_header_timeout 10s": "client_header_timeout 1s"}) as door:
        context = ssl.create_default_context(cafile=str(door.certificate))
        with (
            socket.create_connection(("127.0.0.1", door.ports[SECURE]), 10) as plain,
            context.wrap_socket(plain, server_hostname="localhost") as secure,
        ):
            secure.sendall(b"GET / HT")
            began = time.monotonic()
            assert secure.recv(1000) == b""
            assert time.monotonic() - began < 3


def test_the_proxy_tells_that_it_is_up_to_itself_alone(door: Proxy) -> None:
    """The health check of the container asks on a port that nobody else reaches."""
    assert door.ask("/up", port=OWN).status == 204
