"""Reading YAML with lines: what is known of each line, and what is said of a file that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from medpath.errors import KnowledgeError
from medpath.knowledge.yaml_lines import line_of, read_yaml


def fault_of(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(KnowledgeError) as caught:
        read_yaml(path)
    (fault,) = caught.value.faults
    assert "\n" not in fault
    return fault.removeprefix(str(path))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.yml"


def test_lines_of_keys_and_items(path: Path) -> None:
    """Every key and every item is found at the line it starts on, also after folded text and comments."""
    path.write_text("# comment\na: >-\n  folded\n  text\nb:\n- one\n-\n  c: 1\n  d: [2,\n    3]\n", encoding="utf-8")
    document = read_yaml(path)
    ways: list[list[str | int]] = [["a"], ["b"], ["b", 0], ["b", 1], ["b", 1, "d"], ["b", 1, "d", 1]]
    assert [line_of(document, way) for way in ways] == [2, 5, 6, 8, 9, 10]


def test_line_of_what_is_not_there(path: Path) -> None:
    """The way to a missing part ends at the line of the mapping that ought to hold it."""
    path.write_text("a: 1\nb:\n- c: 1\n  d: 2\n", encoding="utf-8")
    assert line_of(read_yaml(path), ["b", 0, "missing", "deeper"]) == 3


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"a: 1\nb: [1, 2\nc: 3\n", 3),
        (b"a: 1\nb:\n\t- x\n", 3),
        (b"a: 1\nb: 'open\n\nc: 2\n", 5),
        (b"a: &x 1\nb: *y\n", 2),
        (b"a: 1\nb: !thing 2\n", 2),
    ],
    ids=["bracket", "tabulator", "quote", "anchor", "tag"],
)
def test_broken_yaml(path: Path, content: bytes, line: int) -> None:
    """Broken YAML is told with the line where it breaks."""
    assert fault_of(path, content).startswith(f":{line}: broken YAML: ")


def test_duplicate_key(path: Path) -> None:
    """A key that stands twice in one mapping is a fault at the second place, for YAML would drop the first."""
    fault = fault_of(path, b"a:\n  source: x\n  text: y\n  source: z\n")
    assert fault.startswith(":4: ")
    assert "'source'" in fault
    assert "twice" in fault


def test_same_key_in_two_mappings(path: Path) -> None:
    """Two mappings may have the same key."""
    path.write_text("a: {k: 1}\nb: {k: 2}\n", encoding="utf-8")
    assert read_yaml(path) == {"a": {"k": 1}, "b": {"k": 2}}


def test_binary_file(path: Path) -> None:
    """A picture saved under the name of a YAML file is told to be no text."""
    assert fault_of(path, b"\x89PNG\r\n\x1a\n\x00\xff").startswith(":1: is not UTF-8 text")


def test_missing_file(path: Path) -> None:
    """A missing file is told with its path."""
    with pytest.raises(KnowledgeError, match="No such file") as caught:
        read_yaml(path)
    assert caught.value.faults[0].startswith(f"{path}:1: ")


def test_byte_order_mark(path: Path) -> None:
    """A file that a Windows editor saved with a byte order mark is read like any other."""
    path.write_bytes("\ufeffa: é\r\n".encode())
    assert read_yaml(path) == {"a": "é"}


def test_control_character(path: Path) -> None:
    """A control character, as pasting from a PDF leaves it, is told on one line with the line it stands in."""
    assert fault_of(path, b"a: 1\nb: x\x07y\n").startswith(":2: broken YAML: ")


def test_unquoted_impossible_date(path: Path) -> None:
    """A date without quotes stays the text that was written, so that the check of dates can name its fault."""
    path.write_text("as_of: 2025-02-30\n", encoding="utf-8")
    assert read_yaml(path) == {"as_of": "2025-02-30"}


def test_braces_as_text(path: Path) -> None:
    """A text in double braces without quotes, which YAML takes for a mapping as a key, is told with its line."""
    assert fault_of(path, b"a: 1\ntext: {{name}}\n").startswith(":2: ")


@pytest.mark.parametrize("key", ["no", "on", "988"])
def test_key_that_yaml_takes_for_something_else(path: Path, key: str) -> None:
    """A name such as `no` or `988` that YAML does not read as text is told with its line, to be put in quotes."""
    assert fault_of(path, f"a: 1\n{key}: 2\n".encode()).startswith(":2: ")
