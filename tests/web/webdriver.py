"""Firefox and WebKit as Debian packs them, driven by W3C WebDriver: Playwright knows only builds of its own.

WebKitGTK has a driver that speaks WebDriver over HTTP. Firefox itself takes the same commands over a socket of its own,
Marionette, to which geckodriver would only pass them on.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
STARTED_SECONDS = 60
# So often in a row an element has to be found at the same place.
AT_REST = 4
PATHS = {"Navigate": "/url", "Refresh": "/refresh", "ExecuteScript": "/execute/sync", "PerformActions": "/actions"}
PREFERENCES = {
    "marionette.port": 0,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.normandy.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "services.settings.server": "data:,",
    "extensions.getAddons.cache.enabled": False,
    "browser.safebrowsing.update.enabled": False,
}


class WebDriverError(Exception):
    """What a browser says it cannot do."""


class Wire(Protocol):
    """Takes the commands of WebDriver by their names in Marionette, which are those of the standard."""

    def send(self, command: str, parameters: dict[str, Any]) -> Any:
        """What the browser answers; raises WebDriverError."""


@dataclass(frozen=True)
class Browser:
    """A browser with one page."""

    wire: Wire

    def go(self, url: str) -> None:
        self.wire.send("Navigate", {"url": url})

    def reload(self) -> None:
        self.wire.send("Refresh", {})

    def run(self, script: str, *arguments: Any) -> Any:
        """What a function body returns in the page."""
        return self.wire.send("ExecuteScript", {"script": script, "args": list(arguments)})

    def wait_for(self, script: str, *arguments: Any, seconds: float = 20) -> Any:
        """What a function body returns as soon as that is something."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            found = self.run(script, *arguments)
            if found:
                return found
            time.sleep(0.1)
        raise AssertionError(f"Not within {seconds} s: {script}")

    def press(self, *keys: str) -> None:
        """Presses keys one after another, each a character or a code of WebDriver's."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.wire.send("PerformActions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def click(self, element: dict[str, str]) -> None:
        """Clicks into the middle of an element, once it has come to rest: a busy browser moves things in leaps."""
        places = [self._place(element)]
        while len(places) < AT_REST or len(set(places[-AT_REST:])) > 1:
            time.sleep(0.1)
            places.append(self._place(element))
        place = {"type": "pointerMove", "duration": 0, "origin": element, "x": 0, "y": 0}
        press, release = ({"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp"))
        mouse = {"type": "pointer", "id": "mouse", "actions": [place, press, release]}
        self.wire.send("PerformActions", {"actions": [mouse]})

    def _place(self, element: dict[str, str]) -> tuple[float, ...]:
        return tuple(self.run("const {x, y} = arguments[0].getBoundingClientRect(); return [x, y]", element))


class Marionette:
    """Firefox's socket: each message is a JSON list after its length."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._stream = connection.makefile("rb")
        self._number = 0
        self._read()

    def send(self, command: str, parameters: dict[str, Any]) -> Any:
        self._number += 1
        message = json.dumps([0, self._number, f"WebDriver:{command}", parameters])
        self._connection.sendall(f"{len(message)}:{message}".encode("ascii"))
        _, _, error, result = self._read()
        if error:
            raise WebDriverError(f"{command}: {error['error']}: {error['message']}")
        return result["value"] if set(result) == {"value"} else result

    def _read(self) -> Any:
        length = b""
        while (digit := self._stream.read(1)) != b":":
            if not digit:
                raise WebDriverError("Firefox has ended.")
            length += digit
        return json.loads(self._stream.read(int(length)))


class Http:
    """The address of a driver program."""

    def __init__(self, url: str) -> None:
        self._url = url

    def begin(self, capabilities: dict[str, Any]) -> None:
        session = self._post("/session", {"capabilities": {"alwaysMatch": capabilities}})
        self._url += f"/session/{session['sessionId']}"

    def send(self, command: str, parameters: dict[str, Any]) -> Any:
        return self._post(PATHS[command], parameters)

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        request = urllib.request.Request(self._url + path, json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=STARTED_SECONDS) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            with error:
                raise WebDriverError(f"{path}: {error.read().decode()}") from error


@contextmanager
def firefox(folder: Path) -> Iterator[Browser]:
    """Firefox without a window, with a profile in a folder."""
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
    (folder / "user.js").write_text("\n".join(lines), encoding="utf-8")
    program = firefox_program()
    assert program is not None
    with _running([program, "--headless", "--marionette", "--no-remote", "--profile", str(folder)], folder):
        port = int(_soon(lambda: (folder / "MarionetteActivePort").read_text()))
        with socket.create_connection(("127.0.0.1", port), timeout=STARTED_SECONDS) as connection:
            wire = Marionette(connection)
            wire.send("NewSession", {})
            yield Browser(wire)


@contextmanager
def webkit(folder: Path) -> Iterator[Browser]:
    """WebKitGTK's small browser, on a display of its own."""
    programs = webkit_programs()
    assert programs is not None
    driver, browser, display = programs
    port = _free_port()
    with ExitStack() as stack:
        read, write = os.pipe()
        screen = ["-screen", "0", "1200x900x24", "-nolisten", "tcp", "-displayfd", str(write)]
        stack.enter_context(_running([display, *screen], folder, pass_fds=(write,)))
        os.close(write)
        with os.fdopen(read) as number:
            environment = {"DISPLAY": f":{number.readline().strip()}", "HOME": str(folder), "GDK_BACKEND": "x11"}
        stack.enter_context(_running([driver, f"--port={port}"], folder, environment))
        wire = Http(f"http://127.0.0.1:{port}")
        _soon(lambda: socket.create_connection(("127.0.0.1", port)).close() or "open")
        options = {"binary": browser, "args": ["--automation"]}
        wire.begin({"browserName": "MiniBrowser", "webkitgtk:browserOptions": options})
        yield Browser(wire)


def firefox_program() -> str | None:
    return shutil.which("firefox-esr") or shutil.which("firefox")


def webkit_programs() -> tuple[str, str, str] | None:
    """The driver, the browser and the display; None unless all are there."""
    driver, display = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
    browser = next(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"), None)
    return (driver, str(browser), display) if driver and browser and display else None


@contextmanager
def _running(command: list[str], folder: Path, extra: dict[str, str] | None = None, **more: Any) -> Iterator[None]:
    with (folder / f"{Path(command[0]).name}.log").open("wb") as log:
        process = subprocess.Popen(
            command, env={**os.environ, **(extra or {})}, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **more
        )
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _soon(look: Any) -> str:
    """What a look gives once it raises nothing and gives something."""
    ends = time.monotonic() + STARTED_SECONDS
    while time.monotonic() < ends:
        try:
            found: str = look()
        except OSError:
            found = ""
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("The browser did not start.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
