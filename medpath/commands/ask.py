"""medpath ask: one question, or a stream of them as JSON lines."""

from __future__ import annotations

import argparse
import io
import json
import sys
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import IO, Any

from medpath.answering.replies.answer import ANSWERED
from medpath.channels.client import Client
from medpath.channels.replies import Reply
from medpath.commands.connection import connection
from medpath.errors import MedpathError, ServiceError
from medpath.project import Project

EXIT_NOT_ANSWERED = 3


def add_commands(commands: Any) -> None:
    """Adds ask."""
    ask = commands.add_parser("ask", help="answer one question, or many from standard input with --jsonl")
    ask.add_argument("question", nargs="*", help="the question")
    ask.add_argument(
        "--jsonl",
        action="store_true",
        help='read a question, or {"conversation": ..., "text": ...}, a line; write one JSON object a line',
    )
    ask.set_defaults(act=_ask)


async def _ask(project: Project, given: argparse.Namespace) -> int:
    if given.jsonl == bool(given.question):
        raise MedpathError(
            'Give a question: medpath ask "When is Match Day?", or --jsonl with lines on standard input.'
        )
    with connection(project) as url:
        async with Client(url) as client:
            if given.jsonl:
                lines = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace")
                return await answer_lines(client, lines, sys.stdout)
            return await _answer_one(client, " ".join(given.question))


async def _answer_one(client: Client, text: str) -> int:
    from medpath.channels.shell import Page, render_turn

    replies = await client.send(f"ask-{uuid.uuid4().hex}", text)
    print("\n".join(render_turn(replies, Page(100, False))))
    return 0 if any(reply.kind in ANSWERED for reply in replies) else EXIT_NOT_ANSWERED


async def answer_lines(client: Client, lines: Iterable[str], output: IO[str]) -> int:
    """Answers each line in order and writes one object a line; a line that fails gives kind error."""
    for conversation, text in _turns(lines):
        try:
            replies = await client.send(conversation, text)
        except ServiceError as error:
            replies = [Reply(text=str(error), kind="error")]
        output.write(json.dumps(as_object(conversation, text, replies), ensure_ascii=False) + "\n")
        output.flush()
    return 0


def _turns(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    run = uuid.uuid4().hex
    for number, line in enumerate(lines):
        line = line.rstrip("\n")
        if not line.strip():
            continue
        row = _row(line)
        conversation = str(row.get("conversation") or f"line-{number}")
        yield f"{run}:{_writable(conversation)}", _writable(str(row.get("text") or ""))


def _writable(text: str) -> str:
    """The text with question marks for half characters, which JSON can hold and UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _row(line: str) -> dict[str, Any]:
    """A line is an object with a text, or else a plain question, whatever it looks like."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return {"text": line}
    return row if isinstance(row, dict) and "text" in row else {"text": line}


def as_object(conversation: str, text: str, replies: list[Reply]) -> dict[str, Any]:
    """All replies to one message as one object; kind and score are those of the first one that answers."""
    main = next((reply for reply in replies if reply.kind in ANSWERED), replies[0] if replies else Reply("", "error"))
    return {
        "conversation": conversation.split(":", 1)[1],
        "text": text,
        "reply": "\n\n".join(reply.text for reply in replies),
        "kind": main.kind,
        "facts": _joined(reply.facts for reply in replies),
        "topics": _joined(reply.topics for reply in replies),
        "sources": [
            {"publisher": s.publisher, "url": s.url, "as_of": s.as_of} for reply in replies for s in reply.sources
        ],
        "buttons": [asdict(button) for reply in replies for button in reply.buttons],
        "score": main.score,
        "chosen_by": main.chosen_by,
    }


def _joined(groups: Iterable[tuple[str, ...]]) -> list[str]:
    return list(dict.fromkeys(item for group in groups for item in group))
