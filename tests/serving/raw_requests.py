"""Requests written byte by byte, and the three ways into a running Medpath that they are sent to."""

from __future__ import annotations

import os
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

import psutil
import requests
from on_loopback import Conversation, Running

from medpath.serving.shared_secret import HEADER, VARIABLE

TIMEOUT = 30
QUESTION = "How many years is an internal medicine residency?"
ANSWER = "Internal medicine"


@dataclass(frozen=True)
class Raw:
    """What came back for some bytes: all of it up to the end of the connection."""

    answer: bytes

    @property
    def status(self) -> int:
        """The status of the first response; 0 if there was none."""
        return int(self.answer.split(b" ", 2)[1]) if self.answer.startswith(b"HTTP/1.1 ") else 0


@dataclass(frozen=True)
class Way:
    """A way into a running Medpath: its port, its address and how a proper question goes there."""

    name: str
    medpath: Running

    @property
    def port(self) -> int:
        return self.medpath.ports.actions if self.name == "action" else self.medpath.ports.rasa

    @property
    def path(self) -> str:
        return {"web": "/webhooks/web/messages", "rest": "/webhooks/rest/webhook", "action": "/webhook"}[self.name]

    def connect(self, source: str = "127.0.0.1") -> socket.socket:
        """A connection from an address of this machine."""
        return socket.create_connection(("127.0.0.1", self.port), TIMEOUT, (source, 0))

    def send(self, sent: bytes) -> Raw:
        """Sends bytes and reads until the server ends the connection, which it has to."""
        with closing(self.connect()) as connection:
            connection.sendall(sent)
            return Raw(read_to_the_end(connection))

    def head(self, *lines: str, method: str = "POST") -> bytes:
        """The head of a request to this way, with some headers of its own."""
        return "\r\n".join([f"{method} {self.path} HTTP/1.1", "Host: 127.0.0.1", *lines, "", ""]).encode("latin-1")

    def ask(self) -> None:
        """Asks a proper question, which has to be answered."""
        if self.name == "action":
            answer = call_action(self.medpath, QUESTION).text
        elif self.name == "web":
            answer = ask_on_the_web(self.medpath.url, begin(self.medpath.url), QUESTION).text
        else:
            answer = Conversation(self.medpath.url).ask(QUESTION).text
        assert ANSWER in answer, answer

    def credentials(self) -> list[str]:
        """The header that lets a request through to where its body is read."""
        if self.name == "action":
            return [f"{HEADER}: {secret_of_actions(self.medpath)}"]
        return [f"Authorization: Bearer {begin(self.medpath.url)}"] if self.name == "web" else []


def call_action(medpath: Running, text: str, **headers: str) -> requests.Response:
    """Has the answering action run for a text, as the Rasa server does."""
    call = {
        "next_action": "action_answer",
        "tracker": {"sender_id": f"test-{uuid.uuid4().hex}", "slots": {}, "latest_message": {"text": text}},
    }
    return requests.post(
        f"http://127.0.0.1:{medpath.ports.actions}/webhook",
        json=call,
        headers={HEADER: secret_of_actions(medpath), **headers},
        timeout=TIMEOUT,
    )


def begin(url: str) -> str:
    """The token of a new visitor of the web channel."""
    response = requests.post(f"{url}/webhooks/web/sessions", timeout=TIMEOUT)
    assert response.status_code == 201, response.text
    return str(response.json()["session"]["token"])


def ask_on_the_web(url: str, token: str, text: str) -> requests.Response:
    """What the web channel answers to a message."""
    return requests.post(
        f"{url}/webhooks/web/messages",
        json={"id": uuid.uuid4().hex, "text": text},
        headers={"Authorization": f"Bearer {token}"},
        timeout=TIMEOUT,
    )


def secret_of_actions(medpath: Running) -> str:
    """The secret that the launcher gave to both servers."""
    return psutil.Process(medpath.service("action server").process.pid).environ()[VARIABLE]


def read_to_the_end(connection: socket.socket) -> bytes:
    """All that comes until the other side ends the connection, in whichever way."""
    parts = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether a condition comes true within some seconds."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def descriptors(medpath: Running, service: str) -> int:
    """How many descriptors a server has open."""
    return len(os.listdir(f"/proc/{medpath.service(service).process.pid}/fd"))


def sources() -> Iterator[str]:
    """Addresses of this machine besides 127.0.0.1."""
    return (f"127.0.{first}.{second}" for first in range(1, 255) for second in range(1, 255))
