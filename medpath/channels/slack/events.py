"""Reads what Slack sends: which events are questions, of which conversation, and each of them once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from medpath.channels.slack.blocks import FEEDBACK, PICK
from medpath.channels.slack.messages import MENTION, MESSAGE, Written, is_one_to_one, mark_of, read_message, text_in
from medpath.channels.slack.text import plain_text

# The kinds of things that Slack sends.
EVENT, COMMAND, CLICK = "event", "command", "click"
HOME = "app_home_opened"
MOST_REMEMBERED = 20_000


@dataclass(frozen=True)
class Thread:
    """A thread of a workspace; `ts` is None for a channel that is written to without one."""

    team: str
    channel: str
    ts: str | None = None

    @property
    def prefix(self) -> str:
        """What the conversations in it begin with; the direct messages of one person are one, in threads too."""
        apart = [self.ts] if self.ts and not is_one_to_one(self.channel) else []
        return "-".join(["slack", self.team, self.channel, *apart, ""])


@dataclass(frozen=True)
class Question:
    """Something a person asked: `id` tells it from others of the conversation, `shown` is what the person saw of it.

    The id of a message is its time and what it asks, so that an edit that asks something else is another question.
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
    has_files: bool = False
    is_edit: bool = False

    @property
    def key(self) -> str:
        """The same for all forms in which Slack sends it."""
        return self._where + self.id

    @property
    def message(self) -> str:
        """What the keys of all questions begin with that this message has asked, before and after edits."""
        return f"{self._where}{self.ts}-"

    @property
    def _where(self) -> str:
        place = self.thread
        where = (place.team, place.channel) if self.kind == EVENT else (self.conversation,)
        return "-".join((self.kind, *where, ""))

    @property
    def conversation(self) -> str:
        """The conversation in Rasa: one for each person and thread."""
        return self.thread.prefix + self.user

    @property
    def ts(self) -> str:
        """When it was asked, by Slack's clock; of a command this tells nothing."""
        return ts_of(self.id)


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
    user, channel = text_in(event, "user"), text_in(event, "channel")
    if kind != EVENT or event.get("type") != HOME or event.get("tab", "home") != "home" or not user:
        return None
    return Home(user, channel or user)


def could_ask(body: Mapping[str, Any]) -> bool:
    """Whether an event may hold a question, as long as nobody knows who Medpath is in the workspace."""
    return text_in(body.get("event") or {}, "type") in (MESSAGE, MENTION)


def asked_in_event(team: str, event: Mapping[str, Any], bot_user: str) -> Question | None:
    """The question in a message, a mention or an edit; None if it is none that a person wrote to Medpath.

    A message in a channel counts only in a thread or where it names Medpath: it may come before its app_mention.
    """
    written = read_message(event)
    if written is None or written.user == bot_user or not written.asks_anew(bot_user):
        return None
    addressed = written.is_direct or written.names(bot_user)
    if not addressed and not _may_be_meant(written):
        return None
    said, thread = plain_text(written.text), Thread(team, written.channel, written.thread(bot_user))
    return Question(
        thread,
        written.user,
        f"{written.ts}-{mark_of(said)}",
        said,
        said,
        addressed,
        has_files=written.has_files,
        is_edit=written.is_edit,
    )


def asked_by_command(team: str, body: Mapping[str, Any]) -> Question:
    """The question after a slash command; only the person sees the answer."""
    said = plain_text(text_in(body, "text"))
    thread = Thread(team, text_in(body, "channel_id"))
    url = text_in(body, "response_url") or None
    return Question(
        thread, text_in(body, "user_id"), text_in(body, "trigger_id"), said, said, response_url=url, kind=COMMAND
    )


def asked_by_click(team: str, body: Mapping[str, Any]) -> Question | None:
    """What the person would have typed instead of clicking; None for a click on something else."""
    action, container = (body.get("actions") or [{}])[0], body.get("container") or {}
    name, label = text_in(action, "action_id"), text_in(action.get("text") or {}, "text")
    text = FEEDBACK.get(name) or (text_in(action, "value") if name.startswith(PICK) else "")
    channel = text_in(body.get("channel") or container, "id") or text_in(container, "channel_id")
    channel = channel or text_in(body.get("view") or {}, "private_metadata")
    user, moment = text_in(body.get("user") or {}, "id"), text_in(action, "action_ts") or text_in(body, "trigger_id")
    if not (text and channel and user and moment):
        return None
    within = text_in(body.get("message") or {}, "thread_ts") or text_in(container, "thread_ts") or None
    url = text_in(body, "response_url") if container.get("is_ephemeral") else ""
    shown = text if name in FEEDBACK else label or text
    return Question(Thread(team, channel, within), user, moment, text, shown, response_url=url or None, kind=CLICK)


def is_of(conversation: str, kind: str, team: str, body: Mapping[str, Any]) -> bool:
    """Whether something belongs to a conversation, as far as can be told without knowing who Medpath is."""
    if kind != EVENT:
        question = asked(kind, team, body, "")
        return question is not None and question.conversation == conversation
    written = read_message(body.get("event") or {})
    if written is None:
        return False
    places = {written.within or written.ts, written.within} if written.is_direct else {written.within or written.ts}
    return conversation in {Thread(team, written.channel, ts).prefix + written.user for ts in places}


def ts_of(question_id: str) -> str:
    """The time in the id of a question that was asked in a message or by a click."""
    return question_id.partition("-")[0]


def _may_be_meant(written: Written) -> bool:
    """Whether a message that does not name Medpath may go on with a thread: not what is said to somebody else."""
    return written.within is not None and not written.text.lstrip().startswith("<@")
