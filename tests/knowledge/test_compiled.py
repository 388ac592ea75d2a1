"""The compiled copy of the knowledge: the same knowledge, or a clear error."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_knowledge import EXAM, SmallKnowledge

from medpath.errors import SetupError
from medpath.knowledge.compiled import load_compiled, save_compiled
from medpath.knowledge.records import Knowledge


def test_own_knowledge_comes_back(own_knowledge: Knowledge, tmp_path: Path) -> None:
    """The whole own knowledge file comes back from its compiled copy as it was, former ids included."""
    path = tmp_path / "knowledge.json"
    save_compiled(own_knowledge, path)
    assert load_compiled(path) == own_knowledge


def test_every_kind_of_field_comes_back(small: SmallKnowledge, tmp_path: Path) -> None:
    """Hubs, parts, settings, days of expiry, values, former ids and shared names come back."""
    knowledge, path = small.load(), tmp_path / "knowledge.json"
    save_compiled(knowledge, path)
    found = load_compiled(path)
    assert found == knowledge
    assert found.fact("step-ninth/price") == knowledge.fact("step-nine/fee")


def test_unquoted_date_among_the_values(small: SmallKnowledge, tmp_path: Path) -> None:
    """What the check lets through can be compiled, also a date without quotes."""
    small.edit(EXAM, "fee: 985", "effective: 2025-07-01")
    knowledge, path = small.load(), tmp_path / "knowledge.json"
    save_compiled(knowledge, path)
    assert load_compiled(path) == knowledge


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\x00",
        b"null",
        b"[]",
        b'{"topics": []}',
        b'{"topics": [], "sources": [], "ambiguous": {}}',
        b'{"hubs": [], "topics": [{"facts": []}], "sources": [], "ambiguous": {}}',
        b'{"hubs": [], "topics": [], "sources": [{"id": "x"}], "ambiguous": {}}',
        b'{"hubs": [], "topics": ["x"], "sources": [], "ambiguous": {}}',
        b'{"hubs": [], "topics": [], "sources": [], "ambiguous": []}',
        b'{"hubs": [{"id": "x"}], "topics": [], "sources": [], "ambiguous": {}}',
    ],
)
def test_damaged_file(tmp_path: Path, content: bytes) -> None:
    """A damaged file is named together with what to do."""
    path = tmp_path / "knowledge.json"
    path.write_bytes(content)
    with pytest.raises(SetupError, match="missing or damaged") as caught:
        load_compiled(path)
    assert str(path) in str(caught.value)
    assert "make train" in str(caught.value)


def test_file_that_was_cut_off(small: SmallKnowledge, tmp_path: Path) -> None:
    """A file that was only half written is named as damaged."""
    path = tmp_path / "knowledge.json"
    save_compiled(small.load(), path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(SetupError, match="make train"):
        load_compiled(path)


def test_missing_file(tmp_path: Path) -> None:
    """A missing file is told like a damaged one."""
    with pytest.raises(SetupError, match="make train"):
        load_compiled(tmp_path / "knowledge.json")
