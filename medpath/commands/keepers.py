"""medpath knowledge: for the people who keep the facts."""

from __future__ import annotations

import argparse
import textwrap
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from medpath.errors import MedpathError
from medpath.knowledge.checking import load_knowledge
from medpath.knowledge.records import Fact, Knowledge
from medpath.project import Project

FOUND = 10


def add_commands(commands: Any) -> None:
    """Adds knowledge with its own commands."""
    knowledge = commands.add_parser("knowledge", help="check, count, show and search the facts")
    actions = knowledge.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="name every fault with file and line")
    check.set_defaults(act=lambda project, given: _tell([_checked(_load(project))]))
    stats = actions.add_parser("stats", help="count topics, facts and questions")
    stats.set_defaults(act=lambda project, given: _tell(_stats(_load(project))))
    show = actions.add_parser("show", help="show a topic or a fact by its id, also a former one")
    show.add_argument("id")
    show.set_defaults(act=lambda project, given: _tell(_show(_load(project), given.id)))
    search = actions.add_parser("search", help="what the search finds for words, best first")
    search.add_argument("words", nargs="+")
    search.set_defaults(act=_search)
    stale = actions.add_parser("stale", help="facts whose figures are older than the pace at which they change")
    stale.set_defaults(act=lambda project, given: _tell(_stale(_load(project))))


def _load(project: Project) -> Knowledge:
    return load_knowledge(project.knowledge, date.today())


def _tell(lines: Iterable[str]) -> int:
    for line in lines:
        print(line)
    return 0


def _checked(knowledge: Knowledge) -> str:
    return f"The knowledge file is sound: {len(knowledge.topics)} topics, {len(knowledge.facts)} facts."


def _stats(knowledge: Knowledge) -> Iterable[str]:
    yield f"{len(knowledge.topics)} topics, {len(knowledge.facts)} facts, {len(knowledge.sources)} sources"
    yield f"{sum(len(fact.questions) for fact in knowledge.facts)} sample questions"
    topics = {topic.id: topic for topic in knowledge.topics}
    groups = {
        "area": Counter(topics[fact.topic].area for fact in knowledge.facts),
        "aspect": Counter(fact.aspect for fact in knowledge.facts),
        "check": Counter(fact.check for fact in knowledge.facts),
        "changes": Counter(fact.changes for fact in knowledge.facts),
    }
    for name, counts in groups.items():
        yield f"by {name}: " + ", ".join(f"{key} {number}" for key, number in counts.most_common())


def _show(knowledge: Knowledge, wanted: str) -> Iterable[str]:
    fact, topic = knowledge.fact(wanted), knowledge.topic(wanted)
    if fact is not None:
        return _fact_lines(knowledge, fact)
    if topic is not None:
        heads = [f"{topic.name} ({topic.id}): {topic.kind}, {topic.area}", f"also: {', '.join(topic.aliases)}"]
        return [*heads, *(f"  {own.id}  [{own.aspect}] {own.label}" for own in topic.facts)]
    raise MedpathError(f"There is no topic or fact {wanted!r}. Find ids with: medpath knowledge search WORDS")


def _fact_lines(knowledge: Knowledge, fact: Fact) -> list[str]:
    source = knowledge.source_of(fact)
    former = f"formerly: {', '.join(fact.formerly)}" if fact.formerly else ""
    audience = f", for {fact.audience}" if fact.audience else ""
    lines = [
        f"{fact.id}  [{fact.aspect}] {fact.label}{audience}",
        *textwrap.wrap(fact.text, 100),
        f"source: {source.publisher}, {source.title} <{source.url}>",
        f"as of {fact.as_of} {fact.period}; changes {fact.changes}; check: {fact.check}",
        former,
        f"note: {fact.note}" if fact.note else "",
        *(f"  ? {question}" for question in fact.questions),
    ]
    return [line for line in lines if line]


def _search(project: Project, given: argparse.Namespace) -> int:
    from medpath.answering.service import load_answerer

    found = load_answerer(project).ranked(" ".join(given.words))
    return _tell(f"{share:5.1%}  {fact.id}  {fact.text[:90]}" for fact, share in found[:FOUND])


def _stale(knowledge: Knowledge) -> Iterable[str]:
    today = date.today()
    old = sorted((fact for fact in knowledge.facts if fact.is_stale(today)), key=lambda fact: fact.as_of)
    yield f"{len(old)} facts are older than the pace at which they change:"
    for fact in old:
        yield f"{fact.as_of:10}  {fact.changes:15}  {fact.id}  {knowledge.source_of(fact).url}"
