"""Keeps the connection of Socket Mode: it is opened, watched, and begun anew where it does not come back."""

from __future__ import annotations

import asyncio
import logging

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from medpath.channels.slack.refusals import FAILURES, read_refusal, waits
from medpath.channels.slack.settings import APP_TOKEN, SlackSettings
from medpath.channels.slack.workspaces import client_of

logger = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
# slack-sdk connects anew by itself, but may knock for ever at an address that Slack no longer answers at.
GIVEN_UP_SECONDS = 45.0


async def keep_connected(bolt: AsyncApp, settings: SlackSettings) -> None:
    """Passes on what comes through the socket until it is cancelled; ends only if Slack takes the token no more."""
    token = settings.app_token or ""
    again = waits()
    while True:
        try:
            told = await client_of(settings, token).apps_connections_open(app_token=token)
        except FAILURES as error:
            refusal = read_refusal(error)
            if refusal.revoked:
                logger.error(
                    "Socket Mode is off: Slack refuses %s for good (%s). Start Medpath with a new one.",
                    APP_TOKEN,
                    refusal.reason,
                )
                return
            logger.error("Slack does not open a connection yet (%s). Medpath tries again.", refusal.reason)
            await asyncio.sleep(max(next(again), refusal.wait))
        else:
            again = waits()
            await _use(bolt, settings, str(told["url"]))


async def _use(bolt: AsyncApp, settings: SlackSettings, url: str) -> None:
    """One connection with all that slack-sdk replaces it by, until it has been away for too long."""
    handler = AsyncSocketModeHandler(bolt, settings.app_token, logger, client_of(settings))
    handler.client.wss_uri = url
    connecting = asyncio.create_task(handler.connect_async())
    try:
        away = 0.0
        while away < GIVEN_UP_SECONDS:
            await asyncio.sleep(LOOK_SECONDS)
            away = 0.0 if await handler.client.is_connected() else away + LOOK_SECONDS
        logger.error("The connection to Slack does not come back. Medpath begins it anew.")
    finally:
        connecting.cancel()
        await handler.close_async()
