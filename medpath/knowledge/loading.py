"""Loads the knowledge file from YAML, with file and line for each fault."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema

from medpath.errors import KnowledgeError
from medpath.knowledge.records import Fact, Knowledge, Source, Topic
from medpath.knowledge.yaml_lines import LineDict, line_of, read_yaml

TOPICS_FOLDER = "topics"


@dataclass(frozen=True)
class Document:
    """One YAML file as read, with the name of the schema that it must fit."""

    path: Path
    schema: str
    content: Any

    def place(self, *path: str | int) -> str:
        """`file:line` of a part of the file."""
        return f"{self.path.name}:{line_of(self.content, list(path))}"


@dataclass(frozen=True)
class KnowledgeFiles:
    """All files of the knowledge, read and fitting their schemas, not yet checked against each other."""

    topics: tuple[Document, ...]
    sources: Document
    ambiguous: Document

    def rows(self) -> Iterator[tuple[Document, int, LineDict]]:
        """Each topic with its file and its position there."""
        for document in self.topics:
            for number, row in enumerate(document.content):
                yield document, number, row

    def fact_rows(self) -> Iterator[tuple[str, LineDict]]:
        """Each fact with its `file:line`."""
        for document, number, row in self.rows():
            for position, fact in enumerate(row["facts"]):
                yield document.place(number, "facts", position), fact


def read_files(folder: Path) -> KnowledgeFiles:
    """Reads all files under `folder`; raises KnowledgeError with every fault of structure."""
    paths = sorted((folder / TOPICS_FOLDER).glob("*.yml"))
    if not paths:
        raise KnowledgeError([f"{folder / TOPICS_FOLDER}: holds no *.yml file. Restore the knowledge file."])
    wanted = [(path, "topics") for path in paths]
    wanted += [(folder / "sources.yml", "sources"), (folder / "ambiguous.yml", "ambiguous")]
    documents, faults = [], []
    for path, schema in wanted:
        try:
            document = Document(path, schema, read_yaml(path))
        except KnowledgeError as error:
            faults += error.faults
            continue
        faults += _schema_faults(document, folder)
        documents.append(document)
    if faults:
        raise KnowledgeError(faults)
    return KnowledgeFiles(tuple(documents[:-2]), documents[-2], documents[-1])


def build_knowledge(files: KnowledgeFiles) -> Knowledge:
    """The records of files that fit their schemas."""
    return Knowledge(
        topics=tuple(_topic(row) for _, _, row in files.rows()),
        sources={key: Source(id=key, **row) for key, row in files.sources.content.items()},
        ambiguous={name: tuple(ids) for name, ids in files.ambiguous.content.items()},
    )


def _topic(row: LineDict) -> Topic:
    facts = tuple(_fact(row["id"], fact) for fact in row["facts"])
    rest = {key: row[key] for key in ("id", "name", "kind", "area")}
    return Topic(aliases=tuple(row["aliases"]), formerly=tuple(row.get("formerly", ())), facts=facts, **rest)


def _fact(topic_id: str, row: LineDict) -> Fact:
    rest = {key: value for key, value in row.items() if key not in ("questions", "formerly")}
    return Fact(topic=topic_id, questions=tuple(row["questions"]), formerly=tuple(row.get("formerly", ())), **rest)


@functools.cache
def _validator(schema: Path) -> Any:
    return jsonschema.Draft7Validator(json.loads(schema.read_text(encoding="utf-8")))


def _schema_faults(document: Document, folder: Path) -> list[str]:
    validator = _validator(folder / "schema" / f"{document.schema}.json")
    return [
        f"{document.place(*_path(error))}: {_where(error)}{_shortened(error.message)}"
        for error in validator.iter_errors(document.content)
    ]


def _path(error: jsonschema.ValidationError) -> list[str | int]:
    """The way to the fault; a key that a mapping may not have stands in `instance`, not in the path."""
    path: list[Any] = [*error.absolute_path]
    key: Any = error.instance  # jsonschema types it more widely than JSON is
    return [*path, key] if "propertyNames" in error.absolute_schema_path else path


def _where(error: jsonschema.ValidationError) -> str:
    keys = [str(step) for step in error.absolute_path if isinstance(step, str)]
    return f"{keys[-1]}: " if keys else ""


def _shortened(message: str, limit: int = 160) -> str:
    return message if len(message) <= limit else f"{message[: limit // 2]} … {message[-limit // 2 :]}"
