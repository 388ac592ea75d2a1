"""Loads the planning tables from data/planning, with file and line for each fault."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema

from medpath.errors import KnowledgeError, PlanningError
from medpath.knowledge.yaml_lines import line_of, read_yaml
from medpath.planning.tables import rows
from medpath.planning.tables.records import Further, Tables, Training

TABLES = (
    *("specialties", "fellowships", "cycles", "steps", "lengths", "costs", "exams"),
    *("remarks", "problems", "stages", "contacts", "countries", "texts"),
)


def load_tables(folder: Path) -> Tables:
    """The checked planning tables; raises PlanningError with every fault, each with file and line."""
    content, faults = {}, []
    for name in TABLES:
        try:
            content[name] = read_yaml(folder / f"{name}.yml")
        except KnowledgeError as error:
            faults += error.faults
            continue
        faults += _schema_faults(folder, name, content[name])
    faults = faults or [*_bad_references(content), *_bad_spans(content)]
    if faults:
        raise _told(faults)
    return _tables(content)


def read_table(folder: Path, name: str) -> Any:
    """One table that nothing else refers to; raises PlanningError as `load_tables` does."""
    try:
        content = read_yaml(folder / f"{name}.yml")
    except KnowledgeError as error:
        raise _told(error.faults) from error
    if faults := [*_schema_faults(folder, name, content)]:
        raise _told(faults)
    return content


def _told(faults: list[str]) -> PlanningError:
    return PlanningError(f"The planning tables have {len(faults)} fault(s):\n" + "\n".join(faults))


def _schema_faults(folder: Path, name: str, content: Any) -> Iterator[str]:
    schema = json.loads((folder / "schema" / f"{name}.json").read_text(encoding="utf-8"))
    for error in jsonschema.Draft7Validator(schema).iter_errors(content):
        place = f"{name}.yml:{line_of(content, [*error.absolute_path])}"
        yield f"{place}: {error.message[:160]}. Mend the row by data/planning/schema/{name}.json."


def _bad_references(content: Mapping[str, Any]) -> Iterator[str]:
    """Every name that points to no row of another table."""
    trainings = {**content["specialties"]["specialties"], **content["fellowships"]["fellowships"]}
    steps = {row["name"] for row in content["steps"]["steps"]}
    known = {
        "cycle": set(content["cycles"]["cycles"]),
        "match": set(content["cycles"]["cycles"]),
        "boards": set(content["exams"]["exams"]),
        "exam": set(content["exams"]["exams"]),
        "after": set(trainings),
        "other_ways": set(trainings),
        "fallback": set(trainings),
        "also_through": set(trainings),
        "short_for": set(trainings),
        "needs": steps,
        "applies_by": steps,
        "behind": steps,
        "costs": set(content["costs"]["costs"]),
    }
    for table, key in (("specialties",) * 2, ("fellowships",) * 2, ("steps",) * 2, ("stages",) * 2):
        of_table = content[table][key]
        for position, row in of_table.items() if isinstance(of_table, dict) else enumerate(of_table):
            for field in known.keys() & row.keys():
                wanted = [row[field]] if isinstance(row[field], str) else row[field]
                for name in (name for name in wanted if name not in known[field]):
                    place = f"{table}.yml:{line_of(content[table], [key, position, field])}"
                    yield f"{place}: {name} of {field} stands in no table. Add it or correct the name."


def _bad_spans(content: Mapping[str, Any]) -> Iterator[str]:
    """Every step and part of a cycle whose dates cannot be read."""
    spans: list[tuple[str, list[str | int], Any]] = [
        ("steps", ["steps", n], row) for n, row in enumerate(content["steps"]["steps"])
    ]
    for key, cycle in content["cycles"]["cycles"].items():
        spans += [("cycles", ["cycles", key, "parts", name], part) for name, part in cycle["parts"].items()]
    for table, path, row in spans:
        try:
            rows.step(row) if table == "steps" else rows.span(row)
        except ValueError as error:
            yield f"{table}.yml:{line_of(content[table], path)}: {error}."


def _tables(content: Mapping[str, Any]) -> Tables:
    return Tables(
        trainings=_trainings(content),
        cycles={key: rows.cycle(key, row) for key, row in content["cycles"]["cycles"].items()},
        steps=tuple(rows.step(row) for row in content["steps"]["steps"]),
        costs={key: rows.cost(key, row) for key, row in content["costs"]["costs"].items()},
        exams={key: row["label"] for key, row in content["exams"]["exams"].items()},
        late_exams=frozenset(key for key, row in content["exams"]["exams"].items() if row.get("late")),
        remarks=tuple(rows.remark(row) for row in content["remarks"]["remarks"]),
        shared=tuple(rows.shared_remark(row) for row in content["remarks"]["shared"]),
        subjects=rows.subjects(content["remarks"]["subjects"]),
        problems={key: rows.problem(key, row) for key, row in content["problems"]["problems"].items()},
        stages={key: rows.stage(key, row) for key, row in content["stages"]["stages"].items()},
        contacts=tuple(rows.contact(row) for row in content["contacts"]["contacts"]),
        countries={key: frozenset(names) for key, names in content["countries"]["regions"].items()},
        lengths={key: rows.years_of(row["years"]) for key, row in content["lengths"]["lengths"].items()},
        texts=dict(content["texts"]["texts"]),
        further={
            key: Further(row["label"], tuple(row["after"]), tuple(row["facts"]))
            for key, row in content["fellowships"].get("further", {}).items()
        },
    )


def _trainings(content: Mapping[str, Any]) -> dict[str, Training]:
    both = {**content["specialties"]["specialties"], **content["fellowships"]["fellowships"]}
    return {key: rows.training(key, row) for key, row in both.items()}
