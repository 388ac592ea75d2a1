"""The settings of the web channel, and the limits that follow from them."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from medpath.channels.web.limits import Limits
from medpath.channels.web.refusals import Refusal
from medpath.channels.web.settings import WebSettings, plain_origin, read_settings
from medpath.errors import SetupError


def test_without_settings_the_defaults_hold() -> None:
    """A channel that is only named is for its own pages."""
    assert read_settings(None, None) == read_settings({}, "") == WebSettings()
    assert WebSettings().allowed_origins == frozenset()


def test_origins_come_from_both_places() -> None:
    """The environment adds to the file, in the form that browsers send."""
    settings = read_settings(
        {"allowed_origins": ["https://A.example/"]}, "http://localhost:8000, https://b.example:443"
    )
    assert settings.allowed_origins == {"https://a.example", "http://localhost:8000", "https://b.example"}


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "https://*.example",
        "a.example",
        "https://a.example/page",
        "null",
        "ftp://a.example",
        "https://",
        "http://[",
        "https://me@a.example",
        "https://a.example?x",
        "https://a.example:port",
    ],
)
def test_what_is_no_origin_is_told(text: str) -> None:
    """Each is told with the place where it stands."""
    assert plain_origin(text) is None
    with pytest.raises(SetupError, match=r"credentials\.yml.*no origin"):
        read_settings({"allowed_origins": [text]}, None)
    with pytest.raises(SetupError, match=r"MEDPATH_WEB_ORIGINS.*no origin"):
        read_settings(None, text)


@pytest.mark.parametrize(
    ("credentials", "told"),
    [
        ({"allowed_origins": "https://a.example"}, "allowed_origins must be a list"),
        ({"allowed_origins": [7]}, "7 is no origin"),
        ({"messages": 20}, "messages is no setting.*messages_per_minute"),
        ({"messages_per_minute": 0}, "whole number from 1"),
        ({"messages_per_minute": "20"}, "whole number"),
        ({"messages_per_minute": True}, "whole number"),
        ({"sessions_per_minute": 1.5}, "whole number"),
        ({"turn_seconds": 46}, "from 1 to 45"),
    ],
)
def test_a_wrong_setting_is_told(credentials: dict[str, Any], told: str) -> None:
    """The message names the key and what it takes."""
    with pytest.raises(SetupError, match=told):
        read_settings(credentials, None)


def test_a_limit_is_for_one_key_and_one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the seconds that are told the next request is taken."""
    clock = [1_800_000_000.25]
    monkeypatch.setattr(time, "time", lambda: clock[0])
    limits = Limits(WebSettings(messages_per_minute=2, histories_per_minute=1))
    asyncio.run(limits.count_message("a", "192.0.2.1"))
    clock[0] += 20
    asyncio.run(limits.count_message("a", "192.0.2.1"))
    with pytest.raises(Refusal) as refused:
        asyncio.run(limits.count_message("a", "192.0.2.1"))
    asyncio.run(limits.count_message("b", "192.0.2.1"))
    asyncio.run(limits.count_history("a", "192.0.2.1"))
    assert 40 <= int(refused.value.headers["Retry-After"]) <= 41
    clock[0] += int(refused.value.headers["Retry-After"])
    asyncio.run(limits.count_message("a", "192.0.2.1"))


def test_an_address_has_a_limit_for_all_its_conversations() -> None:
    """New conversations do not help whoever asks too much; another address is not concerned."""
    limits = Limits(WebSettings(address_requests_per_minute=2))
    asyncio.run(limits.count_message("a", "192.0.2.1"))
    asyncio.run(limits.count_history("b", "192.0.2.1"))
    with pytest.raises(Refusal):
        asyncio.run(limits.count_message("c", "192.0.2.1"))
    asyncio.run(limits.count_message("c", "192.0.2.2"))
