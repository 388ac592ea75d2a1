"""Which language model is asked, and within which bounds: environment, or part `language_model` of endpoints.yml."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from medpath.endpoints import FILE, read_part
from medpath.errors import SetupError
from medpath.project import Project

PART = "language_model"
PREFIX = "MEDPATH_LLM_"
URL, MODEL, KEY = f"{PREFIX}URL", f"{PREFIX}MODEL", f"{PREFIX}KEY"
OFF = f"No language model is asked (set {URL} and {MODEL} to have one; see docs/language-model.md)."
# Names that no public host has; what is asked of them stays in the operator's own network.
OWN_ENDINGS = (".local", ".internal", ".lan", ".home.arpa", ".svc")
LONGEST_SECONDS = 15.0


@dataclass(frozen=True)
class ModelSettings:
    """An OpenAI-compatible address with its model and key, and the bounds of its use.

    `seconds` is how long a person waits for it. It is not asked where the local replies are as sure as `sure`
    (above 1: it is asked always), nor more than `turns_per_minute` times; `most_tokens` is how long its answer may be.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    seconds: float = 4.0
    sure: float = 0.995
    turns_per_minute: int = 120
    most_tokens: int = 400


def read_model_settings(project: Project, environment: Mapping[str, str]) -> ModelSettings | None:
    """The settings, None where none is configured; the environment goes before the file.

    Raises SetupError, with the name of what is wrong, for what cannot work.
    """
    of_file, of_environment = _of_file(project), _of_environment(environment)
    if "url" in of_environment:
        of_file.pop("key", None)  # a key goes to no other address than the one that it stands beside
    given = {**of_file, **of_environment}
    if not given.get("url"):
        return None
    if not given.get("model"):
        raise SetupError(f"{URL} is set, but not {MODEL}: name the model that is to be asked.")
    key = given.get("key", "")
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise SetupError(f"{KEY} holds a space or a character that no key has.")
    return ModelSettings(
        url=_address(given["url"], bool(key)),
        model=given["model"],
        key=key,
        seconds=_number(given, "seconds", 0.2, LONGEST_SECONDS),
        sure=_number(given, "sure", 0.0, 1.1),
        turns_per_minute=int(_number(given, "turns_per_minute", 1, 100_000)),
        most_tokens=int(_number(given, "most_tokens", 50, 8_000)),
    )


def model_state(settings: ModelSettings | None) -> str:
    """One line that tells whether and which model is asked; it holds no key."""
    return f"The language model {settings.model} at {settings.url} is asked." if settings else OFF


def _of_environment(environment: Mapping[str, str]) -> dict[str, str]:
    known = {f"{PREFIX}{name.upper()}": name for name in (*ModelSettings.__dataclass_fields__, "key_file")}
    unknown = [name for name in environment if name.startswith(PREFIX) and name not in known]
    if unknown:
        raise SetupError(f"{unknown[0]} is no setting. There are: {', '.join(known)}.")
    return _with_key({name: value for full, name in known.items() if (value := environment.get(full, "").strip())})


def _of_file(project: Project) -> dict[str, str]:
    part = read_part(project, PART)
    known = (*(name for name in ModelSettings.__dataclass_fields__ if name != "key"), "key_file")
    unknown = [str(name) for name in part if name not in known]
    if unknown:
        # A key in a file of the project would be shared with it.
        raise SetupError(f"{FILE}, {PART}: {unknown[0]} is no setting. There are: {', '.join(known)}.")
    return _with_key({name: str(value).strip() for name, value in part.items() if value is not None})


def _with_key(given: dict[str, str]) -> dict[str, str]:
    """The settings with the key out of its file, where they name one."""
    file = given.pop("key_file", "")
    if not file:
        return given
    try:
        return {**given, "key": Path(file).read_text(encoding="utf-8").strip()}
    except (OSError, ValueError) as error:
        raise SetupError(f"The file of the language model's key, {file}, cannot be read ({error}).") from error


def _number(given: Mapping[str, str], name: str, least: float, most: float) -> float:
    text: Any = given.get(name, ModelSettings.__dataclass_fields__[name].default)
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        raise SetupError(f"{PREFIX}{name.upper()} is {text!r}. It must be a number from {least:g} to {most:g}.")
    return value


def _address(text: str, has_key: bool) -> str:
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    # What else an address may hold is often a secret, and is not repeated.
    shown = f"{URL}, an address of {host!r}," if host else URL
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or parts.query or parts.fragment:
        raise SetupError(f"{shown} cannot be used. It must be one such as http://127.0.0.1:11434/v1 and hold no more.")
    if parts.scheme == "http" and not _is_own(host):
        what = "messages and key" if has_key else "messages"
        raise SetupError(f"{shown} begins with http: the {what} would go over the internet in the clear. Use https.")
    return text.rstrip("/")


def _is_own(host: str) -> bool:
    """Whether a host is this machine or one of the operator's own network."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return ("." not in host and not host[0].isdigit()) or host.endswith(OWN_ENDINGS)
    return address.is_private or address.is_loopback
