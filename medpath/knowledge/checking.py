"""Checks the knowledge file as a whole: what a schema of one file cannot see."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from medpath.errors import KnowledgeError
from medpath.knowledge.loading import KnowledgeFiles, build_knowledge, read_files
from medpath.knowledge.records import GENERAL, UNDATED, Knowledge, last_day

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
    """Every fault of files that fit their schemas, one line each with file and line.

    What time alone makes wrong is no fault here, so that a day's passing stops no training: see `overdue`.
    """
    yield from _wrong_places(files)
    yield from _repeated_ids(files)
    yield from _bad_references(files)
    yield from _shared_names(files)
    yield from _repeated_questions(files)
    yield from _bad_dates(files, today)
    yield from _general_figures(files)


def overdue(files: KnowledgeFiles, today: date) -> Iterator[str]:
    """Every fact that speaks of something past as present or to come, one line each with file and line."""
    for place, fact in files.fact_rows():
        if fact.get("expires", "9999") <= today.isoformat():
            yield f"{place}: {fact['id']} expired on {fact['expires']}. Say what holds now, or that it is past."


def _wrong_places(files: KnowledgeFiles) -> Iterator[str]:
    homes = {document.content["id"]: document for document in files.topics}
    for document in files.topics:
        topic = document.content["id"]
        if document.folder not in files.hubs.content:
            yield f"{document.place()}: the folder {document.folder} is no hub. Move the topic, or add it to hubs.yml."
        if document.path.stem != topic:
            yield f"{document.place('id')}: the file of {topic} must be named {topic}.yml. Rename it."
    for key, hub in files.hubs.content.items():
        if hub["topic"] not in homes or homes[hub["topic"]].folder != key:
            yield f"{files.hubs.place(key)}: the topic {hub['topic']} is not in {key}. Name one of its topics."
    parts = {topic: document.content.get("part_of", "") for topic, document in homes.items()}
    for topic, whole in parts.items():
        place = homes[topic].place("part_of")
        if whole and whole not in homes:
            yield f"{place}: {topic} is part of {whole}, which is no topic. Give the id of one."
        elif _turns_back(topic, parts):
            yield f"{place}: {topic} is a part of itself. Take part_of from one of those between."


def _turns_back(topic: str, parts: Mapping[str, str]) -> bool:
    seen, here = set(), topic
    while here and here not in seen:
        seen.add(here)
        here = parts.get(here, "")
    return here == topic


def _repeated_ids(files: KnowledgeFiles) -> Iterator[str]:
    topics = [(document.place(), document.content) for document in files.topics]
    for rows in (topics, list(files.fact_rows())):
        seen: dict[str, str] = {}
        for place, row in rows:
            for key in [row["id"], *row.get("formerly", ())]:
                if key in seen:
                    yield f"{place}: the id {key} stands already at {seen[key]}. Give one of them another."
                seen.setdefault(key, place)


def _bad_references(files: KnowledgeFiles) -> Iterator[str]:
    known: dict[str, str] = {}
    for place, key, _ in files.source_rows():
        if key in known:
            yield f"{place}: the source {key} stands already at {known[key]}. Remove one."
        known.setdefault(key, place)
    used = set()
    for place, fact in files.fact_rows():
        used.update(fact["sources"])
        for source in fact["sources"]:
            if source not in known:
                yield f"{place}: the source {source} of {fact['id']} is not in sources.yml. Add it there."
        if not fact["sources"] and fact["check"] != GENERAL:
            yield f"{place}: {fact['id']} is checked against a page but names none. Give its source."
    for key in sorted(known.keys() - used):
        yield f"{known[key]}: no fact uses the source {key}. Remove it."


def _shared_names(files: KnowledgeFiles) -> Iterator[str]:
    owners: dict[str, dict[str, str]] = defaultdict(dict)
    for document in files.topics:
        row = document.content
        names = [name.lower() for name in row["aliases"]]
        for position, name in enumerate(names):
            place = document.place("aliases", position)
            if name == row["name"].lower() or names.index(name) != position:
                yield f"{place}: {row['id']} has the name {name!r} already. Remove one."
            owners[name][row["id"]] = place
        owners[row["name"].lower()].setdefault(row["id"], document.place())
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
            last_day(fact.get("expires", UNDATED))
        except ValueError as error:
            yield f"{place}: a date of {fact['id']}: {error}. Write YYYY, YYYY-MM or YYYY-MM-DD."
            continue
        if day is not None and fact["as_of"] > today.isoformat()[: len(fact["as_of"])]:
            yield f"{place}: as_of of {fact['id']} ({fact['as_of']}) lies in the future. Give the day it was read."


def _general_figures(files: KnowledgeFiles) -> Iterator[str]:
    for place, fact in files.fact_rows():
        if fact["check"] != GENERAL or fact["changes"] == "rarely":
            continue
        figures = any(type(value) in (int, float) for value in fact.get("values", {}).values())
        if figures or re.search(r"\d", _NAMES_WITH_DIGITS.sub("", f"{fact['text']} {fact.get('more', '')}")):
            yield f"{place}: {fact['id']} rests on no page but has a figure that changes. Give a source or drop it."
