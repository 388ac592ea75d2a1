"""Whether a question inside a long message, with a story around it, gets the answer that it gets alone.

    uv run --no-sync python -m benchmarks.stories [FILE ...] [--faults N]

A file is a list of {text, door, asks}: `asks` are the questions of the message, each as its writer put it alone, `door`
is as in benchmarks/doors. Message and questions are asked of the running product, each in a conversation of its own. A
question counts as answered alike if the fact that it gets alone is the first of one of the replies to the message.
"""

from __future__ import annotations

import argparse
import asyncio
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.doors import ALSO, ANSWER, Doors
from medpath.answering.replies.answer import ANSWERED
from medpath.channels.client import Client
from medpath.channels.replies import Reply
from medpath.commands.connection import connection
from medpath.language.intents import CRISIS
from medpath.project import find_project

FOLDER = Path(__file__).parent / "stories"
QUESTION = "question"
# What is less surely answered alone says nothing of the story.
SURE = 0.75


@dataclass(frozen=True)
class Story:
    """A long message with its door and its questions."""

    text: str
    door: str
    asks: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """What came of a story: its door, its first facts, and for each question that is surely answered alone its fact."""

    story: Story
    door: str
    facts: frozenset[str]
    alone: dict[str, str]

    @property
    def turned_away(self) -> bool:
        """Whether a question got neither answer nor question back."""
        return self.story.door == QUESTION and self.door not in {ANSWER, *ALSO[QUESTION]}

    @property
    def alike(self) -> int:
        """How many of the questions were answered alike."""
        return sum(fact in self.facts for fact in self.alone.values())


def read_stories(path: Path) -> list[Story]:
    """The stories of a file."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [Story(row["text"], row["door"], tuple(row.get("asks", ()))) for row in rows]


async def ask(url: str, stories: Sequence[Story], doors: Doors) -> list[Told]:
    """Asks each story and, where facts may answer, each of its questions."""
    run, told = uuid.uuid4().hex, []
    async with Client(url) as client:
        for number, story in enumerate(stories):
            replies = await client.send(f"{run}-{number}", story.text)
            alone = {}
            for place, question in enumerate(story.asks if story.door in (QUESTION, CRISIS) else ()):
                reply, *_ = await client.send(f"{run}-{number}-{place}", question)
                if reply.kind in ANSWERED and reply.facts and reply.score >= SURE:
                    alone[question] = reply.facts[0]
            told.append(Told(story, doors.of(replies[0]), _first_facts(replies), alone))
    return told


def _first_facts(replies: Sequence[Reply]) -> frozenset[str]:
    return frozenset(reply.facts[0] for reply in replies if reply.kind in ANSWERED and reply.facts)


def report(told: Sequence[Told], faults: int) -> Iterator[str]:
    """The figures, then what went wrong."""
    danger = [one for one in told if one.story.door == CRISIS]
    safe = [one for one in told if one.story.door != CRISIS]
    asked = [one for one in told if one.story.door == QUESTION]
    other = [one for one in safe if one.story.door != QUESTION]
    for_nothing = [one for one in safe if one.door == CRISIS]
    turned = [one for one in asked if one.turned_away]
    strayed = [one for one in other if one.door != one.story.door and one.door not in ALSO.get(one.story.door, ())]
    yield f"danger, help lines first: {sum(one.door == CRISIS for one in danger)} of {len(danger)}"
    yield f"help lines for nothing: {len(for_nothing)} of {len(safe)}"
    yield f"questions turned away: {len(turned)} of {len(asked)}"
    yield f"other kinds through the right door, or one as good: {len(other) - len(strayed)} of {len(other)}"
    for name, rows in (("questions", asked), ("questions beside danger", danger)):
        alike, alone = sum(one.alike for one in rows), sum(len(one.alone) for one in rows)
        yield f"{name} answered as they are alone: {alike} of {alone}"
    wrong = [*for_nothing, *turned, *strayed, *(one for one in asked if one.alike < len(one.alone))]
    for one in list({one.story.text: one for one in wrong}.values())[:faults]:
        yield f"- {one.story.door} -> {one.door}: {' | '.join(one.story.asks)}: {', '.join(sorted(one.facts))}"


def main() -> None:
    """Asks the files and prints what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, default=sorted(FOLDER.glob("*.yml")))
    parser.add_argument("--faults", type=int, default=0, metavar="N", help="show at most N faults")
    given = parser.parse_args()
    project = find_project()
    with connection(project) as url:
        for path in given.files:
            told = asyncio.run(ask(url, read_stories(path), Doors(project)))
            print(f"{path.name}, {len(told)} messages")
            print("\n".join(f"  {line}" for line in report(told, given.faults)))


if __name__ == "__main__":
    main()
