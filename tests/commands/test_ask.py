"""`medpath ask` in a process of its own: one question, or a stream of lines, at a running Medpath."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from on_loopback import REPOSITORY, Ended, Running, environment, medpath

from medpath.project import Project
from medpath.serving.launcher import Ports, free_ports

QUESTION = "How many years is an internal medicine residency?"
OTHER_QUESTION = "When is Match Day?"
WHERE_FROM = "where is that from?"
KEYS = ["conversation", "text", "reply", "kind", "facts", "topics", "sources", "buttons", "score", "chosen_by"]

Ask = Callable[..., Ended]
Stream = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def ask(medpath_running: Running) -> Ask:
    """Runs `medpath ask` with arguments beside the running Medpath."""
    return lambda *arguments, **given: medpath(
        medpath_running.project, medpath_running.ports, "ask", *arguments, **given
    )


@pytest.fixture
def stream(ask: Ask) -> Stream:
    """Gives lines to `medpath ask --jsonl` and reads the objects that come out."""

    def run(*lines: str) -> list[dict[str, Any]]:
        ended = ask("--jsonl", stdin="".join(f"{line}\n" for line in lines))
        assert (ended.code, ended.err) == (0, "")
        return [json.loads(line) for line in ended.out.splitlines()]

    return run


# One question


def test_an_answered_question(ask: Ask) -> None:
    """An answer is printed with its source, and the exit code says that there was one."""
    ended = ask(QUESTION)
    assert (ended.code, ended.err) == (0, "")
    assert "3 years" in ended.out
    assert "Source: " in ended.out


def test_a_question_may_stand_without_quotes(ask: Ask) -> None:
    """The words of a question may be given one by one."""
    assert ask(*QUESTION.split()).out == ask(QUESTION).out


@pytest.mark.parametrize("text", ["What is the capital of France?", "hello", "", "/restart", "I want to die"])
def test_what_is_not_answered_has_a_code_of_its_own(ask: Ask, text: str) -> None:
    """A script can tell from exit code 3 that no fact was found; what was said instead is printed."""
    ended = ask(text)
    assert (ended.code, ended.err) == (3, "")
    assert ended.out.strip()


def test_nothing_asked(ask: Ask) -> None:
    """Without a question a person is shown how to ask."""
    ended = ask()
    assert (ended.code, ended.out) == (1, "")
    assert 'medpath ask "When is Match Day?"' in ended.err


def test_a_question_and_lines_at_once(ask: Ask) -> None:
    """A question besides --jsonl is refused, since it is not clear which is meant."""
    assert ask("--jsonl", QUESTION).code == 1


# A Medpath of its own


def test_it_starts_a_medpath_of_its_own_and_stops_it(broken_project: Callable[..., Project]) -> None:
    """Where another program holds the port, a Medpath is started for the one question and none stays behind."""
    with _no_http_server() as port:
        ended = medpath(broken_project(), Ports(port, free_ports().actions), "ask", QUESTION)
    assert (ended.code, ended.err) == (0, "")
    assert "3 years" in ended.out
    assert not ended.left


def test_it_touches_no_file_of_one_that_runs_at_another_port(medpath_running: Running) -> None:
    """Logs, conversations and secrets of a Medpath that it does not find stay as they are, and so does the folder."""
    before = _files_of(medpath_running)
    ended = medpath(medpath_running.project, free_ports(), "ask", QUESTION)
    assert (ended.code, ended.err) == (0, "")
    assert "3 years" in ended.out
    assert _files_of(medpath_running) == before


def _files_of(running: Running) -> dict[Path, tuple[int, int]]:
    """When each file of a running Medpath was changed, and its size."""
    files = [*running.project.state.rglob("*"), *running.database.parent.glob(f"{running.database.name}*")]
    return {file: (file.stat().st_mtime_ns, file.stat().st_size) for file in files if file.is_file()}


def test_without_a_model_it_says_what_to_do(broken_project: Callable[..., Project]) -> None:
    """Where nothing is running and nothing is trained, the message names the file and the command."""
    ended = medpath(broken_project("medpath.tar.gz"), free_ports(), "ask", QUESTION)
    assert (ended.code, ended.out) == (1, "")
    assert "medpath.tar.gz" in ended.err
    assert "make train" in ended.err
    assert len(ended.err.splitlines()) == 1


# Lines


def test_an_object_has_these_keys(stream: Stream) -> None:
    """A program that reads the objects finds the same keys in each, also where nothing was answered."""
    answer, smalltalk, nothing = stream(QUESTION, "hello", '{"text": ""}')
    assert [list(row) for row in (answer, smalltalk, nothing)] == [KEYS] * 3
    assert answer["text"] == QUESTION
    assert answer["kind"] == "answer"
    assert answer["facts"]
    assert "internal-medicine" in answer["topics"]
    assert "3 years" in answer["reply"]
    assert 0 < answer["score"] <= 1
    assert [list(source) for source in answer["sources"]] == [["publisher", "url", "as_of"]]
    assert all({"title", "payload"} <= set(button) for button in answer["buttons"])
    assert (smalltalk["kind"], smalltalk["facts"], smalltalk["sources"]) == ("smalltalk", [], [])
    assert nothing["kind"] == "error"


def test_lines_of_all_kinds_keep_their_order(stream: Stream) -> None:
    """Plain lines, objects and broken objects are answered one by one; empty lines are left out."""
    broken = ['{"conversation": "a", "text": ', "null", "[1, 2]", '{"question": "hi"}', '"quoted"']
    rows = stream(OTHER_QUESTION, "", json.dumps({"text": QUESTION}), "   ", *broken, QUESTION)
    assert [row["text"] for row in rows] == [OTHER_QUESTION, QUESTION, *broken, QUESTION]
    assert all(row["reply"].strip() for row in rows)


def test_a_conversation_goes_on_over_several_lines(stream: Stream) -> None:
    """Two conversations whose lines are mixed each remember their own last answer."""
    rows = stream(
        json.dumps({"conversation": "one", "text": QUESTION}),
        json.dumps({"conversation": "two", "text": OTHER_QUESTION}),
        json.dumps({"conversation": "one", "text": WHERE_FROM}),
        json.dumps({"conversation": "two", "text": WHERE_FROM}),
    )
    assert [row["conversation"] for row in rows] == ["one", "two", "one", "two"]
    assert rows[2]["sources"] == rows[0]["sources"]
    assert rows[3]["sources"] == rows[1]["sources"]
    assert rows[2]["sources"] != rows[3]["sources"]
    assert rows[0]["sources"][0]["publisher"] in rows[2]["reply"]


def test_plain_lines_are_conversations_of_their_own(stream: Stream) -> None:
    """A plain question is not read in the light of the one before, and each has a name."""
    first, second = stream(QUESTION, WHERE_FROM)
    assert first["conversation"] != second["conversation"]
    assert second["sources"] == []


def test_a_run_does_not_go_on_with_an_earlier_one(stream: Stream) -> None:
    """The same conversation name in a later run is a new conversation."""
    stream(json.dumps({"conversation": "again", "text": QUESTION}))
    (row,) = stream(json.dumps({"conversation": "again", "text": WHERE_FROM}))
    assert row["sources"] == []


def test_names_of_conversations_come_back_as_text(stream: Stream) -> None:
    """A number, a colon or another script in a name does no harm."""
    names = [7, "a:b", "张三", "with space"]
    rows = stream(*(json.dumps({"conversation": name, "text": "hello"}) for name in names))
    assert [row["conversation"] for row in rows] == ["7", "a:b", "张三", "with space"]


def test_other_scripts_are_written_as_they_are(ask: Ask) -> None:
    """The objects are readable in UTF-8, not escaped."""
    assert "¿Cuánto dura?" in ask("--jsonl", stdin="¿Cuánto dura?\n").out


@pytest.mark.parametrize(
    "line",
    [b"caf\xe9", b'{"text": "\\ud800"}', b"[" * 20_000, b'{"text": "\\u0000"}', b"x" * 100_000, b'{"text": {"a": 1}}'],
    ids=["latin-1", "half a character", "deeply nested", "null character", "very long", "object"],
)
def test_a_bad_line_does_not_end_the_stream(ask: Ask, line: bytes) -> None:
    """Whatever a line holds, it gets an object, and so does the line after it."""
    ended = ask("--jsonl", stdin=line + f"\n{QUESTION}\n".encode(), PYTHONIOENCODING="utf-8")
    rows = [json.loads(row) for row in ended.out.splitlines()]
    assert (ended.code, ended.err) == (0, "")
    assert len(rows) == 2
    assert rows[0]["reply"]
    assert rows[1]["kind"] == "answer"


def test_each_line_is_answered_at_once(medpath_running: Running) -> None:
    """A program can read the answer to a line before it writes the next, and may stop reading when it likes."""
    with subprocess.Popen(
        [sys.executable, "-m", "medpath.cli", "ask", "--jsonl"],
        cwd=REPOSITORY,
        env=environment(medpath_running.project, medpath_running.ports),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for question in (QUESTION, OTHER_QUESTION):
            process.stdin.write(question + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["text"] == question
        process.stdout.close()
        _, err = process.communicate(f"{QUESTION}\n")
    assert err == ""


@contextmanager
def _no_http_server() -> Iterator[int]:
    """The port of a server that greets in a protocol of its own."""

    def greet(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")
            connection.recv(1024)

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=greet, args=(server,), daemon=True).start()
        yield server.getsockname()[1]
