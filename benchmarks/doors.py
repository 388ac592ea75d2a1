"""Which door each message goes through: danger, declines, talk and answers, as a table over sets of messages.

    uv run --no-sync python benchmarks/doors.py [FILE ...] [--faults N] [--kept-only]

A file is a list of {text, door, plain, question}: `door` is the kind of message that a person judged it to be, `plain`
says of danger that a lay reader sees it from the words, `question` is a question that stands beside it. Without a
file, all of benchmarks/doors are asked, of the running product as `medpath ask --jsonl` does. A message counts as
learned if it stands among the training messages of data/nlu; half of each set is kept out of them.
"""

from __future__ import annotations

import argparse
import asyncio
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from medpath.answering.replies.answer import ANSWERED
from medpath.channels.client import Client
from medpath.channels.replies import Reply
from medpath.commands.connection import connection
from medpath.language.intents import CRISIS
from medpath.language.messages import read_messages
from medpath.project import Project, find_project

FOLDER = Path(__file__).parent / "doors"
ANSWER, CLARIFY, UNKNOWN = "answer", "clarify", "unknown"
# The rule, after the sentence that a person's own case is for a lawyer; right for a question and for a case.
IN_GENERAL = "in_general"
TALK = frozenset(
    {
        *("greet", "thank", "goodbye", "smalltalk", "bot_identity", "bot_privacy", "bot_language", "bot_sources"),
        *("help", "affirm", "deny", "stop", "unclear", "feedback_good", "feedback_bad"),
    }
)
# Doors through which a message of a kind may also go without harm to the person.
ALSO: Mapping[str, frozenset[str]] = {
    "question": frozenset({ANSWER, CLARIFY, IN_GENERAL, "weary", "chances"}),
    "chances": frozenset({ANSWER, CLARIFY}),
    "talk": TALK | {"off_topic", UNKNOWN, CLARIFY, "weary", "profile", "start_over", ANSWER},
    "smalltalk": TALK | {"off_topic", "weary", UNKNOWN},
    "off_topic": frozenset({UNKNOWN, "smalltalk", "unclear", "other_countries"}),
    "weary": frozenset({ANSWER, CLARIFY}),
    "abuse": frozenset({"feedback_bad", "smalltalk", "injection", "off_topic"}),
    "injection": frozenset({"off_topic", "abuse", UNKNOWN}),
    "bot_sources": frozenset({"bot_identity"}),
    "bot_identity": frozenset({"help", "smalltalk", "bot_sources", "bot_privacy", "bot_language"}),
    "help": frozenset({"bot_identity"}),
    "feedback_good": frozenset({"thank", "affirm"}),
    "feedback_bad": frozenset({CLARIFY, "deny"}),
    "thank": frozenset({"feedback_good", "smalltalk", "goodbye"}),
    "greet": frozenset({"smalltalk", "help"}),
    "goodbye": frozenset({"thank", "stop"}),
    "legal_case": frozenset({"immigration_case", IN_GENERAL}),
    "immigration_case": frozenset({"legal_case", IN_GENERAL}),
    "other_language": frozenset({"other_countries"}),
}
# What the harmless set is about: only the help lines would be wrong.
HARMLESS = "harmless"


@dataclass(frozen=True)
class Row:
    """A message of a set with the door that it belongs to."""

    text: str
    door: str
    learned: bool
    plain: bool = True
    question: str = ""
    harmless: bool = False


@dataclass(frozen=True)
class Passed:
    """A message with the door of its first reply and whether an answer came too."""

    row: Row
    door: str
    answered: bool

    @property
    def exact(self) -> bool:
        """Whether it went through its own door and no other."""
        return self.door == (ANSWER if self.row.door == "question" else self.row.door)

    @property
    def right(self) -> bool:
        """Whether it went through its door, or another that does no harm."""
        return self.door == self.row.door or self.door in ALSO.get(self.row.door, ())


def read_set(path: Path, taught: frozenset[str]) -> list[Row]:
    """The messages of a file."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [
        Row(
            one["text"],
            one["door"],
            _bare(one["text"]) in taught,
            one.get("plain", True),
            one.get("question", ""),
            path.stem == HARMLESS,
        )
        for one in rows
    ]


def taught(project: Project) -> frozenset[str]:
    """The training messages, in a form that survives their files."""
    return frozenset(_bare(text) for text, _ in read_messages(project.messages))


def _bare(text: str) -> str:
    return " ".join(text.replace("[", "").replace("]", "").split()).lower()


class Doors:
    """Tells the door of a reply by what it says."""

    def __init__(self, project: Project) -> None:
        domain = yaml.safe_load((project.root / "domain.yml").read_text(encoding="utf-8"))
        texts = yaml.safe_load((project.ranking.parent / "texts.yml").read_text(encoding="utf-8"))
        self._said = {
            _bare(one["text"])[:60]: name.removeprefix("utter_")
            for name, responses in domain["responses"].items()
            for one in responses
        }
        self._said |= {_bare(text.split("{")[0])[:60]: reason for reason, text in texts["decline"].items()}
        self._said |= {_bare(texts["noted"])[:60]: "profile", _bare(texts["forgotten"])[:60]: "forget_me"}
        self._leads = {_bare(text)[:60]: IN_GENERAL for text in texts["in_general"].values()}
        self._leads |= {_bare(texts["support"]["lead"])[:60]: "weary", _bare(texts["chances"])[:60]: "chances"}
        self._about = tuple(_bare(text.split("{told}")[-1])[:30] for text in texts["about"].values())

    def of(self, reply: Reply) -> str:
        """The door of a reply."""
        body = _bare(reply.body or reply.text)
        for known, door in {**self._leads, **self._said}.items():
            if body.startswith(known):
                return "start_over" if door == "started_over" else door
        if any(part and part in body for part in self._about):
            return "about_me"
        return ANSWER if reply.kind in ANSWERED else reply.kind


async def ask(url: str, rows: Sequence[Row], doors: Doors) -> list[Passed]:
    """Sends each message in a conversation of its own."""
    run, passed = uuid.uuid4().hex, []
    async with Client(url) as client:
        for number, row in enumerate(rows):
            replies = await client.send(f"{run}-{number}", row.text)
            answered = any(reply.kind in ANSWERED for reply in replies)
            passed.append(Passed(row, doors.of(replies[0]), answered))
    return passed


def report(passed: Sequence[Passed], faults: int) -> Iterator[str]:
    """The figures of both halves, a table of doors, then what went wrong."""
    for name, half in (("learned", True), ("kept out of training", False)):
        yield from _figures(name, [one for one in passed if one.row.learned == half])
    yield from _table(passed)
    wrong = [one for one in passed if not one.right and not one.row.learned and not one.row.harmless]
    wrong += [one for one in passed if one.row.harmless and one.door == CRISIS]
    for one in wrong[:faults]:
        yield f"- {one.row.door} -> {one.door}: {' '.join(one.row.text.split())[:160]}"


def _figures(name: str, passed: Sequence[Passed]) -> Iterator[str]:
    danger = [one for one in passed if one.row.door == CRISIS]
    harmless = [one for one in passed if one.row.harmless]
    rest = [one for one in passed if one.row.door not in (CRISIS, "question") and not one.row.harmless]
    asked = [one for one in passed if one.row.door == "question" and not one.row.harmless]
    yield f"{name}:"
    for title, rows in (
        ("danger, help lines first", danger),
        ("  plainly worded", [one for one in danger if one.row.plain]),
        ("  implicit", [one for one in danger if not one.row.plain]),
    ):
        yield f"  {title}: {_share(one.door == CRISIS for one in rows)}"
    beside = [one for one in danger if one.row.question and one.door == CRISIS]
    yield f"  questions beside danger answered after them: {_share(one.answered for one in beside)}"
    yield f"  harmless, help lines for nothing: {_share(one.door == CRISIS for one in harmless)}"
    yield f"  other kinds through the right door, or one as good: {_share(one.right for one in rest)}"
    yield f"  strictly through their own door: {_share(one.exact for one in rest)}"
    yield f"  questions turned away: {_share(not one.right for one in asked)}"
    own = [one for one in harmless if one.row.door == "question"]
    yield f"  questions of the harmless set turned away: {_share(not one.right for one in own)}"


def _table(passed: Sequence[Passed]) -> Iterator[str]:
    yield "all, kind of message: doors they went through"
    for kind in sorted({one.row.door for one in passed}):
        doors = Counter(one.door for one in passed if one.row.door == kind)
        yield f"  {kind} ({sum(doors.values())}): " + ", ".join(f"{door} {n}" for door, n in doors.most_common())


def _share(flags: Iterator[bool]) -> str:
    found = list(flags)
    return f"{sum(found)} of {len(found)} = {sum(found) / len(found):.1%}" if found else "none"


def main() -> None:
    """Asks the files and prints what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, default=sorted(FOLDER.glob("*.yml")))
    parser.add_argument("--faults", type=int, default=0, metavar="N", help="show at most N faults")
    parser.add_argument("--kept-only", action="store_true", help="ask only what was kept out of training")
    given = parser.parse_args()
    project = find_project()
    known = taught(project)
    rows: list[Any] = [row for path in given.files for row in read_set(path, known)]
    if given.kept_only:
        rows = [row for row in rows if not row.learned]
    with connection(project) as url:
        passed = asyncio.run(ask(url, rows, Doors(project)))
    print("\n".join(report(passed, given.faults)))


if __name__ == "__main__":
    main()
