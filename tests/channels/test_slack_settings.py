"""The settings of the Slack channel."""

from __future__ import annotations

from pathlib import Path

import pytest

from medpath.channels.slack.settings import OFF, SLACK, SlackSettings, outbox_file, read_slack_settings, slack_state
from medpath.errors import SetupError


@pytest.mark.parametrize("environment", [{}, {"SLACK_BOT_TOKEN": " , "}, {"SLACK_SIGNING_SECRET": "s"}])
def test_without_a_token_it_is_off(environment: dict[str, str]) -> None:
    """Other variables alone turn nothing on, and the person is told what would."""
    assert read_slack_settings(environment) is None
    assert slack_state(None) == OFF


def test_the_names_are_those_of_bolt() -> None:
    """Several workspaces are parted by commas; the address ends with a slash."""
    settings = read_slack_settings(
        {"SLACK_BOT_TOKEN": "xoxb-1, xoxb-2", "SLACK_SIGNING_SECRET": "s", "SLACK_API_URL": "http://127.0.0.1:1/api"}
    )
    assert settings == SlackSettings(("xoxb-1", "xoxb-2"), "s", None, "http://127.0.0.1:1/api/")


@pytest.mark.parametrize(
    ("given", "way"),
    [
        ({"SLACK_SIGNING_SECRET": "s"}, "(HTTP)"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "(Socket Mode)"),
        ({"SLACK_SIGNING_SECRET": "s", "SLACK_APP_TOKEN": "xapp-1"}, "(HTTP and Socket Mode)"),
    ],
)
def test_the_ways_in_are_told(given: dict[str, str], way: str) -> None:
    """One line says how Slack reaches Medpath."""
    settings = read_slack_settings({"SLACK_BOT_TOKEN": "xoxb-1", **given})
    assert settings is not None
    assert settings.api_url == SLACK
    assert slack_state(settings) == f"Slack is on {way}"


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "SLACK_SIGNING_SECRET"),
        ({"SLACK_APP_TOKEN": "xapp 1"}, "SLACK_APP_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-\n1", "SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_SIGNING_SECRET": "s", "SLACK_API_URL": "slack.com/api"}, "SLACK_API_URL"),
    ],
)
def test_what_cannot_work_is_told(given: dict[str, str], named: str) -> None:
    """The message names the variable."""
    with pytest.raises(SetupError, match=named):
        read_slack_settings({"SLACK_BOT_TOKEN": "xoxb-1", **given})


def test_the_outbox_stands_beside_the_conversations() -> None:
    """Two installations in one folder have one each."""
    assert outbox_file({"MEDPATH_DATABASE": "/srv/a.db"}) == Path("/srv/a-slack-outbox.db")
