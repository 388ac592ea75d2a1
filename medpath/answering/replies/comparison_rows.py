"""The rows in which things are set side by side: for each kind of thing what decides, in that order.

data/answering/comparison_rows.yml has the rows. A cell is a figure, a value, words quoted from a fact, or the first
sentence of a short text: nothing in it is shortened or reworded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from medpath.answering.counting.measures import Figure, Measure, Measures, short_names
from medpath.answering.replies.sentences import first_sentences
from medpath.knowledge.records import Fact, Knowledge, Topic
from medpath.knowledge.yaml_lines import read_yaml

_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True)
class Cell:
    """What stands in the table for one thing: the words, the fact they are from, and the figure if they are one."""

    shown: str
    fact: Fact
    figure: Figure | None = None

    @property
    def worth(self) -> tuple[float | None, float | None] | str:
        """What makes two cells equal: the number, however it is put ("1 year", "12 months"), else the words."""
        counted = self.figure is not None and self.figure.low is not None
        return (self.figure.low, self.figure.high) if self.figure and counted else self.shown


@dataclass(frozen=True)
class Row:
    """One point of comparison with a cell for each thing, None where nothing is known."""

    label: str
    aspects: tuple[str, ...]
    cells: tuple[Cell | None, ...]
    measure: Measure | None = None

    @property
    def figures(self) -> list[Figure | None]:
        """The figures of the cells."""
        return [cell.figure if cell else None for cell in self.cells]

    def full(self) -> bool:
        """Whether something is known of everything."""
        return None not in self.cells

    def equal(self) -> bool:
        """Whether the same is told of everything, so that the row decides nothing."""
        return self.full() and len({cell.worth for cell in self.cells if cell}) == 1

    def ranked(self) -> bool:
        """Whether everything has a number, so that a winner can be named."""
        wins = self.measure is not None and bool(self.measure.winner)
        return wins and all(figure and figure.low is not None for figure in self.figures)


@dataclass(frozen=True)
class Quote:
    """Words of a fact's text, or one of its values put as `shown` has it."""

    fact: str
    says: str = ""
    value: str = ""
    shown: str = "{value}"

    def read(self, fact: Fact) -> str:
        """The words; empty if the fact does not have them."""
        if self.value:
            return self.shown.format(value=fact.values[self.value]) if self.value in fact.values else ""
        return self.says if self.says in " ".join(f"{fact.text} {fact.more}".split()) else ""


@dataclass(frozen=True)
class RowRule:
    """Where the cells of a row come from; comparison_rows.yml explains the fields."""

    label: str
    aspects: tuple[str, ...]
    quotes: Mapping[str, Quote]
    measure: Measure | None = None
    values: tuple[str, ...] = ()
    first: str = ""


@dataclass(frozen=True)
class Group:
    """Things that are compared by the same rows: topics of some kinds, or single topics; anything if neither."""

    name: str
    kinds: frozenset[str]
    topics: frozenset[str]
    rows: tuple[RowRule, ...]

    def holds(self, topic: Topic) -> bool:
        """Whether a topic is among them."""
        return topic.kind in self.kinds or topic.id in self.topics or not (self.kinds or self.topics)


@dataclass(frozen=True)
class RowBook:
    """All groups, of which the last one holds anything, and what a table needs."""

    groups: tuple[Group, ...]
    least: int
    most: int
    longest: int
    dated: str
    names: Mapping[str, str]

    def names_of(self, topics: Sequence[Topic]) -> list[str]:
        """What the columns of topics are headed."""
        usual = short_names(topics)
        names = [self.names.get(topic.id, name) for topic, name in zip(topics, usual, strict=True)]
        return [name[:1].upper() + name[1:] for name in names]

    def group_of(self, topic: Topic | None) -> str:
        """The group in which a topic stands by itself, not by its kind; empty if there is none."""
        return next((g.name for g in self.groups if topic is not None and topic.id in g.topics), "")


def load_row_book(path: Path, measures: Measures) -> RowBook:
    """Reads comparison_rows.yml; raises KeyError for a measure that is none."""
    content = read_yaml(path)
    by_label = {measure.label: measure for measure in measures.all}
    groups = tuple(
        Group(
            row["name"],
            frozenset(row.get("kinds", ())),
            frozenset(row.get("topics", ())),
            tuple(_rule(rule, by_label) for rule in row["rows"]),
        )
        for row in content["groups"]
    )
    return RowBook(groups, content["least"], content["most"], content["longest"], content["dated"], content["names"])


def _rule(row: Mapping[str, Any], measures: Mapping[str, Measure]) -> RowRule:
    measure = measures[row["measure"]] if "measure" in row else None
    quotes = {topic: Quote(**cell) for topic, cell in row.get("cells", {}).items()}
    label = row.get("label", measure.label if measure else "")
    aspects = tuple(row.get("aspects", measure.aspects if measure else ()))
    return RowRule(label, aspects, quotes, measure, tuple(row.get("values", ())), row.get("first", ""))


class RowMaker:
    """Fills the rows in which topics can be compared."""

    def __init__(self, knowledge: Knowledge, measures: Measures, book: RowBook) -> None:
        self._knowledge, self._measures, self._book = knowledge, measures, book

    def rows(self, topics: Sequence[Topic], today: date) -> list[Row]:
        """The rows that are filled for two topics at least, those of the topics' group in its order."""
        group = next(one for one in self._book.groups if all(map(one.holds, topics)))
        rows = [self._row(rule, topics, today) for rule in group.rows]
        return [row for row in rows if sum(cell is not None for cell in row.cells) >= 2]

    def _row(self, rule: RowRule, topics: Sequence[Topic], today: date) -> Row:
        figures = rule.measure.alike(topics, today) if rule.measure else [None] * len(topics)
        cells = [self._cell(rule, topic, figure, today) for topic, figure in zip(topics, figures, strict=True)]
        return Row(rule.label, rule.aspects, tuple(cells), rule.measure)

    def _cell(self, rule: RowRule, topic: Topic, figure: Figure | None, today: date) -> Cell | None:
        quoted = self._quoted(rule.quotes.get(topic.id))
        if quoted is None and figure is not None:
            quoted = Cell(self._measures.cell(figure), figure.fact, figure)
        found = quoted or self._valued(rule, topic) or self._first(rule, topic)
        return self._dated(found, today) if found else None

    def _quoted(self, quote: Quote | None) -> Cell | None:
        fact = self._knowledge.fact(quote.fact) if quote else None
        words = quote.read(fact) if quote and fact else ""
        return Cell(words[:1].upper() + words[1:], fact) if fact and words else None

    def _valued(self, rule: RowRule, topic: Topic) -> Cell | None:
        for place in rule.values:
            aspect, _, key = place.partition("/")
            fact = next((one for one in topic.facts if one.aspect == aspect and key in one.values), None)
            if fact:
                return Cell(str(fact.values[key]), fact)
        return None

    def _first(self, rule: RowRule, topic: Topic) -> Cell | None:
        fact = next((one for one in topic.facts if one.aspect == rule.first), None)
        sentence = first_sentences(fact.text, 1) if fact else ""
        return Cell(sentence, fact) if fact and len(sentence) <= self._book.longest else None

    def _dated(self, cell: Cell, today: date) -> Cell | None:
        """The cell with its year if it has a figure older than it should be; None if its year is not known."""
        if not cell.fact.is_stale(today) or not _DIGIT.search(cell.shown) or _YEAR.search(cell.shown):
            return cell
        year = _YEAR.search(f"{cell.fact.as_of} {cell.fact.period}")
        return replace(cell, shown=self._book.dated.format(shown=cell.shown, year=year[0])) if year else None
