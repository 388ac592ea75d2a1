"""What people hear while a part of Medpath is dead: the action server was killed and nobody starts it again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from on_loopback import Conversation, Running, make_project, started

from medpath.serving.launcher import free_ports

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def crippled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A Medpath whose action server was killed while it was running."""
    with started(make_project(tmp_path_factory.mktemp("crippled")), free_ports()) as medpath:
        actions = medpath.service("action server").process
        actions.kill()
        actions.wait()
        yield medpath


@pytest.fixture
def conversation(crippled: Running) -> Conversation:
    return Conversation(crippled.url)


def test_a_question_gets_an_apology(conversation: Conversation) -> None:
    """A person who asks while the action server is dead is asked to send the question again."""
    reply = conversation.ask("How many years is an internal medicine residency?")
    assert reply.kind == "error"
    assert "send your question again" in reply.text


def test_a_dead_action_server_does_not_make_the_rasa_server_sick(crippled: Running) -> None:
    """The probe of the Rasa server asks for a turn that needs no other part."""
    assert crippled.service("Rasa server").answers(10)
    assert not crippled.service("action server").answers(10)


@pytest.mark.parametrize("text", ["I want to kill myself", "i don't want to live anymore", "my friend is suicidal"])
def test_a_person_in_crisis_still_gets_numbers_to_call(conversation: Conversation, text: str) -> None:
    """The numbers to call need no action server."""
    reply = conversation.ask(text)
    assert reply.kind == "safety"
    assert "988" in reply.text
    assert "1-888-409-0141" in reply.text


def test_danger_inside_a_form_needs_no_action_server(tmp_path: Path) -> None:
    """Whoever was asked for his stage before the server died gets the numbers to call, and is not asked on."""
    with started(make_project(tmp_path), free_ports()) as medpath:
        talk = Conversation(medpath.url)
        assert "Where on the way" in talk.say("make me a plan")[-1]["text"]
        actions = medpath.service("action server").process
        actions.kill()
        actions.wait()
        reply = talk.ask("I want to kill myself")
        assert reply.kind == "safety"
        assert "988" in reply.text
        assert talk.ask("hello there").kind == "smalltalk"
