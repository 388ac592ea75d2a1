"""A language model whose answers come from a file: for those who want to measure one that cannot be reached from here.

    uv run --no-sync python benchmarks/replayed_model.py PORT PROMPTS.jsonl ANSWERS.jsonl

Point MEDPATH_LLM_URL at http://127.0.0.1:PORT/v1 and ask questions. What a prompt of PROMPTS.jsonl ({"key",
"messages"}) is to be answered with stands in ANSWERS.jsonl ({"key", "answer"}). A prompt that has no answer yet is
added to PROMPTS.jsonl, and its first fact is chosen. Ask, have the prompts answered, start again and ask again, until
no new prompt comes (a model may ask for a further search, which makes a second one).
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

from aiohttp import web


def key_of(messages: list[dict[str, str]]) -> str:
    """The name of a prompt: the same for the same text."""
    return hashlib.sha256(json.dumps(messages).encode()).hexdigest()[:16]


def first_fact(messages: list[dict[str, str]]) -> dict[str, Any]:
    """The verdict that chooses the first fact of a prompt."""
    facts = json.loads(messages[-1]["content"])["facts"]
    return {"decision": "answer", "things": [{"ids": [facts[0]["id"]], "opening": "none"}], "ids": [], "phrase": ""}


def make_app(prompts: Path, answers: Path) -> web.Application:
    """The server."""
    lines = answers.read_text(encoding="utf-8").splitlines() if answers.exists() else []
    known = {row["key"]: row["answer"] for row in map(json.loads, filter(str.strip, lines))}
    asked: set[str] = set()

    async def answer(request: web.Request) -> web.Response:
        messages = (await request.json())["messages"]
        key = key_of(messages)
        if key not in known and key not in asked:
            asked.add(key)
            with prompts.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"key": key, "messages": messages}, ensure_ascii=False) + "\n")
        said = known.get(key, first_fact(messages))
        content = said if isinstance(said, str) else json.dumps(said)
        message = {"role": "assistant", "content": content}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        about = {"id": key, "object": "chat.completion", "created": 0, "model": "replayed"}
        return web.json_response({**about, "choices": [choice]})

    app = web.Application()
    app.router.add_post("/v1/chat/completions", answer)
    return app


def main() -> None:
    """Serves on loopback until it is stopped."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("port", type=int)
    parser.add_argument("prompts", type=Path)
    parser.add_argument("answers", type=Path)
    given = parser.parse_args()
    web.run_app(make_app(given.prompts, given.answers), host="127.0.0.1", port=given.port, print=None)


if __name__ == "__main__":
    main()
