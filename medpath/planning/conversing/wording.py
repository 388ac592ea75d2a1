"""The wording of data/planning/conversing.yml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from medpath.knowledge.yaml_lines import read_yaml
from medpath.planning.reading.wording import Pattern, compiled

BACK, STOP, SKIP, UNKNOWN = "back", "stop", "skip", "unknown"


@dataclass(frozen=True)
class Limits:
    """How much of a plan its short form shows: steps, remarks, changes, sources, and letters of what is weak in it."""

    steps: int
    remarks: int
    changes: int
    next: int
    sources: int
    weaker: int


@dataclass(frozen=True)
class ConversingWording:
    """Patterns of what people say to a form and of a plan, and the texts of the replies.

    `minor` are steps that the short form leaves out first, `told_already` remarks that its lines tell; `why_long` and
    `why_needed` are aspects of facts.
    """

    controls: Mapping[str, Pattern]
    longest_control: int
    half: Pattern
    bare_year: Pattern
    pieces: Pattern
    parts: Pattern
    asks: Pattern
    what_if: tuple[Pattern, ...]
    names_change: Pattern
    no_what_if: Pattern
    questions: Mapping[str, tuple[Pattern, ...]]
    numbers: Mapping[str, int]
    texts: Mapping[str, str]
    buttons: Mapping[str, str]
    what_ifs: Sequence[Mapping[str, Any]]
    limits: Limits
    minor: frozenset[str]
    told_already: frozenset[str]
    why_long: tuple[str, ...]
    why_needed: tuple[str, ...]


def load_conversing_wording(path: Path) -> ConversingWording:
    """Reads patterns and texts; raises KnowledgeError if the file cannot be read."""
    content = read_yaml(path)

    def pattern(says: str) -> Pattern:
        return compiled(says, content["names"])

    return ConversingWording(
        controls={key: pattern(rf"\W*(?:{says})\W*") for key, says in content["controls"].items()},
        longest_control=content["longest_control"],
        half=pattern(content["half"]),
        bare_year=pattern(rf"(?i)^{content['bare_year']}$"),
        pieces=pattern(content["pieces"]),
        parts=pattern(content["parts"]),
        asks=pattern(content["asks"]),
        what_if=tuple(map(pattern, content["what_if"])),
        names_change=pattern(content["names_change"]),
        no_what_if=pattern(content["no_what_if"]),
        questions={key: tuple(map(pattern, rows)) for key, rows in content["questions"].items()},
        numbers=content["numbers"],
        texts=content["texts"],
        buttons=content["buttons"],
        what_ifs=content["what_ifs"],
        limits=Limits(**content["limits"]),
        minor=frozenset(content["minor"]),
        told_already=frozenset(content["told_already"]),
        why_long=tuple(content["why_long"]),
        why_needed=tuple(content["why_needed"]),
    )
