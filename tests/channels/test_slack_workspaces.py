"""Which token speaks in which workspace, also while Slack cannot be reached."""

from __future__ import annotations

import asyncio

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from medpath.channels import slack_workspaces
from medpath.channels.slack_settings import read_slack_settings
from medpath.channels.slack_workspaces import Workspace, Workspaces

TEAM = "T1"


class Answering(Workspaces):
    """Workspaces that are told whose a token is by a list: an error is raised, None tells it."""

    def __init__(self, told: list[Exception | None]) -> None:
        settings = read_slack_settings({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "a" * 32})
        assert settings is not None
        super().__init__(settings)
        self.told = told

    async def _ask(self, token: str) -> None:
        error = self.told.pop(0)
        if error is not None:
            raise error
        self._known[TEAM] = Workspace(TEAM, "U0", AsyncWebClient(token))


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack_workspaces, "AGAIN_SECONDS", 0.0)


def test_a_workspace_is_known_by_its_token() -> None:
    """Slack is asked once; another team's events find no token."""
    spaces = Answering([None])
    found = asyncio.run(spaces.of(TEAM))
    assert found is not None
    assert found.team == TEAM
    assert asyncio.run(spaces.of("T2")) is None
    assert spaces.told == []


def test_what_comes_while_slack_is_out_of_reach_waits() -> None:
    """The token is asked about again until Slack answers, so that nothing that was acknowledged is dropped."""
    spaces = Answering([OSError("no route"), asyncio.TimeoutError(), None])
    assert asyncio.run(spaces.of(TEAM)) is not None


def test_it_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the longest wait the event is given up, with a line in the log."""
    monkeypatch.setattr(slack_workspaces, "LONGEST_WAIT_SECONDS", -1.0)
    assert asyncio.run(Answering([OSError("no route")]).of(TEAM)) is None


def test_a_refused_token_is_not_asked_about_again() -> None:
    """What Slack itself refuses stays refused until the server is started with another token."""
    spaces = Answering([SlackApiError("no", {"error": "invalid_auth"})])
    assert asyncio.run(spaces.of(TEAM)) is None
    assert asyncio.run(spaces.of(TEAM)) is None
