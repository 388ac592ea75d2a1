"""What Slack sends to an app, in the shapes that its documentation shows, and its signature on it.

https://docs.slack.dev/apis/events-api, /reference/events, /interactivity/implementing-slash-commands,
/reference/interaction-payloads/block_actions-payload, /authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import time
import urllib.parse
import uuid
from dataclasses import dataclass, replace
from typing import Any

import requests

SIGNING_SECRET = "8f742231b10e8888abcd99edabcd85a5"
APP = "A0MEDPATH01"
TIMEOUT = 60

Payload = dict[str, Any]
_counted = itertools.count(1)


@dataclass(frozen=True)
class Workspace:
    """A team that has installed the app: the bot in it and the token that the bot posts with."""

    team: str
    token: str
    bot_user: str
    bot: str


@dataclass(frozen=True)
class Person:
    """Someone in a channel of a workspace; `kind` is im, mpim, channel or group."""

    workspace: Workspace
    channel: str
    kind: str
    user: str

    def says(self, text: str, thread: str = "") -> Message:
        """A message that Slack has not delivered yet."""
        return Message(self, text, new_ts(), thread)

    def mentions(self, text: str, thread: str = "") -> Message:
        """A message that begins with the name of the bot."""
        return self.says(f"<@{self.workspace.bot_user}> {text}", thread)

    def neighbour(self) -> Person:
        """Another person in the same channel."""
        return replace(self, user=new_id("U"))


@dataclass(frozen=True)
class Message:
    """A message of a person; `thread` is the ts of the message that the thread hangs on."""

    person: Person
    text: str
    ts: str
    thread: str = ""

    @property
    def root(self) -> str:
        """The thread in which a mention is answered."""
        return self.thread or self.ts

    def event(self, kind: str = "message", **more: Any) -> Payload:
        """The inner event: of type message, or app_mention."""
        event = {
            "type": kind,
            "user": self.person.user,
            "text": self.text,
            "ts": self.ts,
            "client_msg_id": str(uuid.uuid4()),
            "team": self.person.workspace.team,
            "channel": self.person.channel,
            "event_ts": self.ts,
            "blocks": [_rich_text(self.text)],
            **({"thread_ts": self.thread} if self.thread else {}),
            **({"channel_type": self.person.kind} if kind == "message" else {}),
        }
        return {**event, **more}

    def as_message(self, **more: Any) -> Payload:
        """The callback of a message event."""
        return event_callback(self.person.workspace.team, self.event(**more))

    def as_mention(self) -> Payload:
        """The callback of an app_mention event, which Slack sends beside the message event."""
        return event_callback(self.person.workspace.team, self.event("app_mention"))


def new_id(letter: str) -> str:
    """An id such as U0G9QF9C6."""
    return letter + uuid.uuid4().hex[:10].upper()


def new_ts() -> str:
    """The time of a message, which is its name in a channel: each one once."""
    return f"{int(time.time())}.{next(_counted):06d}"


def event_callback(team: str, event: Payload, event_id: str = "") -> Payload:
    """The envelope in which the Events API sends an event."""
    return {
        "token": "XXYYZZ",
        "team_id": team,
        "context_team_id": team,
        "context_enterprise_id": None,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": event_id or new_id("Ev"),
        "event_time": int(time.time()),
        "authorizations": [
            {"enterprise_id": None, "team_id": team, "user_id": "W0BOT", "is_bot": True, "is_enterprise_install": False}
        ],
        "is_ext_shared_channel": False,
        "event_context": new_id("4-"),
    }


def url_verification(challenge: str) -> Payload:
    return {"token": "XXYYZZ", "challenge": challenge, "type": "url_verification"}


def app_home_opened(person: Person) -> Payload:
    event = {
        "type": "app_home_opened",
        "user": person.user,
        "channel": person.channel,
        "event_ts": new_ts(),
        "tab": "home",
    }
    return event_callback(person.workspace.team, event)


def slash_command(person: Person, text: str, response_url: str) -> Payload:
    """The fields of the form that a slash command comes as."""
    return {
        "token": "XXYYZZ",
        "team_id": person.workspace.team,
        "team_domain": "example",
        "channel_id": person.channel,
        "channel_name": "directmessage" if person.kind == "im" else "general",
        "user_id": person.user,
        "user_name": "steve",
        "command": "/medpath",
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": f"{new_ts()}.0a1b",
    }


def click(person: Person, button: Payload, posted: Payload, response_url: str) -> Payload:
    """The click of a person on a button of a message that the bot has posted."""
    thread = {"thread_ts": posted["thread_ts"]} if posted.get("thread_ts") else {}
    message = {
        "bot_id": person.workspace.bot,
        "type": "message",
        "text": posted["text"],
        "user": person.workspace.bot_user,
        "ts": posted["ts"],
        "app_id": APP,
        "blocks": posted["blocks"],
        "team": person.workspace.team,
        **thread,
    }
    container = {"message_ts": posted["ts"], "channel_id": person.channel, "is_ephemeral": False, **thread}
    return {
        **_clicked(person, button),
        "container": {"type": "message", **container},
        "channel": {"id": person.channel, "name": "directmessage" if person.kind == "im" else "general"},
        "message": message,
        "state": {"values": {}},
        "response_url": response_url,
    }


def click_unseen(person: Person, button: Payload, response_url: str) -> Payload:
    """The click of a person on a button of an answer that only this person sees."""
    container = {"type": "message", "message_ts": new_ts(), "channel_id": person.channel, "is_ephemeral": True}
    return {
        **_clicked(person, button),
        "container": container,
        "channel": {"id": person.channel, "name": "general"},
        "response_url": response_url,
    }


def click_at_home(person: Person, button: Payload, view: Payload) -> Payload:
    """The click of a person on a button of the App Home."""
    names = {"id": new_id("V"), "team_id": person.workspace.team, "app_id": APP, "bot_id": person.workspace.bot}
    container = {"type": "view", "view_id": names["id"]}
    return {**_clicked(person, button), "container": container, "view": {**view, **names}}


@dataclass(frozen=True)
class Request:
    """A request of Slack: its body and what kind of body that is."""

    body: bytes
    content_type: str

    @classmethod
    def of_json(cls, payload: Payload, content_type: str = "application/json") -> Request:
        return cls(json.dumps(payload).encode(), content_type)

    @classmethod
    def of_form(cls, fields: Payload) -> Request:
        return cls(urllib.parse.urlencode(fields).encode(), "application/x-www-form-urlencoded")

    @classmethod
    def of_click(cls, payload: Payload) -> Request:
        return cls.of_form({"payload": json.dumps(payload)})

    def headers(self, secret: str = SIGNING_SECRET, at: float | None = None) -> dict[str, str]:
        """The headers of a request signed at a time, now if there is none."""
        stamp = str(int(time.time() if at is None else at))
        base = b"v0:" + stamp.encode() + b":" + self.body
        return {
            "Content-Type": self.content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest(),
        }


def retry(number: int, reason: str = "http_timeout") -> dict[str, str]:
    """What Slack adds when it sends an event again."""
    return {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason}


@dataclass(frozen=True)
class Door:
    """Where a Medpath takes Slack's requests."""

    url: str

    def knock(self, body: bytes, headers: dict[str, str]) -> requests.Response:
        """Posts a body as it is."""
        return requests.post(f"{self.url}/webhooks/slack/events", data=body, headers=headers, timeout=TIMEOUT)

    def send(self, request: Request, **more: str) -> requests.Response:
        """Posts a signed request; `more` are headers beside those of the signature."""
        return self.knock(request.body, {**request.headers(), **more})

    def event(self, payload: Payload, **more: str) -> requests.Response:
        """Posts an event, which is taken as Slack wants it taken."""
        return _in_time(self.send(Request.of_json(payload), **more))

    def command(self, fields: Payload) -> requests.Response:
        """Posts a slash command."""
        return _in_time(self.send(Request.of_form(fields)))

    def click(self, payload: Payload) -> requests.Response:
        """Posts the click on a button."""
        return _in_time(self.send(Request.of_click(payload)))


# https://docs.slack.dev/apis/events-api: "Your app should respond ... within three seconds."
SLACKS_PATIENCE = 3.0


def _in_time(response: requests.Response) -> requests.Response:
    assert response.status_code == 200, response.text
    assert response.elapsed.total_seconds() < SLACKS_PATIENCE
    return response


def _rich_text(text: str) -> Payload:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "block_id": uuid.uuid4().hex[:5], "elements": [section]}


def _clicked(person: Person, button: Payload) -> Payload:
    team = person.workspace.team
    return {
        "type": "block_actions",
        "user": {"id": person.user, "username": "steve", "name": "steve", "team_id": team},
        "api_app_id": APP,
        "token": "XXYYZZ",
        "trigger_id": f"{new_ts()}.0a1b",
        "team": {"id": team, "domain": "example"},
        "enterprise": None,
        "is_enterprise_install": False,
        "actions": [{**button, "action_ts": new_ts()}],
    }
