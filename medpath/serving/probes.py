"""Asks each server for a real turn, to see that it works and not only that its process lives."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field

PROBE = "medpath-probe"
FULL = 503


@dataclass(frozen=True)
class Probe:
    """A request that a healthy server answers with status 200, or 503 where it holds as many connections as it may.

    With a body it is a POST.
    """

    url: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def succeeds(self, seconds: float) -> bool:
        """Whether the server answers as it should within some seconds."""
        request = urllib.request.Request(self.url, self.body, dict(self.headers))  # noqa: S310 (on this machine)
        try:
            with urllib.request.urlopen(request, timeout=seconds) as response:  # noqa: S310
                return bool(response.status == 200)
        except urllib.error.HTTPError as error:
            return error.code == FULL
        except (OSError, http.client.HTTPException, ValueError):
            return False


def probe_of_rasa(port: int) -> Probe:
    """Asks the Rasa server for a turn that needs nothing but itself (serving/health.py)."""
    return Probe(f"http://127.0.0.1:{port}/health")


def probe_of_actions(port: int, secret: Mapping[str, str]) -> Probe:
    """Asks the action server a question, as the Rasa server does, with the headers that hold their secret."""
    call = {
        "next_action": "action_answer",
        "sender_id": PROBE,
        "tracker": {"sender_id": PROBE, "slots": {}, "latest_message": {"text": "When is Match Day?"}, "events": []},
        "domain": {},
    }
    headers = {"Content-Type": "application/json", **secret}
    return Probe(f"http://127.0.0.1:{port}/webhook", json.dumps(call).encode(), headers)
