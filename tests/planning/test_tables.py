"""The planning tables against the knowledge file, and how their faults are told."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from medpath.errors import PlanningError
from medpath.knowledge.records import Knowledge
from medpath.knowledge.yaml_lines import read_yaml
from medpath.planning.person import STAGES
from medpath.planning.tables.loading import TABLES, load_tables
from medpath.planning.tables.records import Tables, Training
from medpath.planning.telling.remarks import fields_of
from medpath.project import find_project

FOLDER = find_project().planning
_NUMBER = re.compile(r"\d+")
_FACT = re.compile(r"[a-z0-9-]+/[a-z0-9-]+")


def _strings(content: Any) -> list[str]:
    if isinstance(content, dict):
        return [text for value in content.values() for text in _strings(value)]
    if isinstance(content, list):
        return [text for value in content for text in _strings(value)]
    return [content] if isinstance(content, str) else []


def _fact_ids() -> set[str]:
    found = set()
    for table in TABLES:
        for text in _strings(read_yaml(FOLDER / f"{table}.yml")):
            if _FACT.fullmatch(text) and not re.search(r"/\d\d$", text):
                found.add(text)
    return found


def test_every_fact_exists(own_knowledge: Knowledge) -> None:
    """Each fact that a table names stands in the knowledge file under that id."""
    missing = [name for name in _fact_ids() if (fact := own_knowledge.fact(name)) is None or fact.id != name]
    assert len(_fact_ids()) > 200
    assert missing == []


def test_every_remark_and_step_names_facts(tables: Tables) -> None:
    """Remarks, problems and steps rest on facts."""
    assert [remark.id for remark in tables.remarks if not remark.facts] == []
    assert [name for name, problem in tables.problems.items() if not problem.facts] == []
    assert [step.name for step in tables.steps if not step.facts] == []


def _stated(training: Training, knowledge: Knowledge) -> set[int]:
    """The lengths that the cited fact states, counted as the table counts."""
    length = training.length
    fact = knowledge.fact(length.fact)
    assert fact is not None
    if length.words:
        assert length.words in f"{fact.text} {fact.more}"
        return set(training.years)
    value = str(fact.values[length.value])
    if length.after_residency:
        return _after_residency(value)
    numbers = [int(number) for number in _NUMBER.findall(value.split(" after ")[0])]
    own = 0 if length.without_first_year or training.is_fellowship else training.separate_years
    return {number - own for number in numbers}


def _after_residency(value: str) -> set[int]:
    """ "5+2" states 2 years, "6-7" after five years 1 or 2."""
    if "+" in value:
        return {int(part.split("+")[1]) for part in value.split(" or ")}
    return {int(number) - 5 for number in _NUMBER.findall(value)}


def test_lengths_agree_with_the_facts(tables: Tables, own_knowledge: Knowledge) -> None:
    """Each residency and fellowship takes the years that the fact it cites states."""
    wrong = {
        name: (training.years, _stated(training, own_knowledge))
        for name, training in tables.trainings.items()
        if not set(training.years) <= _stated(training, own_knowledge)
    }
    assert wrong == {}


def test_other_lengths_agree_with_the_facts(own_knowledge: Knowledge) -> None:
    """Each length with a value of a fact is that value or lies within it."""
    for name, row in read_yaml(FOLDER / "lengths.yml")["lengths"].items():
        if "value" not in row:
            continue
        fact = own_knowledge.fact(row["fact"])
        assert fact is not None
        stated = [int(number) for number in _NUMBER.findall(str(fact.values[row["value"]]))]
        years = [int(number) for number in str(row["years"]).split(" or ")]
        assert min(stated) <= min(years) <= max(years) <= max(stated), name


def test_lengths_without_a_value_stand_in_the_text(own_knowledge: Knowledge) -> None:
    """A length whose fact has no value is named in the fact's text, in figures or words."""
    words = {3: "three", 4: "four", 7: "seven"}
    for name, row in read_yaml(FOLDER / "lengths.yml")["lengths"].items():
        if "value" in row:
            continue
        texts = " ".join(fact.text + fact.more for fact in map(own_knowledge.fact, row["facts"]) if fact).lower()
        most = max(int(number) for number in str(row["years"]).split(" or "))
        assert str(most) in texts or words[most] in texts, name


def test_every_stage_has_its_row(tables: Tables) -> None:
    """Each stage of a person means something to the planner."""
    assert set(tables.stages) == set(STAGES)


def test_templates_have_no_digit_that_is_no_value(tables: Tables) -> None:
    """A remark's template states no sum of money and no year of its own; both come from facts."""
    for remark in tables.remarks:
        assert not re.search(r"\$\d|\b20\d\d\b", remark.text), remark.id


def test_conditions_name_tags_in_a_known_form(tables: Tables) -> None:
    """A tag of a condition is a plain name, or a kind and a name with a colon between."""
    rows = [*tables.remarks, *tables.steps, *tables.contacts, *tables.costs.values()]
    for row in rows:
        for tag in row.when.all | row.when.any | row.when.none:
            assert re.fullmatch(r"[a-z_0-9]+(:[\w ]+)?", tag), tag


def test_fields_of_a_template_are_found() -> None:
    """The names in braces of a template are told."""
    assert fields_of("From {start} to {end}.") == ["start", "end"]


FAULTS = [
    ("steps", "needs: [prerequisites]", "needs: [prerequisite]", "prerequisite of needs stands in no table"),
    ("steps", "begins: entry-1/01", "begins: entry-1/13", "is no date rule"),
    ("specialties", "match: main", "match: mian", "mian of match stands in no table"),
    ("fellowships", "years: 3,", "years: three,", "Mend the row"),
    ("remarks", "rank: 1", "rnak: 1", "Mend the row"),
    ("costs", "kind: direct", "kind: directly", "Mend the row"),
]


@pytest.mark.parametrize(("table", "sound", "broken", "told"), FAULTS)
def test_a_fault_names_file_and_line(tmp_path: Path, table: str, sound: str, broken: str, told: str) -> None:
    """A wrong name, date or field is told with file, line and what to do."""
    folder = tmp_path / "planning"
    shutil.copytree(FOLDER, folder)
    path = folder / f"{table}.yml"
    text = path.read_text(encoding="utf-8")
    line = text[: text.index(sound)].count("\n") + 1
    path.write_text(text.replace(sound, broken, 1), encoding="utf-8")
    with pytest.raises(PlanningError, match=told) as caught:
        load_tables(folder)
    assert f"{table}.yml:{line}" in str(caught.value)


def test_a_missing_table_is_told(tmp_path: Path) -> None:
    """A table that is not there is named."""
    folder = tmp_path / "planning"
    shutil.copytree(FOLDER, folder)
    (folder / "cycles.yml").unlink()
    with pytest.raises(PlanningError, match=r"cycles\.yml"):
        load_tables(folder)


def test_every_shared_remark_is_stated_somewhere(tables: Tables, own_knowledge: Knowledge) -> None:
    """Each aspect of a remark that fields or states share stands in the topic of at least one of them."""
    fields = {training.length.fact.split("/")[0] for training in tables.trainings.values()}
    states = {name.replace("_", "-") for name in read_yaml(FOLDER / "state_names.yml")["names"]}
    names = {"field": fields, "state": states}
    missing = [
        (row.id, aspect)
        for row in tables.shared
        for aspect in row.aspects
        if not any(own_knowledge.fact(f"{row.topic.format(name=name)}/{aspect}") for name in names[row.of])
    ]
    assert missing == []
