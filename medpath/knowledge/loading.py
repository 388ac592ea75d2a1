"""Loads the knowledge file from YAML, with file and line for each fault."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema

from medpath.errors import KnowledgeError
from medpath.knowledge.records import Fact, Hub, Knowledge, Source, Topic
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

    @property
    def folder(self) -> str:
        """The name of the folder that the file lies in: for a topic, its hub."""
        return self.path.parent.name


@dataclass(frozen=True)
class KnowledgeFiles:
    """All files of the knowledge, read and fitting their schemas, not yet checked against each other."""

    topics: tuple[Document, ...]
    hubs: Document
    ambiguous: Document
    sources: tuple[Document, ...]

    def fact_rows(self) -> Iterator[tuple[str, LineDict]]:
        """Each fact with its `file:line`."""
        for document in self.topics:
            for position, fact in enumerate(document.content["facts"]):
                yield document.place("facts", position), fact

    def source_rows(self) -> Iterator[tuple[str, str, LineDict]]:
        """Each source's `file:line`, id and content."""
        for document in self.sources:
            for key, row in document.content.items():
                yield document.place(key), key, row


@dataclass(frozen=True)
class Draft:
    """Topic files that are not in the house yet, and a file of the sources that they add.

    Each lies in a folder named after its hub; it takes the place of the topic whose file has its name.
    """

    topics: tuple[Path, ...] = ()
    sources: Path | None = None


def read_files(folder: Path, draft: Draft | None = None) -> KnowledgeFiles:
    """Reads all files under `folder`, and a draft as if there; raises KnowledgeError with every fault of structure."""
    draft = draft or Draft()
    replaced = {path.name for path in draft.topics}
    paths = [path for path in sorted((folder / TOPICS_FOLDER).glob("*/*.yml")) if path.name not in replaced]
    paths += draft.topics
    if not paths:
        raise KnowledgeError([f"{folder / TOPICS_FOLDER}: holds no */*.yml file. Restore the knowledge file."])
    wanted = [(path, "topic") for path in paths]
    wanted += [(folder / f"{name}.yml", name) for name in ("hubs", "ambiguous", "sources")]
    wanted += [(draft.sources, "sources")] if draft.sources else []
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
    hubs, ambiguous, *sources = documents[len(paths) :]
    return KnowledgeFiles(_in_order(documents[: len(paths)], hubs), hubs, ambiguous, tuple(sources))


def _in_order(topics: Sequence[Document], hubs: Document) -> tuple[Document, ...]:
    """Topics in the order of their hubs: where nothing else decides between two readings, the first counts."""
    place = {hub: number for number, hub in enumerate(hubs.content)}
    return tuple(sorted(topics, key=lambda topic: (place.get(topic.folder, len(place)), topic.path.name)))


def build_knowledge(files: KnowledgeFiles) -> Knowledge:
    """The records of files that fit their schemas."""
    return Knowledge(
        hubs={key: Hub(id=key, **row) for key, row in files.hubs.content.items()},
        topics=tuple(_topic(document) for document in files.topics),
        sources={key: Source(id=key, **row) for _, key, row in files.source_rows()},
        ambiguous={name: tuple(ids) for name, ids in files.ambiguous.content.items()},
    )


def _topic(document: Document) -> Topic:
    row = document.content
    facts = tuple(Fact(topic=row["id"], **_tuples(fact)) for fact in row["facts"])
    return Topic(hub=document.folder, **{**_tuples(row), "facts": facts})


def _tuples(row: LineDict) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


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
