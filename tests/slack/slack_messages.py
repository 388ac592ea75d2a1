"""Messages as people send them beside plain ones: with files, to a thread's channel too, edited; and what is none.

https://docs.slack.dev/reference/events/message/file_share, /message_changed, /thread_broadcast
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from slack_requests import APP, Message, Payload, Person, Workspace, event_callback, new_id, new_ts

LINK = "https://www.usmle.org/"


def with_file(message: Message, kind: str = "message") -> Payload:
    """A message with a picture that was uploaded; its text may be empty."""
    file = {
        "id": new_id("F"),
        "name": "score.png",
        "title": "score.png",
        "mimetype": "image/png",
        "filetype": "png",
        "mode": "hosted",
        "user": message.person.user,
        "size": 48_213,
        "url_private": "https://files.slack.com/files-pri/T0-F0/score.png",
    }
    more = {"subtype": "file_share", "files": [file], "upload": False, "display_as_bot": False}
    return event_callback(message.person.workspace.team, message.event(kind, **more))


def broadcast(message: Message) -> Payload:
    """A reply in a thread that was sent to the channel too; it brings the message on which the thread hangs."""
    root = {
        "type": "message",
        "user": new_id("U"),
        "text": "what did you all do",
        "ts": message.thread,
        "thread_ts": message.thread,
        "reply_count": 1,
        "latest_reply": message.ts,
    }
    return message.as_message(subtype="thread_broadcast", root=root)


@dataclass(frozen=True)
class Edit:
    """A message before and after its person has edited it."""

    before: Message
    after: Message
    at: str

    def as_change(self, event_id: str = "") -> Payload:
        """The callback of a message_changed event."""
        return _change(self.before, self._now, self.before.event(), self.at, event_id)

    def as_mention(self) -> Payload:
        """The app_mention that Slack sends beside it where the message now mentions the app."""
        return event_callback(self.before.person.workspace.team, self.after.event("app_mention", edited=self._edited))

    @property
    def _edited(self) -> Payload:
        return {"user": self.before.person.user, "ts": self.at}

    @property
    def _now(self) -> Payload:
        return self.after.event(edited=self._edited)


def edit(message: Message, text: str) -> Edit:
    """An edit that gives a message another text."""
    return Edit(message, replace(message, text=text), f"{new_ts().partition('.')[0]}.000000")


def unfurled(message: Message) -> Payload:
    """The change by which Slack shows what a link in a message leads to."""
    shown = {"from_url": LINK, "original_url": LINK, "title": "USMLE", "text": "When is it?", "id": 1}
    return _change(message, message.event(attachments=[shown]), message.event(), new_ts())


def replied_to(message: Message) -> Payload:
    """The change by which Slack counts the replies to a message."""
    counted = {"thread_ts": message.ts, "reply_count": 1, "latest_reply": new_ts()}
    return _change(message, message.event(**counted), message.event(), new_ts())


def ignored_events(person: Person) -> dict[str, Payload]:
    """Events of a channel that nobody expects an answer to, by what they are."""
    text = f"<@{person.workspace.bot_user}> When is Match Day?"
    said, unnamed = person.says(text), person.says("good morning")
    bot = {"bot_id": person.workspace.bot, "app_id": APP}
    another_bot = {"subtype": "bot_message", "bot_id": "B0OTHERBOT", "username": "other", "user": None}
    inner = {
        "deletion": _about(person, "message_deleted", deleted_ts=said.ts, previous_message=said.event()),
        "join": said.event(subtype="channel_join", text=f"<@{person.user}> has joined the channel"),
        "another bot": said.event(**another_bot),
        "file of a bot": said.event(subtype="file_share", files=[{"id": new_id("F")}], **bot),
        "own message": said.event(user=person.workspace.bot_user, **bot),
        "own message of a user": said.event(**bot),
        "me": said.event(subtype="me_message"),
        "topic": said.event(subtype="channel_topic", topic=text),
        "pin": said.event(subtype="pinned_item", item_type="C", item={}),
    }
    changes = {
        "unfurl": unfurled(said),
        "replies counted": replied_to(said),
        "edit of a bot": edit(said, "hello").as_change(),
        "edit in other letters": edit(unnamed, "Good morning!").as_change(),
        "deleted root": _change(said, said.event(user="USLACKBOT", subtype="tombstone"), said.event(), new_ts()),
    }
    changes["edit of a bot"]["event"]["message"] |= bot
    return {**{kind: event_callback(person.workspace.team, event) for kind, event in inner.items()}, **changes}


def of_organization(payload: Payload, organization: Workspace, workspace: str | None = "T0INORG001") -> Payload:
    """An event as it comes where an organization has installed the app for all its workspaces."""
    told = {"enterprise_id": organization.team, "team_id": workspace, "user_id": "W0BOT", "is_bot": True}
    return {
        **payload,
        "team_id": workspace,
        "enterprise_id": organization.team,
        "authorizations": [{**told, "is_enterprise_install": True}],
    }


def _change(message: Message, now: Payload, before: Payload, at: str, event_id: str = "") -> Payload:
    """A message_changed event: what a message is now, and what it was."""
    outer = ("channel", "channel_type", "event_ts")
    inner = [{key: value for key, value in event.items() if key not in outer} for event in (now, before)]
    event = _about(message.person, "message_changed", message=inner[0], previous_message=inner[1])
    return event_callback(message.person.workspace.team, {**event, "ts": at, "event_ts": at}, event_id)


def _about(person: Person, subtype: str, **more: Any) -> Payload:
    ts = new_ts()
    common = {"type": "message", "subtype": subtype, "hidden": True, "channel": person.channel, "ts": ts}
    return {**common, "event_ts": ts, "channel_type": person.kind, **more}
