"""How well Medpath holds conversations: plays files of conversations with the running product and prints figures.

    uv run --no-sync python benchmarks/conversations.py [FILE ...] [--failures N]

A file is a list of {name, turns}; a turn is {say, kind, facts | all | topic | topics, says}: what the person says, the
kinds of reply that are right, and the facts of which one has to come first (`all`: one of each group somewhere),
or the topics, and words that the reply has to hold. Without a file, those of tests/conversations and
benchmarks/conversations are played.
"""

from __future__ import annotations

import argparse
import asyncio
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from medpath.channels.client import Client
from medpath.channels.replies import Reply
from medpath.commands.connection import connection
from medpath.project import find_project

ROOT = Path(__file__).parent
OWN = (ROOT.parent / "tests" / "conversations", ROOT / "conversations")
MAIN = ("answer", "comparison", "calculation", "overview", "plan")


def read_conversations(path: Path) -> list[dict[str, Any]]:
    """The conversations of a file."""
    return list(yaml.safe_load(path.read_text(encoding="utf-8")))


def faults(turn: Mapping[str, Any], replies: Sequence[Reply]) -> list[str]:
    """What is wrong with the replies to a turn; nothing if they are right."""
    main = next((reply for reply in replies if reply.kind in MAIN), replies[0] if replies else Reply("", "error"))
    kinds = [turn["kind"]] if isinstance(turn["kind"], str) else turn["kind"]
    told = " ".join(reply.text for reply in replies)
    found = [] if main.kind in kinds else [f"kind {main.kind}, not {' or '.join(kinds)}"]
    found += [f"does not say {text!r}" for text in turn.get("says", ()) if text not in told]
    if main.kind not in MAIN:
        return found if found or told.strip() else ["empty"]
    facts = [fact for reply in replies for fact in reply.facts]
    if "facts" in turn and (not main.facts or main.facts[0] not in turn["facts"]) and main.kind == "answer":
        found.append(f"{main.facts[:1]}, not {turn['facts']}")
    found += [f"none of {group}" for group in turn.get("all", ()) if not set(group) & set(facts)]
    named = [turn["topic"]] if "topic" in turn else turn.get("topics", [])
    told_of = {topic for reply in replies for topic in reply.topics}
    found += [f"nothing on {topic}" for topic in named if topic not in told_of]
    return found


async def play(client: Client, conversation: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Plays one conversation; gives each turn's message with its faults."""
    sender = f"bench-{uuid.uuid4().hex}"
    return [(turn["say"], faults(turn, await client.send(sender, turn["say"]))) for turn in conversation["turns"]]


async def main() -> None:
    """Plays the files and prints what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--failures", action="store_true", help="show each turn that went wrong")
    given = parser.parse_args()
    files = given.files or sorted(path for folder in OWN for path in folder.glob("*.yml"))
    total: Counter[str] = Counter()
    with connection(find_project()) as url:
        async with Client(url) as client:
            for path in files:
                count: Counter[str] = Counter()
                for conversation in read_conversations(path):
                    turns = await play(client, conversation)
                    for number, (text, wrong) in enumerate(turns):
                        count["first" if number == 0 else "later"] += 1
                        count["first right" if number == 0 else "later right"] += not wrong
                        if wrong and given.failures:
                            print(f"- [{conversation['name']}] {text!r}: {'; '.join(wrong)}")
                total += count
                print(path.name, _figures(count))
    print("all", _figures(total))


def _figures(count: Counter[str]) -> str:
    return ", ".join(f"{kind} turns {count[kind + ' right']} of {count[kind]} right" for kind in ("first", "later"))


if __name__ == "__main__":
    asyncio.run(main())
