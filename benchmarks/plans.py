"""How long a plan takes: reading what somebody says, and planning for him, beside one search for a question.

uv run --no-sync python benchmarks/plans.py
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from medpath.answering.question import Question
from medpath.answering.service import load_answerer
from medpath.planning.service import load_planner
from medpath.project import find_project

SAID = (
    "im 17, senior in high school, want to be a child neurologist, fastest way",
    "junior, 3.8 gpa, want to be a GI doc, no gap year please",
    "RN 34 yrs old, BSN, thinking of becoming a family doctor",
    "M2 graduating 2029. ophthalmology",
    "OMS-4, applied IM in sept, 12 interviews. then hem onc",
    "3rd yr MBBS Lahore. I want to be EP cardiologist in USA. need J1",
    "PGY1 IM, US MD. want interventional cards",
    "prelim medicine intern, still want diagnostic radiology",
)
ROUNDS = 5


def milliseconds(act: Callable[[Any], Any], given: Sequence[Any]) -> float:
    """The median over all of `given`, each taken several times after a first time."""
    for one in given:
        act(one)
    spent = []
    for one in [*given] * ROUNDS:
        begun = time.perf_counter()
        act(one)
        spent.append(1000 * (time.perf_counter() - begun))
    return statistics.median(spent)


def main() -> None:
    """Prints the medians, and their ratios to the search."""
    project = find_project()
    planner, answerer = load_planner(project, date.today()), load_answerer(project)
    people = [planner.read(text) for text in SAID]
    search = milliseconds(lambda text: answerer.read(Question(text)), [f"{text}?" for text in SAID])
    reading, planning = milliseconds(planner.read, SAID), milliseconds(planner.plan, people)
    print(f"search for a question: {search:.1f} ms")
    print(f"reading a person: {reading:.1f} ms, {reading / search:.2f} of it")
    print(f"planning: {planning:.1f} ms, {planning / search:.2f} of it")


if __name__ == "__main__":
    main()
