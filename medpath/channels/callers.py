"""Who sends a request: by which name he calls this server, from which page, and from which address."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from sanic.request import Request

from medpath.channels.web.refusals import wrong_host, wrong_origin
from medpath.channels.web.settings import plain_origin
from medpath.errors import SetupError
from medpath.serving.http.connections import address_of

HOSTS = "MEDPATH_HOSTS"
NO_SITE = "null"


def read_hosts(environment: Mapping[str, str]) -> frozenset[str]:
    """The names besides loopback's that this server is called by; raises SetupError for what is no name."""
    entries = [entry.strip() for entry in environment.get(HOSTS, "").split(",") if entry.strip()]
    for entry in entries:
        if _name(entry) != entry.lower():
            raise SetupError(f"{HOSTS}: {entry!r} is no host. Write each as chat.school.example, without port or *.")
    return frozenset(entry.lower() for entry in entries)


def check_host(request: Request, hosts: frozenset[str]) -> None:
    """Raises the Refusal `wrong_host` for a request to a name that is not ours.

    A page can have its own name point to this machine and then counts as ours to the browser (DNS rebinding); the name
    is what tells.
    """
    given = request.headers.get("host")
    name = _name(given) if given is not None else "localhost"  # HTTP/1.0, which no browser speaks
    if name is None or not (name in hosts or _is_loopback(name)):
        raise wrong_host()


def other_origin(request: Request) -> str | None:
    """The other site that a request comes from, as browsers write it; None if it comes from none.

    `null` stands for anything that is no website: a file, a sandbox, an extension.
    """
    given = request.headers.get("origin")
    if given is None:
        return None
    origin = plain_origin(given)
    if origin is None or not origin.isascii():
        return NO_SITE
    # A proxy that ends TLS passes the host on, but not the scheme.
    scheme = origin.partition("://")[0]
    return None if origin == plain_origin(f"{scheme}://{request.headers.get('host', '')}") else origin


def check_origin(request: Request, allowed: frozenset[str]) -> None:
    """Raises the Refusal `wrong_origin` for a page of another site that is not allowed."""
    origin = other_origin(request)
    if origin is not None and origin not in allowed:
        raise wrong_origin(None if origin == NO_SITE else origin)


def caller_address(request: Request) -> str:
    """What counts as the address of whoever asks: behind a proxy the one that it names."""
    return address_of(request.remote_addr or request.ip)


def _name(host: str) -> str | None:
    """The name in a Host header, without port; None if there is none."""
    try:
        parts = urlsplit(f"//{host}")
        parts.port  # noqa: B018 (raises for a port that is none)
    except ValueError:
        return None
    if parts.username is not None or parts.path or parts.query or parts.fragment or "*" in host:
        return None
    return (parts.hostname or "").rstrip(".") or None


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
