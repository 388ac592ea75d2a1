"""All of it at once: the real nginx before two workers of each kind, on a PostgreSQL and a Redis."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from on_loopback import REPOSITORY
from proxied import Answer, Proxy, proxy
from shared_services import Postgres, RedisServer, program

sys.path.append(str(REPOSITORY / "tests" / "sharing"))
from workers import Deployment, Worker, deployed

pytestmark = pytest.mark.slow

QUESTIONS = ("When is Match Day?", "What does Step 1 cost?", "Is there a fee for ERAS?", "Compare MD and DO")
VISITORS = 10


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    postgres, redis = Postgres(), RedisServer()
    postgres.start()
    redis.start()
    try:
        folder = tmp_path_factory.mktemp("deployment")
        with deployed(folder, postgres, redis, "deployed", SANIC_PROXIES_COUNT="1") as all_of_them:
            yield all_of_them
    finally:
        postgres.remove()
        redis.remove()


@pytest.fixture(scope="module")
def door(running: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with proxy(tmp_path_factory.mktemp("nginx"), [worker.port for worker in running.rasa]) as at_work:
        yield at_work


@dataclass
class Visitor:
    """Somebody who asks each question once and never sends anything again."""

    door: Proxy
    answers: list[Answer] = field(default_factory=list)
    bearer: dict[str, str] = field(default_factory=dict)

    def visit(self) -> None:
        """Begins a conversation and asks everything in it."""
        self.answers.append(self.door.ask("/webhooks/web/sessions", body=b""))
        self.bearer = {"Authorization": f"Bearer {json.loads(self.answers[0].body)['session']['token']}"}
        for text in QUESTIONS:
            body = json.dumps({"id": uuid.uuid4().hex, "text": text}).encode()
            self.answers.append(self.door.ask("/webhooks/web/messages", body=body, headers=self.bearer))

    def kinds(self) -> list[str]:
        """What was answered, a reply a question."""
        return [json.loads(answer.body)["replies"][0]["kind"] for answer in self.answers[1:]]

    def told(self) -> list[str]:
        """The person's part of what was kept."""
        kept = json.loads(self.door.ask("/webhooks/web/messages", headers=self.bearer).body)["messages"]
        return [message["text"] for message in kept if message["from"] == "person"]


def killed_and_back(worker: Worker) -> None:
    """Kills a worker in the middle of what the visitors do, and starts it again."""
    time.sleep(1)
    worker.kill()
    time.sleep(2)
    worker.start_again()


def test_a_crowd_does_not_notice_that_a_rasa_server_is_killed(running: Deployment, door: Proxy) -> None:
    """Nobody sees an error, nothing is asked twice, and nobody has to send anything again."""
    visitors = [Visitor(door) for _ in range(VISITORS)]
    threads = [threading.Thread(target=visitor.visit) for visitor in visitors]
    for thread in threads:
        thread.start()
    killed_and_back(running.rasa[0])
    for thread in threads:
        thread.join()
    tried = [json.loads(line)["workers"] for line in door.log().splitlines()]
    assert any(", " in workers for workers in tried), "the kill met no request"
    statuses = {answer.status for visitor in visitors for answer in visitor.answers}
    assert statuses == {200, 201}
    assert all("error" not in visitor.kinds() for visitor in visitors)
    assert [visitor.told() for visitor in visitors] == [list(QUESTIONS)] * VISITORS


def test_a_backup_brings_back_what_was_said(running: Deployment, door: Proxy) -> None:
    """The two commands of docs/deploying.md, on a database in which something was said and erased since."""
    visitor = Visitor(door)
    visitor.visit()
    url, folder = running.postgres.url("deployed"), "usr/lib/postgresql/*/bin/"
    dump, restore = (program(name, "postgresql", folder) for name in ("pg_dump", "pg_restore"))
    saved = subprocess.run([dump, "-Fc", url], stdout=subprocess.PIPE, check=True).stdout
    forget = json.dumps({"id": uuid.uuid4().hex, "text": "forget me"}).encode()
    door.ask("/webhooks/web/messages", body=forget, headers=visitor.bearer)
    assert visitor.told() == []
    options = ["-d", url, "--clean", "--if-exists", "--single-transaction"]
    subprocess.run([restore, *options], input=saved, check=True)
    assert visitor.told() == list(QUESTIONS)
