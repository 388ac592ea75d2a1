"""The records: when a figure is stale, what a date can mean, and whom an id leads to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medpath.knowledge.records import Fact, Knowledge, Source, Topic, last_day

PACES = ("yearly", "every two years", "when announced")


def fact(as_of: str = "2024", changes: str = "yearly", **more: object) -> Fact:
    given = {"id": "exam/fee", "topic": "exam", "aspect": "cost", "label": "fee", "text": "It costs."}
    given |= {"as_of": as_of, "changes": changes, "check": "official"}
    return Fact(**{**given, "sources": ("page",), "questions": (), **more})


@pytest.mark.parametrize(
    ("as_of", "day"),
    [
        ("2025", date(2025, 12, 31)),
        ("2024-02", date(2024, 2, 29)),
        ("2025-02", date(2025, 2, 28)),
        ("2025-06-03", date(2025, 6, 3)),
        ("undated", None),
    ],
)
def test_last_day(as_of: str, day: date | None) -> None:
    """A year or a month stands for its last day, a day for itself."""
    assert last_day(as_of) == day


@pytest.mark.parametrize("as_of", ["2025-00", "2025-13", "2025-02-29", "2025-04-31", "2025-01-00"])
def test_day_that_is_none(as_of: str) -> None:
    """A date that no calendar has is refused."""
    with pytest.raises(ValueError, match=r"month|day"):
        last_day(as_of)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
@settings(deadline=None)
def test_last_day_bounds_its_period(day: date) -> None:
    """No day of a year or month comes after the last day that the year or month stands for."""
    year, month = last_day(f"{day:%Y}"), last_day(f"{day:%Y-%m}")
    assert year is not None
    assert month is not None
    assert day <= month <= year
    assert last_day(day.isoformat()) == day


@pytest.mark.parametrize(
    ("changes", "fresh", "old"),
    [
        ("yearly", date(2025, 12, 31), date(2026, 1, 1)),
        ("every two years", date(2026, 12, 31), date(2027, 1, 1)),
        ("when announced", date(2027, 12, 31), date(2028, 1, 1)),
    ],
)
def test_stale_by_pace(changes: str, fresh: date, old: date) -> None:
    """A figure of 2024 lasts one, two or three years from the end of 2024, by the pace at which it changes."""
    assert not fact("2024", changes).is_stale(fresh)
    assert fact("2024", changes).is_stale(old)


def test_stale_by_month() -> None:
    """A figure of a month is stale a month earlier than one of the next month."""
    today = date(2026, 4, 10)
    assert [fact(as_of).is_stale(today) for as_of in ("2025-03", "2025-03-31", "2025-04", "2025")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("changes", PACES)
def test_undated_figure_that_changes(changes: str) -> None:
    """A figure that changes but has no date counts as stale, for nobody can tell."""
    assert fact("undated", changes).is_stale(date(2026, 1, 1))


@pytest.mark.parametrize("as_of", ["1950", "undated"])
def test_what_rarely_changes(as_of: str) -> None:
    """What rarely changes does not get stale."""
    assert not fact(as_of, "rarely").is_stale(date(2026, 1, 1))


@pytest.mark.parametrize(("day", "past"), [(date(2026, 7, 31), False), (date(2026, 8, 1), True)])
def test_expiry(day: date, past: bool) -> None:
    """From its day of expiry on a fact speaks of something past, however fresh it is; without one it never does."""
    assert fact("2026-07", "rarely", expires="2026-08-01").is_expired(day) is past
    assert not fact("1990").is_expired(day)


@pytest.mark.parametrize(
    ("one", "due"),
    [
        (fact("2024"), date(2026, 1, 1)),
        (fact("2024-11-05"), date(2025, 12, 1)),
        (fact("2024", "when announced"), date(2028, 1, 1)),
        (fact("2024", expires="2025-06-30"), date(2025, 6, 30)),
        (fact("2024", expires="2027-06-30"), date(2026, 1, 1)),
        (fact("undated", "rarely", expires="2027-06-30"), date(2027, 6, 30)),
        (fact("2024", "rarely"), None),
    ],
)
def test_next_day_due(one: Fact, due: date | None) -> None:
    """A fact is due on the day on which it expires or gets stale, whichever comes first."""
    assert one.next_day_due() == due


def test_undated_figure_is_due_at_once() -> None:
    """A figure that changes but has no date is due on any day."""
    assert fact("undated").next_day_due() == date.min


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2090, 12, 31)), st.sampled_from(PACES))
@settings(deadline=None)
def test_due_when_stale(day: date, changes: str) -> None:
    """The day due is the first one on which the fact is stale."""
    one = fact(day.isoformat(), changes)
    due = one.next_day_due()
    assert due is not None
    assert one.is_stale(due)
    assert not one.is_stale(due - timedelta(days=1))


@pytest.fixture
def knowledge() -> Knowledge:
    """A topic and a fact that have been renamed."""
    fee = fact(formerly=("test/fee", "test/price"))
    exam = Topic("exam", "Exam", "exam", "exams", ("the exam",), (fee, fact(id="exam/pay")), formerly=("test",))
    other = Topic("degree", "Degree", "degree", "degrees", (), (fact(id="degree/fee", topic="degree"),))
    page, board = Source("page", "P", "T", "https://x.example"), Source("board", "B", "T", "https://b.example")
    return Knowledge({}, (exam, other), {"board": board, "page": page}, {})


def test_ids(knowledge: Knowledge) -> None:
    """A topic and a fact are found by their ids, and all facts stand in order."""
    topic, found = knowledge.topic("degree"), knowledge.fact("degree/fee")
    assert topic is not None
    assert topic.facts == (found,)
    assert [one.id for one in knowledge.facts] == ["exam/fee", "exam/pay", "degree/fee"]


def test_former_ids(knowledge: Knowledge) -> None:
    """A former id leads to the record of today."""
    assert knowledge.topic("test") is knowledge.topic("exam")
    assert knowledge.fact("test/fee") is knowledge.fact("test/price") is knowledge.fact("exam/fee")


def test_sources_in_order(knowledge: Knowledge) -> None:
    """The sources of a fact come in its own order, the one that matters most first; advice has none."""
    assert [source.id for source in knowledge.sources_of(fact(sources=("page", "board")))] == ["page", "board"]
    assert knowledge.sources_of(fact(sources=(), check="general")) == ()


def test_unknown_ids(knowledge: Knowledge) -> None:
    """An id that no record has or had leads nowhere; a topic's id is no fact's."""
    assert knowledge.topic("nothing") is None
    assert knowledge.fact("exam/nothing") is None
    assert knowledge.fact("exam") is None
