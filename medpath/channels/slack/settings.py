"""The settings of the Slack channel, by the names that Bolt uses, all from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from medpath.conversations.settings import default_database
from medpath.errors import SetupError
from medpath.project import find_project

BOT_TOKEN, SIGNING_SECRET, APP_TOKEN, API_URL = (
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_APP_TOKEN",
    "SLACK_API_URL",
)
SLACK = "https://slack.com/api/"
OFF = f"Slack is off: set {BOT_TOKEN} to turn it on (see docs/slack.md)."


@dataclass(frozen=True)
class SlackSettings:
    """The tokens of the workspaces, and the ways in: HTTP with a signing secret, Socket Mode with an app token."""

    bot_tokens: tuple[str, ...]
    signing_secret: str | None = None
    app_token: str | None = None
    api_url: str = SLACK


def read_slack_settings(environment: Mapping[str, str]) -> SlackSettings | None:
    """The settings in the environment, None if there is no token; raises SetupError for what cannot work."""
    tokens = tuple(token for entry in environment.get(BOT_TOKEN, "").split(",") if (token := entry.strip()))
    if not tokens:
        return None
    for token in tokens:
        _check_header(token, BOT_TOKEN)
    secret = environment.get(SIGNING_SECRET, "").strip() or None
    app_token = environment.get(APP_TOKEN, "").strip() or None
    if not secret and not app_token:
        raise SetupError(
            f"{BOT_TOKEN} is set, but neither {SIGNING_SECRET} (events over HTTP) nor {APP_TOKEN} (Socket Mode). "
            "Set one of them; docs/slack.md tells where Slack shows it."
        )
    if app_token:
        _check_header(app_token, APP_TOKEN)
    return SlackSettings(tokens, secret, app_token, _address(environment.get(API_URL, "").strip() or SLACK))


def outbox_file(environment: Mapping[str, str]) -> Path:
    """Where accepted events and answers not yet posted are kept: beside the database of the conversations."""
    conversations = Path(default_database(find_project(), environment))
    return conversations.with_name(f"{conversations.stem}-slack-outbox.db")


def slack_state(settings: SlackSettings | None) -> str:
    """One line that tells whether and how Slack is on."""
    if settings is None:
        return OFF
    ways = {"HTTP": settings.signing_secret, "Socket Mode": settings.app_token}
    return f"Slack is on ({' and '.join(way for way, given in ways.items() if given)})"


def _check_header(token: str, name: str) -> None:
    if not token.isascii() or not token.isprintable() or " " in token:
        raise SetupError(f"{name} holds a token with a space or a character that no token of Slack's has.")


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise SetupError(f"{API_URL} is {text!r}. It must be an address such as {SLACK}")
    return text.rstrip("/") + "/"
