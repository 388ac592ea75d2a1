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

EXAMS = """\
# Examinations.
- id: step-nine
  name: Step Nine
  kind: exam
  area: exams
  aliases:
  - the Nine
  - Big Exam
  formerly:
  - step-ninth
  facts:
  - id: step-nine/fee
    aspect: cost
    label: fee
    text: >-
      Step Nine costs
      $985.
    values:
      fee: 985
      blocks: [7, 9]
    questions:
    - What does Step Nine cost?
    - step nine fee
    - I am broke, how much is the Nine?
    - How much money for Step Nine
    source: board-fees
    as_of: '2025-11'
    changes: yearly
    check: official
    formerly:
    - step-ninth/price
  - id: step-nine/advice
    aspect: advice
    label: when to take it
    text: Take Step Nine when your practice tests are steady.
    questions:
    - When should I take Step Nine?
    - best time for step nine
    - Am I ready for the Nine?
    - take the nine now or later
    source: common-advice
    as_of: undated
    changes: rarely
    check: general
    note: Rests on no page.
"""

DEGREES = """\
- id: doctor-of-tests
  name: Doctor of Tests
  kind: degree
  area: degrees
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
    source: board-fees
    as_of: '2024'
    changes: every two years
    check: secondary
    period: class of 2028
"""

SOURCES = """\
board-fees:
  publisher: The Board
  title: Fees
  url: https://board.example/fees
common-advice:
  publisher: Many advisers
  title: Advice
  url: https://advice.example/
"""

AMBIGUOUS = """\
# Shared names.
big exam: [step-nine, doctor-of-tests]
"""


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
    topics = project.knowledge / "topics"
    topics.mkdir(parents=True)
    shutil.copytree(find_project().knowledge / "schema", project.knowledge / "schema")
    (topics / "exams.yml").write_text(EXAMS, encoding="utf-8")
    (topics / "degrees.yml").write_text(DEGREES, encoding="utf-8")
    (project.knowledge / "sources.yml").write_text(SOURCES, encoding="utf-8")
    (project.knowledge / "ambiguous.yml").write_text(AMBIGUOUS, encoding="utf-8")
    return SmallKnowledge(project)
