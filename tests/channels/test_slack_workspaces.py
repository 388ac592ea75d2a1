"""Which token speaks in which workspace, also while Slack cannot be reached."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from medpath.channels.slack import workspaces
from medpath.channels.slack.settings import read_slack_settings
from medpath.channels.slack.workspaces import Workspace, Workspaces, installation

TEAM, OTHER = "T1", "T2"
REVOKED = SlackApiError("no", {"error": "token_revoked"})
LATER = SlackApiError("not now", {"error": "internal_error"})


class Answering(Workspaces):
    """Workspaces that are told whose a token is by a list: an error is raised, None tells it."""

    def __init__(self, told: Sequence[Exception | None]) -> None:
        settings = read_slack_settings({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "a" * 32})
        assert settings is not None
        super().__init__(settings)
        self.told = list(told)

    async def _ask(self, token: str) -> Workspace:
        error = self.told.pop(0)
        if error is not None:
            raise error
        return Workspace(TEAM, "U0", AsyncWebClient(token))

    async def asked_by(self, *teams: str) -> list[Workspace | None]:
        """What those get who ask for a workspace while Slack is being asked."""
        *found, _ = await asyncio.gather(*map(self.of, teams), self.learn())
        return [*found]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspaces, "waits", lambda: iter([0.0] * 9))


def test_a_workspace_is_known_by_its_token() -> None:
    """Another team's events find no token."""
    found, other = asyncio.run(Answering([None]).asked_by(TEAM, OTHER))
    assert found is not None
    assert found.team == TEAM
    assert other is None


@pytest.mark.parametrize("error", [OSError("no route"), asyncio.TimeoutError(), LATER, SlackApiError("proxy", {})])
def test_what_comes_while_slack_is_out_of_reach_waits(error: Exception) -> None:
    """The token is asked about again until Slack answers, so that nothing that was acknowledged is dropped."""
    spaces = Answering([error, error, None])
    assert spaces.may_come(TEAM)
    assert asyncio.run(spaces.asked_by(TEAM)) != [None]
    assert spaces.told == []


def test_a_token_that_is_refused_for_good_is_not_asked_about_again() -> None:
    """It stays refused until the server is started with another one."""
    spaces = Answering([REVOKED])
    assert asyncio.run(spaces.asked_by(TEAM)) == [None]
    assert not spaces.may_come(TEAM)


def test_a_workspace_that_is_switched_off_is_not_known_any_more() -> None:
    """Nor does anybody wait for it."""
    spaces = Answering([None])
    (found,) = asyncio.run(spaces.asked_by(TEAM))
    assert found is not None
    spaces.switch_off(found, "account_inactive")
    assert spaces.known(TEAM) is None
    assert asyncio.run(spaces.of(TEAM)) is None


@pytest.mark.parametrize(
    ("told", "known_as"),
    [
        (("T1", None, False), "T1"),
        (("T1", "E1", False), "T1"),
        (("T1", "E1", True), "E1"),
        ((None, "E1", True), "E1"),
        (("T1", None, True), "T1"),
        ((None, None, False), ""),
    ],
)
def test_an_organization_has_one_token_for_all_its_workspaces(
    told: tuple[str | None, str | None, bool], known_as: str
) -> None:
    """Where the app is installed in all of it; a workspace that has it alone has one of its own."""
    assert installation(*told) == known_as


@pytest.mark.parametrize(("place", "named"), [("T9", "workspace T9"), ("E9", "organization E9")])
def test_the_log_says_which_token_is_missing(place: str, named: str, caplog: pytest.LogCaptureFixture) -> None:
    """With the variable that it belongs in."""
    assert asyncio.run(Answering([REVOKED]).asked_by(place)) == [None]
    assert f"No token in SLACK_BOT_TOKEN speaks in the Slack {named}" in caplog.text
