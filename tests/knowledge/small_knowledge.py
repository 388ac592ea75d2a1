"""A small knowledge folder that is sound until a test puts a fault into it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from medpath.errors import KnowledgeError
from medpath.knowledge.checking import load_knowledge
from medpath.knowledge.loading import read_files
from medpath.knowledge.records import Knowledge
from medpath.project import Project, find_project

TODAY = date(2026, 1, 15)

EXAM = "topics/exams/step-nine.yml"
DEGREE = "topics/degrees/doctor-of-tests.yml"

FILES = {
    EXAM: """\
# An examination.
id: step-nine
name: Step Nine
kind: exam
part_of: doctor-of-tests
aliases:
- the Nine
- Big Exam
formerly:
- step-ninth
facts:
- id: step-nine/fee
  aspect: cost
  label: fee
  group: fees
  text: >-
    Step Nine costs
    $985.
  more: The fee comes back if you cancel a month before.
  values:
    fee: 985
    blocks: [7, 9]
  questions:
  - What does Step Nine cost?
  - step nine fee
  - I am broke, how much is the Nine?
  - How much money for Step Nine
  sources: [board-fees, board-rules]
  as_of: '2025-11'
  expires: '2099-08-01'
  changes: yearly
  check: official
  formerly:
  - step-ninth/price
- id: step-nine/advice
  aspect: advice
  label: when to take it
  text: Take Step Nine when your practice tests are steady.
  setting: {level: residency, phase: before}
  questions:
  - When should I take Step Nine?
  - best time for step nine
  - Am I ready for the Nine?
  - take the nine now or later
  sources: []
  as_of: undated
  changes: rarely
  check: general
  note: Rests on no page.
""",
    DEGREE: """\
id: doctor-of-tests
name: Doctor of Tests
kind: degree
aliases: [DT, Big Exam]
facts:
- id: doctor-of-tests/length
  aspect: duration
  label: length
  text: The Doctor of Tests takes four years.
  audience: premed
  questions:
  - How long is a Doctor of Tests?
  - DT length
  - years of dt school
  - I start the DT at thirty, when am I done?
  sources: [board-fees]
  as_of: '2024'
  changes: every two years
  check: secondary
  period: class of 2028
""",
    "hubs.yml": """\
exams:
  name: examinations
  topic: step-nine
  ask: "Ask https://board.example."
degrees:
  name: degrees
  topic: doctor-of-tests
  ask: Ask the schools.
""",
    "sources.yml": """\
board-fees:
  publisher: The Board
  title: Fees
  url: https://board.example/fees
board-rules:
  publisher: The Board
  title: Rules
  url: https://board.example/rules
""",
    "ambiguous.yml": """\
# Shared names.
big exam: [step-nine, doctor-of-tests]
""",
}


@dataclass(frozen=True)
class SmallKnowledge:
    """A project that holds nothing but a knowledge folder, with the ways in which tests spoil and read it."""

    project: Project

    def edit(self, name: str, old: str, new: str) -> None:
        """Replaces a text that stands in a file exactly once."""
        path = self.project.knowledge / name
        content = path.read_text(encoding="utf-8")
        assert content.count(old) == 1, f"{old!r} stands {content.count(old)} times in {name}"
        path.write_text(content.replace(old, new), encoding="utf-8")

    def add(self, name: str, text: str) -> None:
        """Writes a text to the end of a file."""
        with (self.project.knowledge / name).open("a", encoding="utf-8") as file:
            file.write(text)

    def move(self, name: str, other: str) -> None:
        """Gives a file another name, or another folder."""
        target = self.project.knowledge / other
        target.parent.mkdir(parents=True, exist_ok=True)
        (self.project.knowledge / name).rename(target)

    def place(self, name: str, text: str) -> str:
        """`file:line` of the one line that holds a text."""
        lines = (self.project.knowledge / name).read_text(encoding="utf-8").splitlines()
        found = [number for number, line in enumerate(lines, start=1) if text in line]
        assert len(found) == 1, f"{text!r} stands in the lines {found} of {name}"
        return f"{Path(name).name}:{found[0]}"

    def load(self) -> Knowledge:
        """The checked knowledge."""
        return load_knowledge(self.project.knowledge, TODAY)

    def faults(self) -> list[str]:
        """What the check finds."""
        with pytest.raises(KnowledgeError) as caught:
            self.load()
        return caught.value.faults

    def fault(self) -> str:
        """The one fault that the check finds."""
        (fault,) = self.faults()
        return fault

    def structure_fault(self) -> str:
        """The one fault that reading finds, before the files are checked against each other."""
        with pytest.raises(KnowledgeError) as caught:
            read_files(self.project.knowledge)
        (fault,) = caught.value.faults
        return fault


def write_small_knowledge(root: Path) -> SmallKnowledge:
    """Writes the sound folder, with the schemas of the real one, as a project under `root`."""
    project = Project(root)
    shutil.copytree(find_project().knowledge / "schema", project.knowledge / "schema")
    for name, content in FILES.items():
        path = project.knowledge / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return SmallKnowledge(project)
