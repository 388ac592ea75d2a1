"""What browsers are told of every answer."""

from __future__ import annotations

import pytest
import requests
from on_loopback import Running

from medpath.serving.safe_headers import SAFE

TIMEOUT = 60
EVERYWHERE = ("Cross-Origin-Opener-Policy", "Permissions-Policy", "X-Content-Type-Options")


@pytest.mark.parametrize(
    "path",
    ["/health", "/metrics", "/nothing", "/webhooks/rest/", "/webhooks/rest/webhook", "/webhooks/web/messages",
     "/webhooks/web/nothing", "/widget/nothing.js", "/webhook"],
)  # fmt: skip
@pytest.mark.parametrize("server", ["rasa", "actions"])
def test_an_answer_for_programs_is_no_page(medpath_running: Running, server: str, path: str) -> None:
    """Opened in a browser it loads nothing, runs nothing and stands in no frame; errors are no exception."""
    for method in ("GET", "POST", "OPTIONS"):
        port = getattr(medpath_running.ports, server)
        answer = requests.request(method, f"http://127.0.0.1:{port}{path}", timeout=TIMEOUT)
        told = {name: answer.headers.get(name) for name in SAFE}
        assert told == SAFE, method


def test_the_demo_page_may_be_framed_by_its_own_site(medpath_running: Running) -> None:
    """And asks for nothing of the device either."""
    page = requests.get(medpath_running.url, timeout=TIMEOUT)
    assert page.status_code == 200
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert {name: page.headers[name] for name in EVERYWHERE} == {name: SAFE[name] for name in EVERYWHERE}


def test_other_sites_may_load_the_widget(medpath_running: Running) -> None:
    """That is what it is for."""
    script = requests.get(f"{medpath_running.url}/widget.js", timeout=TIMEOUT)
    assert script.status_code == 200
    assert script.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert script.headers["Access-Control-Allow-Origin"] == "*"
    assert script.headers["X-Content-Type-Options"] == "nosniff"
