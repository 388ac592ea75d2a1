"""Reads Slack's messages: what a person has written, at first or by an edit, in each form in which Slack sends it.

https://docs.slack.dev/reference/events/message, /reference/events/app_mention
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from medpath.channels.incoming import whole
from medpath.channels.slack.text import plain_text

MESSAGE, MENTION, CHANGED = "message", "app_mention", "message_changed"
# How people speak, with files and to a thread's channel too; every other subtype reports something.
SPOKEN = (None, "", "file_share", "thread_broadcast")
REPORTED = ("bot_id", "bot_profile", "hidden")
DIRECT, GROUP = "im", "mpim"
SLACKBOT = "USLACKBOT"
# What may come and go at the ends of words without anything else being asked.
LOOSE = ".,;:!?…\"'()"
# Enough to tell the edits of one message apart.
MARK_LENGTH = 8


@dataclass(frozen=True)
class Written:
    """A message as it stands now; `within` is the thread it is a reply in, `before` its text before an edit.

    `is_mention`: it came as app_mention, which is sent beside the message and says nothing of the kind of channel.
    """

    channel: str
    kind: str
    user: str
    ts: str
    within: str | None
    text: str
    has_files: bool
    is_mention: bool
    is_edit: bool
    before: str | None = None

    @property
    def is_direct(self) -> bool:
        """Whether it was written in a direct message, alone or in a group."""
        return self.kind in (DIRECT, GROUP) or is_one_to_one(self.channel)

    def names(self, bot_user: str) -> bool:
        """Whether it mentions Medpath."""
        return self.is_mention or _names(self.text, bot_user)

    def asks_anew(self, bot_user: str) -> bool:
        """Whether it asks what it did not ask before: edits may change words, links that unfold change nothing."""
        said = plain_text(self.text)
        if not self.is_edit:
            return True
        if self.before is None:
            return bool(said)
        is_newly_named = self.names(bot_user) and not _names(self.before, bot_user)
        return is_newly_named or (bool(said) and mark_of(said) != mark_of(plain_text(self.before)))

    def thread(self, bot_user: str) -> str | None:
        """Where it is answered: only what is said in a direct message, at first and without a mention, not in a thread.

        A mention in a group's direct messages is, as it may come as app_mention first.
        """
        apart = self.is_direct and not self.is_edit
        if apart and (is_one_to_one(self.channel) or not self.names(bot_user)):
            return self.within
        return self.within or self.ts


def read_message(event: Mapping[str, Any]) -> Written | None:
    """What a person wrote; None for bots, joins, deletions, pins and whatever else Slack reports."""
    if event.get("type") not in (MESSAGE, MENTION):
        return None
    is_changed = event.get("subtype") == CHANGED
    message, before = (_block(event, "message"), _block(event, "previous_message")) if is_changed else (event, {})
    is_edited, is_mention = bool(message.get("edited")), event.get("type") == MENTION
    # What has been edited comes as a mention or a change; a change tells what it was, or at least that it is an edit.
    is_told = bool(before) or is_edited if is_changed else is_mention or not is_edited
    return _written(event, message, before) if is_told and _is_spoken(message) else None


def _written(event: Mapping[str, Any], message: Mapping[str, Any], before: Mapping[str, Any]) -> Written | None:
    user, ts, channel = text_in(message, "user"), text_in(message, "ts"), text_in(event, "channel")
    if not (user and ts and channel) or user == SLACKBOT:
        return None
    return Written(
        channel,
        kind=text_in(event, "channel_type"),
        user=user,
        ts=ts,
        within=_reply_in(message),
        text=text_in(message, "text"),
        has_files=bool(message.get("files")),
        is_mention=event.get("type") == MENTION,
        is_edit=message is not event or bool(message.get("edited")),
        before=text_in(before, "text") if before else None,
    )


def is_one_to_one(channel: str) -> bool:
    """Whether a channel is the direct messages of one person, by its id."""
    return channel.startswith("D")


def mark_of(said: str) -> str:
    """The same for all texts that ask the same in the same words, whatever their case, spaces and punctuation."""
    words = (word.strip(LOOSE) for word in said.casefold().split())
    return hashlib.sha256(" ".join(filter(None, words)).encode()).hexdigest()[:MARK_LENGTH]


def text_in(where: Mapping[str, Any], key: str) -> str:
    """A text that Slack sends under a key; empty if there is none."""
    value = where.get(key)
    return whole(value) if isinstance(value, str) else ""


def _names(text: str, bot_user: str) -> bool:
    return f"<@{bot_user}>" in text or f"<@{bot_user}|" in text


def _reply_in(message: Mapping[str, Any]) -> str | None:
    """The thread that a message is a reply in; its first message is named as in it too when it has replies."""
    thread = text_in(message, "thread_ts")
    return thread if thread not in ("", message.get("ts")) else None


def _is_spoken(message: Mapping[str, Any]) -> bool:
    return message.get("subtype") in SPOKEN and not any(message.get(key) for key in REPORTED)


def _block(where: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = where.get(key)
    return value if isinstance(value, Mapping) else {}
