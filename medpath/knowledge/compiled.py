"""The checked knowledge file as one JSON file, which loads in a fraction of the time of the YAML."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from medpath.errors import SetupError
from medpath.knowledge.records import Fact, Hub, Knowledge, Source, Topic


def save_compiled(knowledge: Knowledge, path: Path) -> None:
    """Writes the knowledge as JSON."""
    content = {
        "hubs": [asdict(hub) for hub in knowledge.hubs.values()],
        "topics": [asdict(topic) for topic in knowledge.topics],
        "sources": [asdict(source) for source in knowledge.sources.values()],
        "ambiguous": dict(knowledge.ambiguous),
    }
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def load_compiled(path: Path) -> Knowledge:
    """Reads what save_compiled wrote; raises SetupError if the file is damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Knowledge(
            hubs={row["id"]: Hub(**row) for row in content["hubs"]},
            topics=tuple(_topic(row) for row in content["topics"]),
            sources={row["id"]: Source(**row) for row in content["sources"]},
            ambiguous={name: tuple(ids) for name, ids in content["ambiguous"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SetupError(f"{path} is missing or damaged ({error}). Run `make train`.") from error


def _topic(row: dict[str, object]) -> Topic:
    facts = tuple(Fact(**_tuples(fact)) for fact in row.pop("facts"))  # type: ignore[arg-type, attr-defined]
    return Topic(facts=facts, **_tuples(row))  # type: ignore[arg-type]


def _tuples(row: dict[str, object]) -> dict[str, object]:
    keys = ("aliases", "formerly", "questions", "sources")
    return {key: tuple(value) if key in keys else value for key, value in row.items()}  # type: ignore[arg-type]
