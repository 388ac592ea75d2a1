"""The rows of comparisons: whether the words in them stand in the facts, and how old figures are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from made_facts import STEP_1_LENGTH

from medpath.answering.counting.measures import Measures
from medpath.answering.replies.comparison_rows import Cell, Row, RowBook, RowMaker
from medpath.knowledge.records import Fact, Knowledge, Topic

TODAY = date(2026, 9, 1)
Rows = Callable[..., dict[str, tuple[str, ...]]]


@pytest.fixture(scope="module")
def rows(whole: Knowledge, measures: Measures, book: RowBook) -> Rows:
    maker = RowMaker(whole, measures, book)

    def found(*topics: Topic | str) -> dict[str, tuple[str, ...]]:
        chosen = [topic for one in topics if (topic := whole.topic(one) if isinstance(one, str) else one)]
        return {row.label: tuple(cell.shown if cell else "" for cell in row.cells) for row in maker.rows(chosen, TODAY)}

    return found


def _made(kind: str, *facts: Fact) -> Topic:
    return Topic("made", "Made topic", kind, "specialties", (), facts)


def _fact(aspect: str, as_of: str, text: str = "", **values: object) -> Fact:
    return replace(STEP_1_LENGTH, id=f"made/{as_of}", aspect=aspect, values=values, as_of=as_of, text=text)


def test_the_words_of_each_cell_stand_in_its_fact(book: RowBook, whole: Knowledge) -> None:
    """A fact that was reworded leaves no cell behind that says something else."""
    quotes = [
        (topic, quote) for group in book.groups for rule in group.rows for topic, quote in sorted(rule.quotes.items())
    ]
    missing = [
        f"{topic}: {quote.fact} {quote.says or quote.value}"
        for topic, quote in quotes
        if whole.topic(topic) is None or not ((fact := whole.fact(quote.fact)) and quote.read(fact))
    ]
    assert missing == []


def test_each_named_topic_is_one(book: RowBook, whole: Knowledge) -> None:
    """Groups and column names are of topics that there are."""
    named = {topic for group in book.groups for topic in group.topics} | set(book.names)
    assert {topic for topic in named if whole.topic(topic) is None} == set()


def test_a_kind_has_its_own_order(rows: Rows) -> None:
    """For visas the two-year rule comes first, for specialties the length."""
    assert next(iter(rows("j-1-visa-for-physicians", "h-1b-visa-for-residency"))) == "Two-year home rule"
    assert next(iter(rows("internal-medicine", "general-surgery"))) == "Training after medical school"


def test_an_old_figure_names_its_year(rows: Rows) -> None:
    """What should be checked every year and is older shows from when it is; without a year it is left out."""
    old = _made("specialty", _fact("lifestyle", "2014", hours_per_week=60))
    new = _made("specialty", _fact("lifestyle", "2026", hours_per_week=50))
    undated = _made("specialty", _fact("lifestyle", "undated", hours_per_week=70))
    assert rows(old, new)["Working week"] == ("60 h (2014)", "50 h")
    assert "Working week" not in rows(new, undated)


def test_a_short_text_stands_whole_in_a_cell(rows: Rows) -> None:
    """The first sentence of a text stands in the table as it is; a long one does not stand there in part."""
    short = _made("process", _fact("definition", "2026", "It is a form. More on it follows."))
    long = _made("process", _fact("definition", "2026", "It is " + "a very long form " * 9 + "indeed."))
    assert rows(short, short)["What it is"] == ("It is a form.", "It is a form.")
    assert "What it is" not in rows(short, long)


def test_one_year_equals_twelve_months(measures: Measures) -> None:
    """Numbers are compared by what they are, not by how they are put."""
    years = next(m for m in measures.all if m.label == "Training years for US and Canadian graduates")
    topics = [_made("state", _fact("requirements", "2026", **{key: n})) for key, n in _ONE_YEAR]
    figures = [figure for topic in topics if (figure := years.read(topic))]
    assert Row("Training", (), tuple(Cell(figure.shown, figure.fact, figure) for figure in figures)).equal()


_ONE_YEAR = (("us_canada_years", 1), ("us_canada_months", 12))
