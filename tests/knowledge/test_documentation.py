"""What README.md and docs/knowledge.md tell the keepers is true."""

from __future__ import annotations

import re

import pytest
from small_knowledge import EXAM, SmallKnowledge

from medpath.cli import main
from medpath.knowledge.records import Knowledge
from medpath.project import find_project

README = (find_project().root / "README.md").read_text(encoding="utf-8")
PAGE = (find_project().root / "docs" / "knowledge.md").read_text(encoding="utf-8")


@pytest.fixture
def example() -> str:
    """The fact that the README shows."""
    (fact,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    return fact


def test_example_of_a_fact(small: SmallKnowledge, example: str) -> None:
    """The example can be put under the facts of a topic as it stands."""
    small.add(EXAM, example)
    assert small.load().fact("informational-interview/how-long") is not None


def test_example_is_free(own_knowledge: Knowledge, example: str) -> None:
    """Who tries the example on the real file meets no fault: neither its id nor its questions are taken."""
    taken = {question for fact in own_knowledge.facts for question in fact.questions}
    assert taken.isdisjoint(re.findall(r"^  - (.*)$", example, re.MULTILINE))
    assert own_knowledge.fact("informational-interview/how-long") is None


def test_commands_of_the_keepers(capsys: pytest.CaptureFixture[str]) -> None:
    """README and page name the actions of `medpath knowledge`, all of them and no others."""
    with pytest.raises(SystemExit):
        main(["knowledge", "--help"])
    actions = set(re.findall(r"^    ([a-z]+)\s", capsys.readouterr().out, re.MULTILINE))
    rows = re.findall(r"^\| (`.*?) \|", PAGE.partition("## Commands")[2], re.MULTILINE)[1:]
    assert {name for row in rows for name in re.findall(r"`([a-z]+)", row)} == actions
    (listed,) = re.findall(r"`medpath knowledge ([^`]+, [^`]+)`", README)
    assert {name.split()[0] for name in listed.split(", ")} == actions
