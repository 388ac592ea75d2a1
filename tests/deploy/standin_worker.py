"""A worker that tells what it was asked, as a process to be killed: python standin_worker.py PORT [SECONDS]."""

from __future__ import annotations

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Worker(BaseHTTPRequestHandler):
    """Answers everything with what came; SECONDS later, if any are given."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        """Tells port, path, headers and length of a request."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        time.sleep(float(sys.argv[2]) if len(sys.argv) > 2 else 0)
        told = {
            "worker": self.server.server_port,  # type: ignore[attr-defined]
            "path": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "bytes": len(body),
        }
        sent = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(sent)))
        self.send_header("X-Request-ID", "the worker's own")
        self.end_headers()
        self.wfile.write(sent)

    do_GET = do_POST = answer

    def log_message(self, *given: object) -> None:
        """Prints nothing."""


if __name__ == "__main__":
    ThreadingHTTPServer.request_queue_size = 128
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Worker).serve_forever()
