"""The action server as others on the machine meet it: it works for its own Rasa server alone."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from on_loopback import REPOSITORY, Running
from raw_requests import ANSWER, QUESTION, TIMEOUT, call_action, secret_of_actions

from medpath.channels.incoming import LONGEST_MESSAGE
from medpath.serving.action_app import LARGEST_BODY
from medpath.serving.launcher import free_ports
from medpath.serving.shared_secret import HEADER, VARIABLE, is_known, secret_for_children

START_SECONDS = 60.0
MARK = "what-nobody-else-may-read"


def _post(medpath: Running, body: bytes, **headers: str) -> requests.Response:
    own = {HEADER: secret_of_actions(medpath), "Content-Type": "application/json"}
    url = f"http://127.0.0.1:{medpath.ports.actions}/webhook"
    return requests.post(url, data=body, headers={**own, **headers}, timeout=TIMEOUT)


@pytest.mark.parametrize("secret", ["", "x", "0" * 64])
def test_without_the_secret_no_action_runs(medpath_running: Running, secret: str) -> None:
    """Neither a page nor another program on the machine has it."""
    refused = call_action(medpath_running, QUESTION, **{HEADER: secret})
    assert refused.status_code == 401
    assert ANSWER not in refused.text


def test_each_start_has_a_secret_of_its_own(medpath_running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made by the launcher, once for both servers and whoever is started again; the environment may give one."""
    assert len(secret_of_actions(medpath_running)) == 64
    assert secret_for_children() == secret_for_children()
    monkeypatch.setenv(VARIABLE, "given")
    assert secret_for_children() == {VARIABLE: "given"}
    assert is_known("given")
    assert not is_known("another")
    assert not is_known(None)


def test_by_hand_no_secret_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever starts the parts one by one need not agree upon one."""
    monkeypatch.delenv(VARIABLE, raising=False)
    assert is_known(None)


def test_no_other_page_is_let_in(medpath_running: Running) -> None:
    """Browsers are told of no permission, neither for a call nor before one."""
    url = f"http://127.0.0.1:{medpath_running.ports.actions}/webhook"
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for answer in (
        requests.options(url, headers=asked, timeout=TIMEOUT),
        call_action(medpath_running, QUESTION, Origin="https://evil.example"),
    ):
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize(
    "call",
    [
        MARK,
        [MARK],
        {"next_action": "action_answer"},
        {"next_action": 7, "tracker": {}},
        {"next_action": "action_answer", "tracker": MARK},
        {"next_action": "action_answer", "tracker": {"latest_message": MARK}},
        {"next_action": "action_answer", "tracker": {"latest_message": {"text": [MARK]}}},
        {"next_action": MARK, "tracker": {"sender_id": MARK}},
        {
            "next_action": "action_answer",
            "tracker": {"sender_id": MARK, "slots": 7, "latest_message": {"text": "a"}},
        },
    ],
    ids=str,
)
def test_an_error_does_not_give_the_call_back(medpath_running: Running, call: Any) -> None:
    """What was sent may be of a person; whoever reads errors is not to see it."""
    refused = _post(medpath_running, json.dumps(call).encode())
    assert 400 <= refused.status_code < 600
    assert set(refused.json()) == {"error"}
    assert MARK not in refused.text


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"\xff\xfe", b"null", b"9" * 5000])
def test_what_is_no_call_is_refused(medpath_running: Running, body: bytes) -> None:
    """As the sender's fault, not as a failure."""
    assert _post(medpath_running, body).status_code == 400


def test_nothing_is_unpacked(medpath_running: Running) -> None:
    """Some bytes could become gigabytes."""
    packed = zlib.compress(b" " * 50_000_000)
    for kind in ("deflate", "gzip", "br"):
        assert _post(medpath_running, packed, **{"Content-Encoding": kind}).status_code == 415


def test_large_calls_are_refused(medpath_running: Running) -> None:
    """Before they are read as a whole."""
    assert _post(medpath_running, b" " * (LARGEST_BODY + 1)).status_code == 413
    assert _post(medpath_running, b" " * (20 * LARGEST_BODY)).status_code == 413


def test_a_long_text_is_refused_before_anything_is_done_with_it(medpath_running: Running) -> None:
    """No channel lets one through; searched, 200,000 characters would keep everybody waiting."""
    began = time.monotonic()
    assert call_action(medpath_running, "a word " * (200_000 // 7)).status_code == 413
    assert time.monotonic() - began < TIMEOUT / 3
    assert call_action(medpath_running, "x" * LONGEST_MESSAGE).status_code == 200


@pytest.mark.parametrize("command", [["rasa", "run", "actions"], ["python", "-m", "rasa_sdk", "--actions", "actions"]])
def test_rasas_own_command_starts_the_guarded_server(command: list[str]) -> None:
    """It asks for the secret, lets no page of the web in, listens on loopback, and ends without a traceback."""
    program, *arguments = command
    port = free_ports().actions
    started = subprocess.Popen(
        [Path(sys.executable).with_name(program), *arguments, "--port", str(port)],
        cwd=REPOSITORY,
        env={**os.environ, VARIABLE: MARK},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with started:
        try:
            _wait_until_up(started, port)
            url = f"http://127.0.0.1:{port}/webhook"
            page = requests.options(url, headers={"Origin": "https://elsewhere.example"}, timeout=TIMEOUT)
            assert "access-control-allow-origin" not in page.headers
            assert requests.post(url, json={}, timeout=TIMEOUT).status_code == 401
            assert requests.post(url, json={}, headers={HEADER: MARK}, timeout=TIMEOUT).status_code == 400
            listening = psutil.Process(started.pid).connections(kind="inet")
            assert {one.laddr.ip for one in listening if one.status == psutil.CONN_LISTEN} == {"127.0.0.1"}
        finally:
            started.send_signal(signal.SIGINT)
            printed, _ = started.communicate(timeout=TIMEOUT)
    assert started.returncode == 0
    assert "Traceback" not in printed


def _wait_until_up(process: subprocess.Popen[str], port: int) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        with contextlib.suppress(requests.ConnectionError):
            if requests.get(f"http://127.0.0.1:{port}/health", timeout=TIMEOUT).ok:
                return
        time.sleep(0.2)
    raise AssertionError("the action server did not come up")
