"""The workspaces that Medpath belongs to: which token speaks in which, and which tokens Slack takes no more."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from medpath.channels.incoming import whole
from medpath.channels.slack.refusals import FAILURES, read_refusal, waits
from medpath.channels.slack.settings import BOT_TOKEN, SlackSettings

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Workspace:
    """A workspace or whole organization, the person that Medpath is in it, and the way to speak there."""

    team: str
    bot_user: str
    client: AsyncWebClient


def installation(team: str | None, organization: str | None, is_of_organization: bool) -> str:
    """The id that a token and what Slack sends for it go by: of the workspace, or of the organization.

    An app that an organization has installed as a whole has one token for all its workspaces.
    https://docs.slack.dev/enterprise/developing-for-enterprise-orgs
    """
    return whole((organization if is_of_organization else None) or team or "")


def client_of(settings: SlackSettings, token: str | None = None) -> AsyncWebClient:
    """A client of Slack's Web API that tries once: whether to try again depends on what went wrong."""
    return AsyncWebClient(token, settings.api_url, timeout=PATIENCE_SECONDS, retry_handlers=[], logger=quiet_logger())


def quiet_logger() -> logging.Logger:
    """The library tells each refusal as an error, although it is tried again."""
    quiet = logging.getLogger("medpath.slack_sdk")
    quiet.setLevel(logging.CRITICAL)
    return quiet


class Workspaces:
    """Knows the workspace of each token as soon as Slack has told it."""

    def __init__(self, settings: SlackSettings) -> None:
        self._settings = settings
        self._unknown = list(settings.bot_tokens)
        self._known: dict[str, Workspace] = {}
        self._off: set[str] = set()
        self._news = asyncio.Event()

    def known(self, team: str) -> Workspace | None:
        """The workspace with this id, if Slack has told whose token it is."""
        return self._known.get(team)

    def may_come(self, team: str) -> bool:
        """Whether Slack may still tell which token belongs to a workspace."""
        return bool(self._unknown) and team not in self._known and team not in self._off

    async def of(self, team: str) -> Workspace | None:
        """The workspace with this id, as soon as it is known; None, and a line in the log, if no token speaks in it."""
        while self.may_come(team):
            await self._news.wait()
        workspace = self._known.get(team)
        if workspace is None:
            self.warn_of(team)
        return workspace

    def warn_of(self, team: str) -> None:
        """Says that nothing is answered in a workspace."""
        kind = "organization" if team.startswith("E") else "workspace"
        told = "No token in %s speaks in the Slack %s %s: nothing is answered there."
        logger.warning(told, BOT_TOKEN, kind, team)

    async def learn(self) -> None:
        """Asks Slack for the workspaces of all tokens, again and again until each is known or refused for good."""
        for wait in waits():  # without end
            asked_for = [await self._learn_one(token) for token in list(self._unknown)]
            self._news.set()  # in the order in which they waited
            self._news.clear()
            if not self._unknown:
                return
            await asyncio.sleep(max(wait, *asked_for))

    def switch_off(self, workspace: Workspace, reason: str) -> None:
        """Speaks no more in a workspace whose token Slack has refused for good."""
        if self._known.pop(workspace.team, None):
            self._off.add(workspace.team)
            logger.error(
                "Slack is off in workspace %s: its token in %s is refused for good (%s). Install the app there again "
                "and start Medpath with the new token; what was not yet answered is answered then, within a day.",
                workspace.team,
                BOT_TOKEN,
                reason,
            )

    async def _learn_one(self, token: str) -> float:
        """Asks about one token; gives the seconds that Slack wants to have peace."""
        try:
            workspace = await self._ask(token)
        except FAILURES as error:
            refusal = read_refusal(error)
            if not refusal.revoked:
                logger.error(
                    "Slack at %s does not tell yet whose token %s it is (%s). Medpath asks again.",
                    self._settings.api_url,
                    _shown(token),
                    refusal.reason,
                )
                return refusal.wait
            logger.error("Slack did not accept token %s of %s: %s", _shown(token), BOT_TOKEN, refusal.reason)
        else:
            self._known[workspace.team] = workspace
        self._unknown.remove(token)
        return 0.0

    async def _ask(self, token: str) -> Workspace:
        client = client_of(self._settings, token)
        told = await client.auth_test()
        own = installation(told["team_id"], told.get("enterprise_id"), bool(told.get("is_enterprise_install")))
        return Workspace(own, str(told["user_id"]), client)


def _shown(token: str) -> str:
    return token[:8] + "…"
