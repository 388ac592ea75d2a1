"""The app manifest asks for what Medpath uses and for nothing else."""

from __future__ import annotations

import pytest
from slack_medpath import read_manifest

ADDRESS = "/webhooks/slack/events"
# What each event needs, as https://docs.slack.dev/reference/events gives it; app_home_opened needs nothing.
EVENTS = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "message.mpim": {"mpim:history"},
}
# For chat.postMessage, the upload of pictures and /medpath.
USED = {"chat:write", "files:write", "commands"}


def test_it_subscribes_to_what_is_answered() -> None:
    """Messages of all four kinds of channels, mentions and the App Home."""
    assert set(read_manifest()["settings"]["event_subscriptions"]["bot_events"]) == set(EVENTS)


def test_it_asks_for_the_scopes_that_are_needed() -> None:
    """One too few and Slack refuses a call; one too many and an admin asks why."""
    assert set(read_manifest()["oauth_config"]["scopes"]["bot"]) == USED.union(*EVENTS.values())


@pytest.mark.parametrize("part", ["event_subscriptions", "interactivity"])
def test_everything_comes_to_one_address(part: str) -> None:
    """Events, clicks and the command."""
    manifest = read_manifest()
    assert manifest["settings"][part]["request_url"].endswith(ADDRESS)
    (command,) = manifest["features"]["slash_commands"]
    assert command["command"] == "/medpath"
    assert command["url"].endswith(ADDRESS)


def test_people_can_write_to_it() -> None:
    """Without the messages tab being open for writing nobody could send a direct message."""
    home = read_manifest()["features"]["app_home"]
    assert home["home_tab_enabled"]
    assert home["messages_tab_enabled"]
    assert not home["messages_tab_read_only_enabled"]
