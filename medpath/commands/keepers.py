"""medpath knowledge: for the people who keep the facts."""

from __future__ import annotations

import argparse
import textwrap
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from medpath.errors import KnowledgeError, MedpathError
from medpath.knowledge.checking import find_faults, load_knowledge, overdue
from medpath.knowledge.density import TOO_CLOSE, TOO_FAR, Pair, close_samples, nearest_samples
from medpath.knowledge.loading import Draft, read_files
from medpath.knowledge.records import Fact, Knowledge
from medpath.project import Project

FOUND = 10


def add_commands(commands: Any) -> None:
    """Adds knowledge with its own commands."""
    knowledge = commands.add_parser("knowledge", help="check, count, show and search the facts")
    actions = knowledge.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="name every fault with file and line")
    check.add_argument("files", nargs="*", type=Path, help="topic files to check as if they were in the house")
    check.add_argument("--sources", type=Path, help="a file of the sources that these files add")
    check.set_defaults(act=_check)
    stats = actions.add_parser("stats", help="count topics, facts and questions")
    stats.set_defaults(act=lambda project, given: _tell(_stats(_load(project))))
    show = actions.add_parser("show", help="show a topic or a fact by its id, also a former one")
    show.add_argument("id")
    show.set_defaults(act=lambda project, given: _tell(_show(_load(project), given.id)))
    search = actions.add_parser("search", help="what the search finds for words, best first")
    search.add_argument("words", nargs="+")
    search.set_defaults(act=_search)
    due = actions.add_parser("due", help="what has gone stale or expired, or will have by a day")
    due.add_argument("--before", type=_day, default=None, metavar="DATE", help="YYYY-MM-DD; today, if left out")
    due.set_defaults(act=lambda project, given: _tell(_due(_load(project), given.before or date.today())))
    neighbours = actions.add_parser("neighbours", help="sample questions of different facts that are too close")
    neighbours.add_argument("--above", type=float, default=TOO_CLOSE, metavar="COSINE")
    neighbours.add_argument(
        "--test", type=Path, metavar="FILE", help="name the test questions too close to samples instead"
    )
    neighbours.set_defaults(act=_neighbours)
    gaps = actions.add_parser("gaps", help="the questions of a file, one a line, that no sample question is near to")
    gaps.add_argument("file", type=Path)
    gaps.add_argument("--below", type=float, default=TOO_FAR, metavar="COSINE")
    gaps.set_defaults(act=_gaps)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write YYYY-MM-DD") from None


def _load(project: Project) -> Knowledge:
    return load_knowledge(project.knowledge, date.today())


def _tell(lines: Iterable[str]) -> int:
    for line in lines:
        print(line)
    return 0


def _check(project: Project, given: argparse.Namespace) -> int:
    files = read_files(project.knowledge, Draft(tuple(given.files), given.sources))
    faults = [*find_faults(files, date.today()), *overdue(files, date.today())]
    if faults:
        raise KnowledgeError(faults)
    facts = sum(1 for _ in files.fact_rows())
    return _tell([f"The knowledge file is sound: {len(files.topics)} topics, {facts} facts."])


def _stats(knowledge: Knowledge) -> Iterable[str]:
    yield f"{len(knowledge.topics)} topics, {len(knowledge.facts)} facts, {len(knowledge.sources)} sources"
    yield f"{sum(len(fact.questions) for fact in knowledge.facts)} sample questions"
    topics = {topic.id: topic for topic in knowledge.topics}
    groups = {
        "hub": Counter(topics[fact.topic].hub for fact in knowledge.facts),
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
        heads = [f"{topic.name} ({topic.id}): {topic.kind}, {topic.hub}", f"also: {', '.join(topic.aliases)}"]
        return [*heads, *(f"  {own.id}  [{own.aspect}] {own.label}" for own in topic.facts)]
    raise MedpathError(f"There is no topic or fact {wanted!r}. Find ids with: medpath knowledge search WORDS")


def _fact_lines(knowledge: Knowledge, fact: Fact) -> list[str]:
    former = f"formerly: {', '.join(fact.formerly)}" if fact.formerly else ""
    audience = f", for {fact.audience}" if fact.audience else ""
    lines = [
        f"{fact.id}  [{fact.aspect}] {fact.label}{audience}",
        *textwrap.wrap(fact.text, 100),
        *textwrap.wrap(fact.more, 100),
        *(f"source: {one.publisher}, {one.title} <{one.url}>" for one in knowledge.sources_of(fact)),
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


def _due(knowledge: Knowledge, before: date) -> Iterable[str]:
    days = [(day, fact) for fact in knowledge.facts if (day := fact.next_day_due()) is not None and day <= before]
    yield f"{len(days)} facts are stale or expired by {before}:"
    for day, fact in sorted(days, key=lambda one: (one[0], one[1].id)):
        expiring = fact.expires == day.isoformat()
        why = f"expires {fact.expires}" if expiring else f"of {fact.as_of}, changes {fact.changes}"
        yield "  ".join([fact.id, f"({why})", *(source.url for source in knowledge.sources_of(fact)[:1])])


def _neighbours(project: Project, given: argparse.Namespace) -> int:
    from medpath.language.vector_cache import training_vectors

    knowledge, encode = _load(project), training_vectors(project)
    if given.test:
        pairs = nearest_samples(knowledge, _lines(given.test), encode)
        return _tell(_pair_line(pair) for pair in pairs if pair.cosine >= given.above)
    return _tell(_pair_line(pair) for pair in close_samples(knowledge, given.above, encode))


def _gaps(project: Project, given: argparse.Namespace) -> int:
    from medpath.language.vector_cache import training_vectors

    pairs = nearest_samples(_load(project), _lines(given.file), training_vectors(project))
    far = sorted((pair for pair in pairs if pair.cosine < given.below), key=lambda pair: pair.cosine)
    return _tell([*(_pair_line(pair) for pair in far), f"{len(far)} of {len(pairs)} are below {given.below}."])


def _lines(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise MedpathError(f"{path} cannot be read ({error}). Give a text file with a question a line.") from error
    return [line.strip() for line in lines if line.strip()]


def _pair_line(pair: Pair) -> str:
    return (
        f"{pair.cosine:.2f}  {pair.question!r}{f' ({pair.asked})' if pair.asked else ''}  {pair.sample!r} ({pair.fact})"
    )
