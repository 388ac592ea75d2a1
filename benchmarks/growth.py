"""How a turn's cost grows: with the rows of the database, with the length of a conversation, with the number of facts.

    uv run --no-sync python -m benchmarks.growth [rows] [length] [facts] [--rows 1000000] [--turns 400] [--facts 50000]

Each part starts its own servers and prints the median and the 95th percentile of turns and the ratio of the medians to
the first row of its table. `rows`: conversations that were held are copied until the table of a file, then of a
PostgreSQL, has so many; new and returning visitors are measured. `length`: one visitor goes on asking. `facts`: the
index is repeated under other ids, its vectors moved at random by half of the distance between neighbors, until it has
so many; what such facts say is nonsense, what they cost is not.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psycopg2
from scipy import sparse

from benchmarks.several_servers import NO_LIMITS, at_work, shared_servers
from medpath.answering.search.embedding_map import unit
from medpath.answering.search.index import VECTORS
from medpath.answering.service import KNOWLEDGE
from medpath.knowledge.compiled import load_compiled
from medpath.project import Project, find_project

from web_visitor import Visitor, arrive, project_with  # isort: skip

HELD, ASKED, MEASURED = 40, 5, 100
COPIED = "sender_id, type_name, timestamp, intent_name, action_name, data"


class Rows:
    """A table in the making: the first row is what the others are compared to."""

    def __init__(self, *heads: str) -> None:
        print(f"\n| {' | '.join(heads)} | median, ms | p95 | ratio |\n|{'---|' * (len(heads) + 3)}")
        self._first = 0.0

    def add(self, took: Sequence[float], *names: object) -> None:
        """A row of milliseconds."""
        median = statistics.median(took)
        self._first = self._first or median
        late = statistics.quantiles(took, n=20, method="inclusive")[-1]
        print(f"| {' | '.join(map(str, names))} | {median:.1f} | {late:.1f} | {median / self._first:.2f} |", flush=True)


def questions() -> Iterator[str]:
    """Sample questions from all over the knowledge, in a mixed order."""
    facts = load_compiled(find_project().index / KNOWLEDGE).facts
    yield from (facts[number].questions[0] for number in np.random.default_rng(1).permutation(len(facts)))


def timed(visitor: Visitor, text: str) -> float:
    """The milliseconds of a turn."""
    began = time.perf_counter()
    visitor.say(text)
    return 1000 * (time.perf_counter() - began)


def grow_rows(most: int) -> None:
    """Measures on ever more rows, in a file and in PostgreSQL."""
    table = Rows("table", "rows", "visitors")
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "conversations.db")
        with at_work({"MEDPATH_DATABASE": path}, 1) as servers:

            def in_file(statement: str) -> int:
                with sqlite3.connect(path, timeout=60) as connection:
                    return int((connection.execute(statement).fetchone() or [0])[0])

            copies = "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT i FROM n)"
            measure_rows(table, "a file", servers[1].url, in_file, copies, most)
    with shared_servers() as environment_of:
        environment = environment_of("growing")
        with at_work(environment, 1) as servers:

            def in_postgres(statement: str) -> int:
                with psycopg2.connect(environment["MEDPATH_DATABASE_URL"]) as connection, connection.cursor() as cursor:
                    cursor.execute(statement)
                    return int(cursor.fetchone()[0]) if cursor.description else 0

            copies = "generate_series(1, {}) AS n(i)"
            measure_rows(table, "PostgreSQL", servers[1].url, in_postgres, copies, most, f"{COPIED}, message_id")


def measure_rows(
    table: Rows, name: str, url: str, run: Callable[[str], int], copies: str, most: int, columns: str = COPIED
) -> None:
    """Holds conversations, copies them, and measures after each step."""
    asked = questions()
    visitors = [arrive(url) for _ in range(HELD)]
    for visitor in visitors:
        for _ in range(ASKED):
            visitor.say(next(asked))
    held, last = run("SELECT count(*) FROM events"), run("SELECT max(id) FROM events")
    for step, rows in enumerate((held, most // 10, most)):
        more = (rows - run("SELECT count(*) FROM events")) // held
        if more > 0:
            values = columns.replace("sender_id", f"sender_id || '-{step}-' || i")
            run(f"INSERT INTO events ({columns}) SELECT {values} FROM events, {copies.format(more)} WHERE id <= {last}")
        there = run("SELECT count(*) FROM events")
        table.add([timed(arrive(url), next(asked)) for _ in range(MEASURED)], name, f"{there:,}", "new")
        back = [timed(visitor, next(asked)) for _ in range(MEASURED // HELD + 1) for visitor in visitors]
        table.add(back, name, f"{there:,}", "returning")


def grow_length(turns: int) -> None:
    """Measures one conversation that goes on."""
    table = Rows("turns of one conversation")
    with at_work({}, 1) as servers:
        visitor, asked = arrive(servers[1].url), questions()
        timed(visitor, next(asked))
        took = [timed(visitor, next(asked)) for _ in range(turns)]
    for start in sorted({0, turns // 4, turns // 2, turns - turns // 10}):
        part = took[start : start + turns // 10]
        table.add(part, f"{start + 1} to {start + len(part)}")


def grow_facts(most: int) -> None:
    """Measures on ever more facts."""
    table = Rows("facts")
    here = find_project()
    number = len(load_compiled(here.index / KNOWLEDGE).facts)
    for times in sorted({1, max(1, most // number // 2), max(1, -(-most // number))}):
        with repeated(times) as home, at_work({}, 1, home=home) as servers:
            asked = questions()
            for _ in range(MEASURED // 5):
                timed(arrive(servers[1].url), next(asked))
            table.add([timed(arrive(servers[1].url), next(asked)) for _ in range(MEASURED)], f"{number * times:,}")


@contextmanager
def repeated(times: int) -> Iterator[Path]:
    """A project whose index holds everything so many times."""
    with ExitStack() as ending:
        home = project_with(Path(ending.enter_context(tempfile.TemporaryDirectory())), **NO_LIMITS)
        index = home.index
        index.unlink()
        index.mkdir()
        repeat_index(find_project(), index, times)
        yield home.root


def repeat_index(project: Project, folder: Path, times: int) -> None:
    """Writes the index of a project so many times over."""
    for path in project.index.iterdir():
        os.symlink(path, folder / path.name)

    def write(name: str, array: np.ndarray) -> None:
        (folder / name).unlink()
        np.save(folder / name, array)

    def read(name: str) -> np.ndarray:
        return np.asarray(np.load(project.index / name))

    draw = np.random.default_rng(2)
    for name in VECTORS[1:]:
        vectors = read(f"{name}.npy").astype(np.float32)
        # Neighbours are some 0.4 apart.
        moved = (vectors + draw.normal(0, 0.2 / vectors.shape[1] ** 0.5, vectors.shape) for _ in range(times - 1))
        write(f"{name}.npy", np.concatenate([vectors, *map(unit, moved)]).astype(np.float16))
    starts = read("starts.npy")
    write("starts.npy", np.concatenate([starts, *(starts[1:] + starts[-1] * i for i in range(1, times))]))
    write("places.npy", np.tile(read("places.npy"), (times, 1)))
    weights = sparse.load_npz(project.index / "lexical.npz")
    (folder / "lexical.npz").unlink()
    sparse.save_npz(folder / "lexical.npz", sparse.hstack([weights] * times).tocsr(), compressed=False)
    content = json.loads((project.index / KNOWLEDGE).read_text(encoding="utf-8"))
    content["topics"] = [copied(topic, i) for i in range(times) for topic in content["topics"]]
    (folder / KNOWLEDGE).unlink()
    (folder / KNOWLEDGE).write_text(json.dumps(content), encoding="utf-8")


def copied(topic: Mapping[str, Any], number: int) -> dict[str, Any]:
    """A topic and its facts under ids of their own; the first stays what it is."""
    if not number:
        return dict(topic)
    ids = {"id": f"{topic['id']}-copy-{number}"}
    facts = [
        {**fact, "id": fact["id"].replace(topic["id"], ids["id"], 1), "topic": ids["id"]} for fact in topic["facts"]
    ]  # type: ignore[attr-defined, index]
    return {**topic, **ids, "facts": facts, "aliases": [], "name": f"{topic['name']} {number}"}


PARTS = {"rows": grow_rows, "length": grow_length, "facts": grow_facts}


def main() -> None:
    """Measures the parts that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=PARTS, metavar="PART", help=f"any of {', '.join(PARTS)}; else all")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--turns", type=int, default=400)
    parser.add_argument("--facts", type=int, default=50_000)
    given = parser.parse_args()
    for part in given.parts or PARTS:
        PARTS[part]({"rows": given.rows, "length": given.turns, "facts": given.facts}[part])


if __name__ == "__main__":
    main()
