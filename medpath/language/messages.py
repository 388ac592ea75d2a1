"""Reads the training messages of data/nlu, intent by intent."""

from __future__ import annotations

from pathlib import Path

from medpath.knowledge.yaml_lines import read_yaml


def read_messages(folder: Path) -> list[tuple[str, str]]:
    """Pairs of message and intent, in the order of the files.

    Raises KnowledgeError for a file that is not YAML.
    """
    pairs = []
    for path in sorted(folder.glob("*.yml")):
        for entry in (read_yaml(path) or {}).get("nlu", []):
            if "intent" not in entry:  # Rasa keeps synonyms, lookup tables and patterns in the same files
                continue
            lines = entry.get("examples", "").splitlines()
            pairs += [(line[2:].strip(), entry["intent"]) for line in lines if line.startswith("- ")]
    return pairs
