"""How long the picture of a plan takes, in milliseconds, on the way to every specialty and subspecialty.

    uv run --no-sync python benchmarks/plan_pictures.py [--stage college_junior]

Draws each plan once in each form, after one picture that loads Matplotlib and its font, and prints the first one's
time, the median, the 95th percentile and the longest, by the clock and in time of the processor (on a machine that has
other work too they differ), the size of the files, and the memory that drawing takes.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence
from datetime import date

import psutil

from medpath.planning.person import Person
from medpath.planning.service import Planner, load_planner
from medpath.planning.showing.look import Look, load_look
from medpath.planning.showing.objects import as_object
from medpath.planning.showing.picture import FORMS, picture_of
from medpath.planning.showing.shown import ShownPlan, shown_plan
from medpath.project import find_project


def plans_from(stage: str, planner: Planner) -> list[ShownPlan]:
    """The plans from a stage to all targets."""
    plans = (planner.plan(Person(stage=stage, target=target)) for target in planner.tables.trainings)
    return [shown_plan(as_object(plan, planner.knowledge, "")) for plan in plans if plan.steps]


def drawn(plan: ShownPlan, look: Look, form: str) -> tuple[float, float, int]:
    """The milliseconds that one picture takes, by the clock and of the processor, and its bytes."""
    begun, worked = time.perf_counter(), time.process_time()
    size = len(picture_of(plan, look, form))
    return 1000 * (time.perf_counter() - begun), 1000 * (time.process_time() - worked), size


def told(times: Sequence[float]) -> str:
    """The figures of one form."""
    cuts = statistics.quantiles(times, n=20)
    return f"median {cuts[9]:.0f} ms, p95 {cuts[18]:.0f} ms, longest {max(times):.0f} ms"


def main() -> int:
    """Draws all plans and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stage", default="college_junior")
    project, process = find_project(), psutil.Process()
    look = load_look(project.planning)
    plans = plans_from(parser.parse_args().stage, load_planner(project, date.today()))
    before = process.memory_info().rss
    first, _, _ = drawn(plans[0], look, FORMS[0])
    print(f"{len(plans)} plans; the first picture, with Matplotlib loaded for it: {first:.0f} ms")
    for form in FORMS:
        times, work, sizes = zip(*(drawn(plan, look, form) for plan in plans), strict=True)
        print(f"{form}: {told(times)}; of the processor {told(work)}; {statistics.median(sizes) / 1024:.0f} KB")
    print(f"memory: {(process.memory_info().rss - before) / 2**20:.0f} MB more than without pictures")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
