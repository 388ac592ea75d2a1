"""The widget as a person drives it: by the names that screen readers read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from on_loopback import Running
from past_turns import remember_turns
from playwright.sync_api import ConsoleMessage, Locator, Page, Request, expect

from medpath.channels.web.sessions import Sessions

SETTLED = 20_000


@dataclass
class Widget:
    """A page with the widget on it, and what went wrong there: page errors, console errors, requests to other hosts."""

    page: Page
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.errors.append(f"error: {error}"))
        self.page.on("console", self._note)
        self.page.on("request", self._note_request)

    def _note(self, message: ConsoleMessage) -> None:
        # A refused or broken request shows in the console whatever the page does about it.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.errors.append(f"console: {message.text}")

    def _note_request(self, request: Request) -> None:
        where = urlsplit(request.url)
        if where.scheme in ("http", "https") and where.hostname != "127.0.0.1":
            self.errors.append(f"request to {request.url}")

    @property
    def launcher(self) -> Locator:
        return self.page.get_by_role("button", name=re.compile("^(Open|Close) Medpath chat$"))

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("dialog", name="Medpath")

    @property
    def box(self) -> Locator:
        return self.page.get_by_role("textbox", name="Your question")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log", name="Conversation")

    def button(self, name: str | re.Pattern[str]) -> Locator:
        return self.panel.get_by_role("button", name=name)

    def open(self, url: str) -> Widget:
        """Goes to a page and opens the widget by a click."""
        self.page.goto(url)
        self.page.get_by_role("button", name="Open Medpath chat").click()
        expect(self.box).to_be_visible(timeout=SETTLED)
        return self

    def say(self, text: str) -> None:
        """Types a message and clicks Send."""
        self.box.click()
        self.page.keyboard.type(text)
        self.button("Send").click()

    def ask(self, text: str, reply: str | re.Pattern[str]) -> None:
        """Says a text and waits until the log holds the reply."""
        self.say(text)
        expect(self.log).to_contain_text(reply, timeout=SETTLED)

    def count(self, text: str) -> int:
        """How often a text stands in the log."""
        return self.log.inner_text().count(text)


def begin_with_turns(page: Page, medpath: Running, turns: int, filling: str = "") -> str:
    """Has the next page that is opened go on with a conversation of so many turns; gives the conversation's name."""
    conversation = begin_with_session(page, medpath)
    remember_turns(medpath.database, conversation, turns, filling)
    return conversation


def begin_with_session(page: Page, medpath: Running) -> str:
    """Has the next page that is opened go on with a new conversation; gives its name."""
    sessions = Sessions(medpath.project.web_secret.read_text().strip())
    token = sessions.begin().token
    conversation = sessions.visitor(token).conversation
    key, record = json.dumps(f"medpath:{medpath.url}"), json.dumps({"conversation": "long", "token": token})
    page.add_init_script(f"localStorage.getItem({key}) ?? localStorage.setItem({key}, JSON.stringify({record}))")
    return conversation


@contextmanager
def page_of(folder: Path) -> Iterator[str]:
    """A web server for the files of a folder on another port of this machine, which makes it another origin."""
    handler = partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: Any) -> None:
        """Says nothing."""
