"""What browsers are told of every answer, where it does not say otherwise itself (docs/security.md)."""

from __future__ import annotations

from sanic import Sanic
from sanic.request import Request
from sanic.response import BaseHTTPResponse

# An answer that is opened as a page loads and runs nothing, stands in no frame and asks for nothing of the device.
SAFE = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def add_safe_headers(app: Sanic) -> None:
    """Adds them to all answers of a server, refusals and failures too."""

    def add(request: Request, answer: BaseHTTPResponse) -> None:
        for name, value in SAFE.items():
            answer.headers.setdefault(name, value)

    app.register_middleware(add, "response")
