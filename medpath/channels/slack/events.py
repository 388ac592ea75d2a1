"""Reads what Slack sends: which events are questions, of which conversation, and each of them once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from medpath.channels.incoming import whole
from medpath.channels.slack.blocks import FEEDBACK, PICK
from medpath.channels.slack.text import plain_text

# The kinds of things that Slack sends.
EVENT, COMMAND, CLICK = "event", "command", "click"
MENTION, HOME = "app_mention", "app_home_opened"
DIRECT, GROUP = "im", "mpim"
MOST_REMEMBERED = 20_000
SLACKBOT = "USLACKBOT"


@dataclass(frozen=True)
class Thread:
    """A thread of a workspace; `ts` is None for a channel that is written to without one."""

    team: str
    channel: str
    ts: str | None = None

    @property
    def prefix(self) -> str:
        """What the conversations in it begin with."""
        return "-".join(["slack", self.team, self.channel, *([self.ts] if self.ts else []), ""])


@dataclass(frozen=True)
class Question:
    """Something a person asked: `id` tells it from others of the conversation, `shown` is what the person saw of it.

    `addressed` is False for a message in a thread that is answered only if Medpath takes part in it. `response_url` is
    where the answer goes that only the person is to see.
    """

    thread: Thread
    user: str
    id: str
    text: str
    shown: str
    addressed: bool = True
    response_url: str | None = None
    kind: str = EVENT

    @property
    def key(self) -> str:
        """The same for all forms in which Slack sends it."""
        place = self.thread
        where = (place.team, place.channel) if self.kind == EVENT else (self.conversation,)
        return "-".join((self.kind, *where, self.id))

    @property
    def conversation(self) -> str:
        """The conversation in Rasa: one for each person and thread."""
        return self.thread.prefix + self.user


@dataclass(frozen=True)
class Home:
    """The home tab of a person, and where clicks on its questions are answered."""

    user: str
    channel: str


class Once:
    """Remembers what was taken, up to a number of things; the oldest are forgotten first."""

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._taken: OrderedDict[Hashable, None] = OrderedDict()

    def __contains__(self, key: Hashable) -> bool:
        return key in self._taken

    def first(self, key: Hashable) -> bool:
        """Whether this is the first time; the next time it is not."""
        if key in self._taken:
            self._taken.move_to_end(key)
            return False
        self._taken[key] = None
        if len(self._taken) > self._most:
            self._taken.popitem(last=False)
        return True


def asked(kind: str, team: str, body: Mapping[str, Any], bot_user: str) -> Question | None:
    """The question in something of a kind; None if it holds none."""
    if kind == EVENT:
        return asked_in_event(team, body.get("event") or {}, bot_user)
    return asked_by_command(team, body) if kind == COMMAND else asked_by_click(team, body)


def opened_home(kind: str, body: Mapping[str, Any]) -> Home | None:
    """Whose home tab is to be filled; None if this is something else."""
    event = body.get("event") or {}
    user, channel = _text(event, "user"), _text(event, "channel")
    if kind != EVENT or event.get("type") != HOME or event.get("tab", "home") != "home" or not user:
        return None
    return Home(user, channel or user)


def could_ask(body: Mapping[str, Any]) -> bool:
    """Whether an event may hold a question, as long as nobody knows who Medpath is in the workspace."""
    return _text(body.get("event") or {}, "type") in ("message", MENTION)


def asked_in_event(team: str, event: Mapping[str, Any], bot_user: str) -> Question | None:
    """The question in a message or mention; None if it is none that a person wrote to Medpath.

    A message in a channel counts only in a thread or where it names Medpath: it may come before its app_mention.
    """
    user, channel, ts, text = (_text(event, key) for key in ("user", "channel", "ts", "text"))
    if event.get("type") not in ("message", MENTION) or not (user and channel and ts) or not _is_new(event, bot_user):
        return None
    here = _is_direct(event, channel)
    addressed = here or event.get("type") == MENTION or f"<@{bot_user}>" in text or f"<@{bot_user}|" in text
    within = _text(event, "thread_ts") or None
    if not addressed and (within is None or text.lstrip().startswith("<@")):  # said to somebody else
        return None
    said = plain_text(text)
    return Question(_thread(team, event), user, ts, said, said, addressed)


def asked_by_command(team: str, body: Mapping[str, Any]) -> Question:
    """The question after a slash command; only the person sees the answer."""
    said = plain_text(_text(body, "text"))
    thread = Thread(team, _text(body, "channel_id"))
    url = _text(body, "response_url") or None
    return Question(
        thread, _text(body, "user_id"), _text(body, "trigger_id"), said, said, response_url=url, kind=COMMAND
    )


def asked_by_click(team: str, body: Mapping[str, Any]) -> Question | None:
    """What the person would have typed instead of clicking; None for a click on something else."""
    action, container = (body.get("actions") or [{}])[0], body.get("container") or {}
    name, label = _text(action, "action_id"), _text(action.get("text") or {}, "text")
    text = FEEDBACK.get(name) or (_text(action, "value") if name.startswith(PICK) else "")
    channel = _text(body.get("channel") or container, "id") or _text(container, "channel_id")
    channel = channel or _text(body.get("view") or {}, "private_metadata")
    user, moment = _text(body.get("user") or {}, "id"), _text(action, "action_ts") or _text(body, "trigger_id")
    if not (text and channel and user and moment):
        return None
    within = _text(body.get("message") or {}, "thread_ts") or _text(container, "thread_ts") or None
    url = _text(body, "response_url") if container.get("is_ephemeral") else ""
    shown = text if name in FEEDBACK else label or text
    return Question(Thread(team, channel, within), user, moment, text, shown, response_url=url or None, kind=CLICK)


def conversation_of(kind: str, team: str, body: Mapping[str, Any]) -> str | None:
    """The conversation that something belongs to, whether or not it asks anything; None if to none."""
    if kind != EVENT:
        question = asked(kind, team, body, "")
        return question.conversation if question else None
    event = body.get("event") or {}
    user, channel, ts = (_text(event, key) for key in ("user", "channel", "ts"))
    return _thread(team, event).prefix + user if user and channel and ts else None


def _thread(team: str, event: Mapping[str, Any]) -> Thread:
    """Where a message is answered: outside of direct messages always in a thread."""
    channel, within = _text(event, "channel"), _text(event, "thread_ts") or None
    return Thread(team, channel, within if _is_direct(event, channel) else within or _text(event, "ts"))


def _is_direct(event: Mapping[str, Any], channel: str) -> bool:
    return event.get("channel_type") in (DIRECT, GROUP) or (event.get("type") == "message" and channel[0] == "D")


def _is_new(event: Mapping[str, Any], bot_user: str) -> bool:
    """Whether a person wrote this just now: no edit, no joining, no bot, nothing that Slack reports."""
    strange = any(event.get(key) for key in ("subtype", "bot_id", "bot_profile", "edited", "hidden"))
    return not strange and event.get("user") not in (bot_user, SLACKBOT)


def _text(where: Mapping[str, Any], key: str) -> str:
    value = where.get(key)
    return whole(value) if isinstance(value, str) else ""
