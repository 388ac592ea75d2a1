"""What the answering gives back: an answer, a question back or a decline, ready to be drawn by a channel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import zip_longest
from textwrap import wrap
from typing import Any

from medpath.knowledge.records import GENERAL, OFFICIAL, SECONDARY

ANSWER, CLARIFY, DECLINE, SAFETY, ERROR = "answer", "clarify", "decline", "safety", "error"
COMPARISON, CALCULATION, OVERVIEW, SMALLTALK = "comparison", "calculation", "overview", "smalltalk"
# An adviser's view rests on no page. What people read of how a fact was checked:
ADVICE = "advice"
CHECKED = {OFFICIAL: "official page", SECONDARY: "secondary source", GENERAL: "general guidance"}
ADVISERS_VIEW = "Adviser's view, not an official rule"
# Who chose the facts.
LOCAL, MODEL = "local", "model"
BAR = " | "
# Columns of a table are made no narrower than this, and plain text no wider than that.
NARROWEST, WIDEST = 12, 100
# The kinds of a reply that tells what was asked.
ANSWERED = frozenset({ANSWER, COMPARISON, CALCULATION, OVERVIEW})


@dataclass(frozen=True)
class ShownSource:
    """A source under an answer: `as_of` is the date of the figure, with its period where there is one.

    `check` is one of CHECKED, or empty in what an earlier version kept.
    """

    publisher: str
    title: str
    url: str
    as_of: str
    check: str = ""

    @property
    def provenance(self) -> str:
        """Date and kind of the source in a few words: "2026-03, official page"."""
        return ", ".join(part for part in (self.as_of, CHECKED.get(self.check, "")) if part)


@dataclass(frozen=True)
class Choice:
    """Something to pick next: `facts` are the ids that a "did you mean" leads to."""

    title: str
    payload: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table as text cells; each row has as many cells as there are columns, the first one its heading.

    Where the columns have no names, the rows are texts under a heading each.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def of_texts(self) -> bool:
        """Whether it has no head, and sentences rather than figures in its cells."""
        return not any(self.columns)

    def text(self, width: int | None = None) -> str:
        """The table in aligned columns, for a font of one width; its cells in several lines where it would be wider.

        Texts are a line each.
        """
        if self.of_texts:
            return "\n".join(f"{heading}: {' '.join(cells)}" for heading, *cells in self.rows)
        lines = [self.columns, *self.rows]
        widths = _widths(lines, width)
        return "\n".join(drawn for line in lines for drawn in _drawn(line, widths))


def _widths(lines: Sequence[Sequence[str]], most: int | None) -> list[int]:
    """How wide the columns are: as their cells, but the widest ones less where the line would be wider than `most`."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    while most and sum(widths) + len(BAR) * (len(widths) - 1) > most and max(widths) > NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _drawn(line: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """The lines of one row."""
    pairs = zip(line, widths, strict=True)
    cells = [wrap(cell, max(width, 1), break_long_words=False) or [""] for cell, width in pairs]
    for pieces in zip_longest(*cells, fillvalue=""):
        yield BAR.join(piece.ljust(width) for piece, width in zip(pieces, widths, strict=True)).rstrip()


@dataclass(frozen=True)
class Answer:
    """A reply of Medpath; `kind` is one of the names above.

    `facts` holds the ids of the facts that the body states, the one that answers the question first.
    `check` is how the first of them was checked, or empty. `score` is the probability that the answer is right.
    `chosen_by` tells whether our own search or the operator's language model chose the facts.
    `heading` names what it answers, where it is one of several answers to a message. `reason` is why a question is
    declined: a kind of message, or unknown.
    """

    kind: str
    body: str
    facts: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    sources: tuple[ShownSource, ...] = ()
    warnings: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    score: float = 0.0
    table: Table | None = None
    check: str = ""
    chosen_by: str = LOCAL
    heading: str = ""
    reason: str = ""

    def text(self) -> str:
        """Everything as plain text, for channels that draw nothing else."""
        lines = [f"Source: {s.publisher}, {s.title} ({s.provenance}) {s.url}" for s in self.sources]
        lines += [f"{ADVISERS_VIEW}."] if self.check == ADVICE and not lines else []
        table = self.table.text(WIDEST) if self.table else ""
        parts = (self.heading, self.body, table, "\n".join(self.warnings), "\n".join(lines))
        return "\n\n".join(part for part in parts if part)

    def block(self) -> dict[str, Any]:
        """The structured form that goes to the channels as JSON."""
        content = asdict(self)
        content["buttons"] = content.pop("choices")
        content["score"] = round(self.score, 4)
        return content
