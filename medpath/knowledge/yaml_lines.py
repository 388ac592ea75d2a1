"""Reads YAML so that every mapping and list knows the line it starts on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from medpath.errors import KnowledgeError

try:
    from yaml import CSafeLoader as _BaseLoader
except ImportError:  # libyaml is missing: the same, more slowly
    from yaml import SafeLoader as _BaseLoader  # type: ignore[assignment]


class LineDict(dict[str, Any]):
    """A mapping with the line it starts on and the line of each key, both counted from 1."""

    line: int = 1
    key_lines: dict[str, int]


class LineList(list[Any]):
    """A list with the line of each item, counted from 1."""

    item_lines: list[int]


class _LineLoader(_BaseLoader):
    pass


def _construct_mapping(loader: _LineLoader, node: yaml.MappingNode) -> Iterator[LineDict]:
    found = LineDict()
    found.line, found.key_lines = node.start_mark.line + 1, {}
    yield found
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):  # no, on, 988, {{x}}: YAML reads something else than the text that was meant
            problem = f"the key {key!r} is not text; put it in quotes"
            raise yaml.constructor.ConstructorError(None, None, problem, key_node.start_mark)
        if key in found:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", key_node.start_mark)
        found.key_lines[key] = key_node.start_mark.line + 1
        found[key] = loader.construct_object(value_node, deep=True)


def _construct_sequence(loader: _LineLoader, node: yaml.SequenceNode) -> Iterator[LineList]:
    found = LineList()
    found.item_lines = [item.start_mark.line + 1 for item in node.value]
    yield found
    found.extend(loader.construct_object(item, deep=True) for item in node.value)


# A date stays the text that it is written as, to be checked by us: PyYAML raises ValueError for 2025-02-30.
_LineLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _BaseLoader.yaml_implicit_resolvers.items()
}
_LineLoader.add_constructor("tag:yaml.org,2002:map", _construct_mapping)
_LineLoader.add_constructor("tag:yaml.org,2002:seq", _construct_sequence)


def read_yaml(path: Path) -> Any:
    """The content of a YAML file as LineDict, LineList and scalars.

    Raises KnowledgeError, naming file and line, for a missing, unreadable, binary or broken file.
    """
    text = ""
    try:
        text = path.read_text(encoding="utf-8")
        return yaml.load(text, _LineLoader)  # noqa: S506 (a safe loader's child)
    except OSError as error:
        raise KnowledgeError([f"{path}:1: cannot be read ({error.strerror}). Restore the file."]) from error
    except UnicodeDecodeError as error:
        raise KnowledgeError([f"{path}:1: is not UTF-8 text. Save it as UTF-8."]) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise KnowledgeError([f"{path}:{line}: broken YAML: {error.problem}. Mend the line."]) from error
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise KnowledgeError([f"{path}:{line}: broken YAML: {error.reason}. Mend the line."]) from error
    except (yaml.YAMLError, ValueError) as error:
        raise KnowledgeError([f"{path}:1: broken YAML: {error}. Mend the file."]) from error


def line_of(document: Any, path: list[str | int]) -> int:
    """The line of the innermost known part of `document` on the way along `path`."""
    line, here = 1, document
    for step in path:
        if isinstance(here, LineDict):
            line = here.key_lines.get(str(step), here.line)
        elif isinstance(here, LineList) and isinstance(step, int):
            line = here.item_lines[step]
        else:
            break
        here = here[step] if not isinstance(here, LineDict) else here.get(str(step))
    return line
