"""Checks the knowledge file as a whole: what a schema of one file cannot see."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from medpath.errors import KnowledgeError
from medpath.knowledge.loading import KnowledgeFiles, build_knowledge, read_files
from medpath.knowledge.records import GENERAL, Knowledge, last_day

# Names of things, not figures: "Step 2", "H-1B", "PGY-3", the year of a law.
_NAMES_WITH_DIGITS = re.compile(
    r"(?:step|level|pgy|section|part|title|form|class)[ -]?\d|\b[A-Z]+-?\d+[A-Z]?\b|\b(?:19|20)\d\d\b", re.I
)


def load_knowledge(folder: Path, today: date) -> Knowledge:
    """The checked knowledge file; raises KnowledgeError with every fault, each with file and line."""
    files = read_files(folder)
    faults = list(find_faults(files, today))
    if faults:
        raise KnowledgeError(faults)
    return build_knowledge(files)


def find_faults(files: KnowledgeFiles, today: date) -> Iterator[str]:
    """Every fault of files that fit their schemas, one line each with file and line."""
    yield from _repeated_ids(files)
    yield from _bad_references(files)
    yield from _shared_names(files)
    yield from _repeated_questions(files)
    yield from _bad_dates(files, today)
    yield from _general_figures(files)


def _repeated_ids(files: KnowledgeFiles) -> Iterator[str]:
    topics = [(document.place(number), row) for document, number, row in files.rows()]
    for rows in (topics, list(files.fact_rows())):
        seen: dict[str, str] = {}
        for place, row in rows:
            for key in [row["id"], *row.get("formerly", ())]:
                if key in seen:
                    yield f"{place}: the id {key} stands already at {seen[key]}. Give one of them another."
                seen.setdefault(key, place)


def _bad_references(files: KnowledgeFiles) -> Iterator[str]:
    known, used = set(files.sources.content), set()
    for place, fact in files.fact_rows():
        used.add(fact["source"])
        if fact["source"] not in known:
            yield f"{place}: the source {fact['source']} of {fact['id']} is not in sources.yml. Add it there."
    for key in sorted(known - used):
        yield f"{files.sources.place(key)}: no fact uses the source {key}. Remove it."


def _shared_names(files: KnowledgeFiles) -> Iterator[str]:
    owners: dict[str, dict[str, str]] = defaultdict(dict)
    for document, number, row in files.rows():
        names = [name.lower() for name in row["aliases"]]
        for position, name in enumerate(names):
            place = document.place(number, "aliases", position)
            if name == row["name"].lower() or names.index(name) != position:
                yield f"{place}: {row['id']} has the name {name!r} already. Remove one."
            owners[name][row["id"]] = place
        owners[row["name"].lower()].setdefault(row["id"], document.place(number))
    declared = {name: set(ids) for name, ids in files.ambiguous.content.items()}
    for name, places in sorted(owners.items()):
        if len(places) > 1 and declared.get(name) != set(places):
            where = ", ".join(f"{topic} ({place})" for topic, place in places.items())
            yield f"{where}: share the name {name!r}. Remove it from one, or declare it in ambiguous.yml."
    for name in sorted(declared):
        if len(owners.get(name, ())) < 2:
            yield f"{files.ambiguous.place(name)}: {name!r} is not shared by topics any more. Remove it."


def _repeated_questions(files: KnowledgeFiles) -> Iterator[str]:
    seen: dict[str, tuple[str, str]] = {}
    for place, fact in files.fact_rows():
        for question in fact["questions"]:
            key = " ".join(question.lower().split())
            if key in seen:
                other_place, other = seen[key]
                yield f"{place}: {fact['id']} and {other} ({other_place}) share the question {question!r}. Mend one."
            seen.setdefault(key, (place, fact["id"]))


def _bad_dates(files: KnowledgeFiles, today: date) -> Iterator[str]:
    for place, fact in files.fact_rows():
        try:
            day = last_day(fact["as_of"])
        except ValueError as error:
            yield f"{place}: as_of of {fact['id']}: {error}. Write YYYY, YYYY-MM or YYYY-MM-DD."
            continue
        if day is not None and fact["as_of"] > today.isoformat()[: len(fact["as_of"])]:
            yield f"{place}: as_of of {fact['id']} ({fact['as_of']}) lies in the future. Give the day it was read."


def _general_figures(files: KnowledgeFiles) -> Iterator[str]:
    for place, fact in files.fact_rows():
        if fact["check"] != GENERAL or fact["changes"] == "rarely":
            continue
        figures = any(type(value) in (int, float) for value in fact.get("values", {}).values())
        if figures or re.search(r"\d", _NAMES_WITH_DIGITS.sub("", fact["text"])):
            yield f"{place}: {fact['id']} rests on no page but has a figure that changes. Give a source or drop it."
