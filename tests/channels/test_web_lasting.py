"""What the web channel keeps and says when the server is started again, or a part of it hangs or is dead."""

from __future__ import annotations

import json
import signal
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from on_loopback import Running, started
from web_visitor import Visitor, arrive, project_with

from medpath.serving.launcher import free_ports

pytestmark = pytest.mark.slow

QUESTION = "How many years is an internal medicine residency?"


@contextmanager
def _hanging(medpath: Running) -> Iterator[None]:
    """The action server takes requests and does not answer them."""
    actions = medpath.service("action server").process
    actions.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        actions.send_signal(signal.SIGCONT)


def _send_and_keep_open(visitor: Visitor, message_id: str, text: str) -> socket.socket:
    """Sends a message and does not wait for the reply."""
    address = urlsplit(visitor.url)
    body = json.dumps({"id": message_id, "text": text})
    connection = socket.create_connection((address.hostname, address.port))
    connection.sendall(
        f"POST /webhooks/web/messages HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: Bearer {visitor.token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    return connection


def test_a_restart_loses_nothing(tmp_path: Path) -> None:
    """Tokens still hold, what was said is there, and a message sent again is not asked again."""
    project = project_with(tmp_path)
    with started(project, free_ports()) as medpath:
        before = arrive(medpath.url)
        first = before.say(QUESTION, "first")
        said = before.history()
    with started(project, free_ports()) as medpath:
        after = Visitor(medpath.url, before.token)
        assert after.say(QUESTION, "first") == first
        assert after.history() == said
        assert after.ask("where is that from")["facts"] == first[0]["facts"][:1]
        assert after.questions() == [QUESTION, "where is that from"]


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A Medpath that gives a turn up after two seconds."""
    with started(project_with(tmp_path_factory.mktemp("impatient"), turn_seconds=2), free_ports()) as medpath:
        yield medpath


def test_an_answer_that_takes_too_long_is_apologised_for(impatient: Running) -> None:
    """The person is told; the same message sent again later is answered, and asked once."""
    visitor = arrive(impatient.url)
    with _hanging(impatient):
        reply = visitor.ask(QUESTION, "slow")
    assert reply["kind"] == "error"
    assert "took too long" in reply["body"]
    assert visitor.ask(QUESTION, "slow")["kind"] == "answer"
    assert visitor.questions() == [QUESTION]


def test_a_turn_goes_on_when_the_visitor_hangs_up(impatient: Running) -> None:
    """A page that is closed while the answer is under way finds it when it is opened again."""
    visitor = arrive(impatient.url)
    with _hanging(impatient):
        with closing(_send_and_keep_open(visitor, "lost", QUESTION)):
            assert visitor.history() == []
        assert visitor.history() == []
    # Comes after the first one, since a conversation is kept in order.
    assert visitor.ask("thanks")["kind"] == "smalltalk"
    assert visitor.questions() == [QUESTION, "thanks"]
    kept = [message["reply"] for message in visitor.history() if message["from"] == "medpath"]
    assert visitor.say(QUESTION, "lost") == kept[:1]
    assert kept[0]["kind"] == "answer"


@pytest.fixture(scope="module")
def crippled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A Medpath whose action server was killed while it was running."""
    with started(project_with(tmp_path_factory.mktemp("crippled")), free_ports()) as medpath:
        actions = medpath.service("action server").process
        actions.kill()
        actions.wait()
        yield medpath


def test_a_message_that_failed_stays_open(crippled: Running) -> None:
    """The person is asked to send again, each time that he does; what was not answered is not kept as asked."""
    visitor = arrive(crippled.url)
    for _ in range(2):
        reply = visitor.ask(QUESTION, "same")
        assert reply["kind"] == "error"
        assert "send your question again" in reply["body"]
    assert visitor.history() == []


def test_a_person_in_crisis_still_gets_numbers_to_call(crippled: Running) -> None:
    """The numbers to call need no action server."""
    reply = arrive(crippled.url).ask("I want to kill myself")
    assert reply["kind"] == "safety"
    assert "988" in reply["text"]
