"""How well Medpath answers: asks a file of questions through the running product and prints figures and failures.

    uv run --no-sync python benchmarks/answers.py [FILE ...] [--typos] [--failures N] [--model]

A file is a list of {q, verdict, gold, partial}; without one, the project's own paraphrases are asked. Every
question goes the way of `medpath ask --jsonl`: REST channel, NLU, rules, action. With `--model` the files are asked
twice: without the language model that the environment configures, and with it in every turn.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import string
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from medpath.answering.fitting.choices import Asked, read_questions
from medpath.answering.fitting.material import present
from medpath.answering.replies.answer import ANSWERED, MODEL
from medpath.answering.service import KNOWLEDGE
from medpath.channels.client import Client
from medpath.channels.replies import Reply
from medpath.commands.connection import connection, short_lived
from medpath.knowledge.compiled import load_compiled
from medpath.language_model.settings import model_state, read_model_settings
from medpath.project import Project, find_project

OWN = Path(__file__).parent / "questions" / "paraphrases.yml"
HANDLED = {"decline", "safety", "smalltalk"}
# As sure as any reply is, and surer than one can be.
NEVER, ALWAYS, UNBOUNDED = "0", "1.1", "100000"
LONG_WORD = re.compile(r"[A-Za-z]{6,}")


@dataclass(frozen=True)
class Result:
    """A question with what came back: the first reply that answers, and the first fact of each one that does."""

    asked: Asked
    reply: Reply
    facts: frozenset[str]

    @property
    def in_scope(self) -> bool:
        """Whether some fact answers it."""
        return bool(self.asked.gold)

    @property
    def answered(self) -> bool:
        """Whether a fact was given."""
        return self.reply.kind in ANSWERED

    @property
    def right(self) -> bool:
        """Whether a gold fact was given first, to one of the questions if the message was taken for several."""
        return bool(self.facts & self.asked.gold)

    @property
    def wrong(self) -> bool:
        """Whether facts were given first that are neither gold nor partial."""
        return self.answered and not self.facts & (self.asked.gold | self.asked.partial)

    @property
    def handled(self) -> bool:
        """Whether a question out of scope was declined or met by a safety or smalltalk reply."""
        return self.reply.kind in HANDLED


def mistyped(text: str, chance: random.Random) -> str:
    """The text with one typing error in each word over five letters: a letter lost, doubled, swapped or changed."""
    return LONG_WORD.sub(lambda word: _mistyped_word(word[0], chance), text)


def _mistyped_word(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word) - 1)
    return chance.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + chance.choice(string.ascii_lowercase) + word[at + 1 :],
        ]
    )


async def ask_all(url: str, asked: Sequence[Asked], typos: bool) -> list[Result]:
    """Asks each question in a conversation of its own."""
    chance = random.Random(7)
    run, results = uuid.uuid4().hex, []
    async with Client(url) as client:
        for number, question in enumerate(asked):
            text = mistyped(question.text, chance) if typos else question.text
            replies = await client.send(f"{run}-{number}", text)
            main = next((reply for reply in replies if reply.kind in ANSWERED), replies[0])
            facts = frozenset(reply.facts[0] for reply in replies if reply.kind in ANSWERED and reply.facts)
            results.append(Result(question, main, facts))
    return results


def report(results: Sequence[Result], failures: int) -> Iterator[str]:
    """The figures, then a table of what went wrong."""
    inside = [result for result in results if result.in_scope]
    outside = [result for result in results if not result.in_scope]
    if inside:
        yield f"answerable {len(inside)}: right first {_share(r.right for r in inside)}, "
        yield f"  wrong {_share(r.wrong for r in inside)}, answered {_share(r.answered for r in inside)}, "
        yield f"  asked back {_share(r.reply.kind == 'clarify' for r in inside)}"
        offered = [r for r in inside if not r.answered]
        yield f"  gold among what was offered {_share(_offers_gold(r) for r in offered)} of {len(offered)}"
    yield f"chosen by the language model {_share(r.reply.chosen_by == MODEL for r in results)}"
    if outside:
        yield f"out of scope {len(outside)}: handled {_share(r.handled for r in outside)}"
    faults = [r for r in inside if not r.right] + [r for r in outside if not r.handled]
    for result in faults[:failures]:
        yield f"- {result.asked.text[:110]}"
        first = result.reply.facts[0] if result.reply.facts else ""
        mark = "partial" if first in result.asked.partial else "WRONG" if result.wrong else result.reply.kind
        yield f"    {mark:8} {first} ({result.reply.score:.2f})  wanted {', '.join(sorted(result.asked.gold)[:3])}"


def _offers_gold(result: Result) -> bool:
    return any(fact in result.asked.gold for button in result.reply.buttons for fact in button.facts)


def _share(flags: Iterator[bool]) -> str:
    found = list(flags)
    return f"{sum(found) / len(found):.1%}" if found else "none"


def main() -> None:
    """Asks the files and prints what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, default=[OWN])
    parser.add_argument("--typos", action="store_true", help="with one typing error in each word over five letters")
    parser.add_argument("--failures", type=int, default=0, metavar="N", help="show at most N failures a file")
    parser.add_argument("--model", action="store_true", help="also with the configured language model")
    given = parser.parse_args()
    project = find_project()
    if not given.model:
        with connection(project) as url:
            print_report(url, given, project)
        return
    settings = read_model_settings(project, os.environ)
    print(model_state(settings))
    if settings is None:
        return
    os.environ["MEDPATH_LLM_TURNS_PER_MINUTE"] = UNBOUNDED
    for name, sure in (("the local path", NEVER), (f"{settings.model} in every turn", ALWAYS)):
        os.environ["MEDPATH_LLM_SURE"] = sure
        with short_lived(project) as url:
            print(f"== {name}")
            print_report(url, given, project)


def print_report(url: str, given: argparse.Namespace, project: Project) -> None:
    """Asks the files and prints the figures of each."""
    knowledge = load_compiled(project.index / KNOWLEDGE)
    for path in given.files:
        results = asyncio.run(ask_all(url, present(read_questions(path), knowledge), given.typos))
        head = f"{path.name}{' with typing errors' if given.typos else ''}"
        print("\n".join([head, *report(results, given.failures)]))


if __name__ == "__main__":
    main()
