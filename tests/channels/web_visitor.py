"""A visitor of the web channel, over HTTP, and projects with settings of their own."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import yaml
from on_loopback import Running, make_project

from medpath.channels.web.sessions import Sessions
from medpath.project import Project

CHANNELS = ("medpath.channels.rest.RestChannel", "medpath.channels.web.channel.WebChannel")
TIMEOUT = 60


@dataclass(frozen=True)
class Visitor:
    """One visitor: where the server is, and his token."""

    url: str
    token: str

    @property
    def authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def post(self, body: Any, **headers: str) -> requests.Response:
        """Sends a body to the messages: bytes as they are, anything else as JSON."""
        content = {"data": body} if isinstance(body, bytes) else {"json": body}
        return requests.post(
            f"{self.url}/webhooks/web/messages", headers={**self.authorization, **headers}, timeout=TIMEOUT, **content
        )

    def say(self, text: str, message_id: str = "", **more: Any) -> list[dict[str, Any]]:
        """Sends a message and gives its replies; there is always one."""
        response = self.post({"id": message_id or uuid.uuid4().hex, "text": text, **more})
        assert response.status_code == 200, response.text
        replies = response.json()["replies"]
        assert replies
        return replies

    def ask(self, text: str, message_id: str = "", **more: Any) -> dict[str, Any]:
        """Sends a message and gives the one reply to it."""
        (reply,) = self.say(text, message_id, **more)
        return reply

    def ask_at_once(self, messages: list[tuple[str, str]]) -> list[dict[str, Any]]:
        """Sends pairs of id and text without waiting in between; gives the one reply to each."""
        with ThreadPoolExecutor(len(messages)) as pool:
            return list(pool.map(lambda message: self.ask(message[1], message[0]), messages))

    def read(self) -> requests.Response:
        """Asks for what was said."""
        return requests.get(f"{self.url}/webhooks/web/messages", headers=self.authorization, timeout=TIMEOUT)

    def plan_file(self, form: str, **query: str) -> requests.Response:
        """Asks for the picture or the calendar of a plan."""
        url = f"{self.url}/webhooks/web/plan.{form}"
        return requests.get(url, query, headers=self.authorization, timeout=TIMEOUT)

    def history(self) -> list[dict[str, Any]]:
        """What was said."""
        response = self.read()
        assert response.status_code == 200, response.text
        return response.json()["messages"]

    def questions(self) -> list[str]:
        """What the visitor said, oldest first."""
        return [message["text"] for message in self.history() if message["from"] == "person"]


def begin(url: str, **headers: str) -> requests.Response:
    """Asks for a session."""
    return requests.post(f"{url}/webhooks/web/sessions", headers=headers, timeout=TIMEOUT)


def arrive(url: str) -> Visitor:
    """A new visitor."""
    response = begin(url)
    assert response.status_code == 201, response.text
    return Visitor(url, response.json()["session"]["token"])


def secret_of(medpath: Running) -> str:
    return medpath.project.web_secret.read_text().strip()


def conversation_of(visitor: Visitor, medpath: Running) -> str:
    return Sessions(secret_of(medpath)).visitor(visitor.token).conversation


def error_code(response: requests.Response) -> str:
    """The code of an error; every error has one and a sentence for the person."""
    error = response.json()["error"]
    assert set(error) == {"code", "message"}
    assert error["message"].endswith((".", "}."))
    return error["code"]


def project_with(folder: Path, **settings: Any) -> Project:
    """A project whose web channel has these settings."""
    project = make_project(folder)
    credentials = project.root / "credentials.yml"
    credentials.unlink()
    credentials.write_text(yaml.safe_dump(dict(zip(CHANNELS, (None, settings), strict=True))), encoding="utf-8")
    return project
