"""GET /metrics of both servers, for Prometheus alone: with a token, or from this machine."""

from __future__ import annotations

import hmac
import ipaddress
import os
from collections.abc import Mapping

from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from medpath.channels.callers import check_host
from medpath.channels.web.refusals import Refusal
from medpath.errors import SetupError
from medpath.observing.registry import METRICS_TYPE, exposition

TOKEN = "MEDPATH_METRICS_TOKEN"  # noqa: S105 (the name of the variable that holds it)
SHORTEST_TOKEN = 16
# A proxy on this machine passes on what strangers ask, and says so; so does a page that has itself asked.
OF_OTHERS = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "origin")
ASK_FROM_HERE = f"Metrics are for this machine alone. With {TOKEN} set they are for whoever sends it as a bearer token."
ASK_WITH_IT = "Send the token of the metrics: Authorization: Bearer …"


def add_metrics(app: Sanic) -> None:
    """Adds the route; raises SetupError for a token in the environment that is too short."""
    token = read_metrics_token(os.environ)

    async def metrics(request: Request) -> HTTPResponse:
        if token and not _has_token(request, token):
            return response.json({"error": ASK_WITH_IT}, 401, headers={"WWW-Authenticate": "Bearer"})
        if not token and not _is_from_here(request):
            return response.json({"error": ASK_FROM_HERE}, 403)
        return response.raw(exposition(), content_type=METRICS_TYPE)

    app.add_route(metrics, "/metrics", {"GET"}, name="metrics")


def read_metrics_token(environment: Mapping[str, str]) -> str:
    """The token that the environment names, empty if there is none; raises SetupError."""
    token = environment.get(TOKEN, "").strip()
    if token and len(token) < SHORTEST_TOKEN:
        raise SetupError(
            f"{TOKEN} is {len(token)} characters long. It must have at least {SHORTEST_TOKEN}; "
            "make one with: openssl rand -hex 32"
        )
    return token


def _has_token(request: Request, token: str) -> bool:
    given = request.headers.get("authorization", "")
    return hmac.compare_digest(given.encode("utf-8", "replace"), f"Bearer {token}".encode())


def _is_from_here(request: Request) -> bool:
    """Whether a program of this machine asks by loopback's own name, and no proxy or page stands between."""
    try:
        check_host(request, frozenset())
        is_here = ipaddress.ip_address(request.ip).is_loopback
    except (Refusal, ValueError):
        return False
    return is_here and not any(name in request.headers for name in OF_OTHERS)
