"""Dates and lengths in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from medpath.planning.tables.moments import Moment
from medpath.planning.tables.records import Span


def spelled(moment: Moment, texts: Mapping[str, str]) -> str:
    """ "March 2027", or "March 19, 2027" where the day is known."""
    month = texts["months"].split()[moment.month - 1]
    return f"{month} {moment.day}, {moment.year}" if moment.day else f"{month} {moment.year}"


def spelled_span(start: Moment, end: Moment, texts: Mapping[str, str]) -> str:
    """ "April to November 2028", "December 2027 to May 2028", or "October 2029" where both are one month."""
    if (start.year, start.month) == (end.year, end.month):
        return spelled(Moment(start.year, start.month), texts)
    first = texts["months"].split()[start.month - 1] if start.year == end.year else spelled(_month(start), texts)
    return texts["from_to"].format(start=first, end=spelled(_month(end), texts))


def _month(moment: Moment) -> Moment:
    return Moment(moment.year, moment.month)


def span_text(span: Span, anchors: Mapping[str, int], today: date, texts: Mapping[str, str]) -> str:
    """A span of a cycle in words; empty where its anchors are missing."""
    start, end = span.begins.moment(anchors, today), span.ends.moment(anchors, today)
    return spelled_span(start, end, texts) if start and end else ""


def in_years(years: str, texts: Mapping[str, str]) -> str:
    """ "1 year", "3 years", "3-4 years"."""
    return texts["years_one"] if years == "1" else texts["years_many"].format(n=years)
