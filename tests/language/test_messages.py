"""Reading the training messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from medpath.errors import KnowledgeError
from medpath.language.messages import read_messages
from medpath.project import find_project

COURTESY = """\
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
    - hi - how are you?
- intent: thanks
  examples: |
    - thanks
"""


def test_pairs_in_the_order_of_the_files(tmp_path: Path) -> None:
    """Messages come with their intents, file by file and line by line."""
    (tmp_path / "b.yml").write_text(COURTESY, encoding="utf-8")
    (tmp_path / "a.yml").write_text("nlu:\n- intent: bye\n  examples: |\n    - bye  \n", encoding="utf-8")
    assert read_messages(tmp_path) == [
        ("bye", "bye"),
        ("hello", "greet"),
        ("hi - how are you?", "greet"),
        ("thanks", "thanks"),
    ]


def test_files_without_messages(tmp_path: Path) -> None:
    """An empty file, one without messages and one that is no YAML file add nothing."""
    (tmp_path / "empty.yml").write_text("# nothing yet\n", encoding="utf-8")
    (tmp_path / "version.yml").write_text('version: "3.1"\n', encoding="utf-8")
    (tmp_path / "intent.yml").write_text("nlu:\n- intent: greet\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("nlu: [", encoding="utf-8")
    assert read_messages(tmp_path) == []


def test_broken_file(tmp_path: Path) -> None:
    """A broken file of messages is told with its line."""
    (tmp_path / "courtesy.yml").write_text(COURTESY + "- intent: [bye\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"courtesy\.yml:\d+: broken YAML"):
        read_messages(tmp_path)


def test_synonyms(tmp_path: Path) -> None:
    """Synonyms and lookup tables, which Rasa reads from the same files, are no messages."""
    (tmp_path / "nlu.yml").write_text(COURTESY + "- synonym: residency\n  examples: |\n    - resi\n", encoding="utf-8")
    assert [intent for _, intent in read_messages(tmp_path)] == ["greet", "greet", "thanks"]


def test_own_messages() -> None:
    """No own message is taught under two intents, for the classifier could not tell them apart."""
    intents: dict[str, set[str]] = {}
    for text, intent in read_messages(find_project().messages):
        intents.setdefault(" ".join(text.lower().split()), set()).add(intent)
    assert {text: found for text, found in intents.items() if len(found) > 1} == {}
