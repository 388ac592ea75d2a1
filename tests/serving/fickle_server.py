"""A server of a few lines that lives as long as its plan says: python -m fickle_server PORT, with PLAN and STATE set.

The plan holds a word for each start: "well" serves, "mute" takes requests and answers none, "dead" ends at once.
"""

from __future__ import annotations

import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


class Handler(BaseHTTPRequestHandler):
    """Answers everything with 200, or not at all."""

    mute = False

    def do_GET(self) -> None:
        if self.mute:
            threading.Event().wait()
        self.send_response(200)
        self.end_headers()


def main() -> None:
    starts = Path(os.environ["STARTS"])
    number = len(starts.read_text()) if starts.exists() else 0
    starts.write_text("x" * (number + 1))
    plan = os.environ["PLAN"].split()
    word = plan[min(number, len(plan) - 1)]
    print(f"start {number + 1}: {word}", flush=True)
    if word == "dead":
        sys.exit(7)
    Handler.mute = word == "mute"
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()


if __name__ == "__main__":
    main()
