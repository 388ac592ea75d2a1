"""The settings of the web channel: what credentials.yml and the environment say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlsplit

from medpath.errors import SetupError

ORIGINS = "MEDPATH_WEB_ORIGINS"
WHERE = "credentials.yml, medpath.channels.web.channel.WebChannel"
LONGEST_TURN = 45
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class WebSettings:
    """Which other sites may ask, and how often and how long a visitor may."""

    allowed_origins: frozenset[str] = frozenset()
    messages_per_minute: int = 20
    histories_per_minute: int = 60
    sessions_per_minute: int = 600
    address_requests_per_minute: int = 6000
    turn_seconds: int = 25


def read_settings(credentials: Mapping[str, Any] | None, more_origins: str | None) -> WebSettings:
    """The settings of the channel; raises SetupError, with the name of what is wrong."""
    given = dict(credentials or {})
    listed = given.pop("allowed_origins", None) or []
    if not isinstance(listed, list):
        raise SetupError(f'{WHERE}: allowed_origins must be a list such as ["https://school.example"].')
    origins = [_origin(entry, f"{WHERE}: allowed_origins") for entry in listed]
    origins += [_origin(entry, ORIGINS) for entry in (more_origins or "").split(",") if entry.strip()]
    return WebSettings(frozenset(origins), **{name: _number(name, value) for name, value in given.items()})


def plain_origin(text: str) -> str | None:
    """An origin such as https://school.example as browsers write it; None if the text is none."""
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or parts.username is not None:
        return None
    if parts.path not in ("", "/") or parts.query or parts.fragment or "*" in parts.netloc:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, DEFAULT_PORTS[parts.scheme]) else "")


def _origin(entry: Any, where: str) -> str:
    origin = plain_origin(entry) if isinstance(entry, str) else None
    if origin is None:
        raise SetupError(f"{where}: {entry!r} is no origin. Write each as https://school.example, without path or *.")
    return origin


def _number(name: str, value: Any) -> int:
    known = [entry.name for entry in fields(WebSettings)]
    if name not in known:
        raise SetupError(f"{WHERE}: {name} is no setting. There are: {', '.join(known)}.")
    most = LONGEST_TURN if name == "turn_seconds" else 1_000_000
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise SetupError(f"{WHERE}: {name} is {value!r}. It must be a whole number from 1 to {most}.")
    return value
