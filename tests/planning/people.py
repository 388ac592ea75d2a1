"""People as the tables of sentences write them, and how far a reading agrees with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from medpath.planning.person import Person

TODAY = date(2026, 11, 29)
# What a wrong reading would add without anybody's having said it.
TOLD_ONLY = (
    *("target", "via", "specialty", "visa", "status", "age", "state", "failed", "stage"),
    *("season_year", "program_years", "limit_years"),
)


@dataclass(frozen=True)
class Sentence:
    """What somebody typed, whom it changes, what it tells, and what sets of it may not hold."""

    says: str
    base: Person | None
    person: Mapping[str, Any]
    none: tuple[str, ...]
    lacks: Mapping[str, Sequence[str]]


def sentences(name: str) -> list[Sentence]:
    """The rows of a table beside this file."""
    rows = yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    return [
        Sentence(
            row["says"],
            person_of(row["base"]) if "base" in row else None,
            row["person"],
            tuple(row.get("none", ())),
            row.get("lacks", {}),
        )
        for row in rows
    ]


def person_of(row: Mapping[str, Any]) -> Person:
    """A person from a row of YAML, where sets are lists."""
    return Person(**{field: frozenset(value) if isinstance(value, list) else value for field, value in row.items()})


def wrong_fields(sentence: Sentence, got: Person) -> dict[str, Any]:
    """The fields that were read wrongly: other than expected, or told though nobody said them."""
    wrong = {field: getattr(got, field) for field, value in sentence.person.items() if not _agrees(got, field, value)}
    wrong.update({field: getattr(got, field) for field in sentence.none if getattr(got, field) is not None})
    wrong.update(
        {field: getattr(got, field) for field, held in sentence.lacks.items() if getattr(got, field) & set(held)}
    )
    return {**wrong, **dict(_too_much(sentence, got))}


def _agrees(got: Person, field: str, value: Any) -> bool:
    if field == "lacking_wishes":
        return not got.wishes & set(value)
    read = getattr(got, field)
    if field == "asks":
        return set(value) == read
    return set(value) <= read if isinstance(value, list) else read == value


def _too_much(sentence: Sentence, got: Person) -> Iterator[tuple[str, Any]]:
    before = sentence.base or Person()
    for field in (field.name for field in fields(Person)):
        read = getattr(got, field)
        if (
            field in TOLD_ONLY
            and field not in sentence.person
            and read not in (getattr(before, field), None, frozenset())
        ):
            yield field, read
