"""Points in time and the rules that count them."""

from __future__ import annotations

from datetime import date

import pytest

from medpath.planning.tables.moments import Moment, Rule, parse_rule, third_friday

MATCH_DAYS = ["2027-03-19", "2028-03-17", "2029-03-16", "2030-03-15", "2031-03-21", "2032-03-19", "2033-03-18"]


def test_match_day_is_the_third_friday_of_march() -> None:
    """The rule gives the Match Days of the coming years."""
    assert [third_friday(int(day[:4]), 3).isoformat() for day in MATCH_DAYS] == MATCH_DAYS


def test_a_rule_counts_from_its_anchor() -> None:
    """match-1/09 is September of the year before the Match; a rule without its anchor gives nothing."""
    rule = parse_rule("match-1/09")
    assert rule.moment({"match": 2030}, date(2026, 11, 28)) == Moment(2029, 9)
    assert rule.moment({}, date(2026, 11, 28)) is None


def test_days_before_a_rule_of_the_calendar() -> None:
    """Rank lists close sixteen days before Match Day."""
    rule = Rule("match", 0, 3, "third_friday", 16)
    assert str(rule.moment({"match": 2027}, date(2026, 11, 28))) == "2027-03-03"


@pytest.mark.parametrize("text", ["match-1", "match-1/13", "Match/03", "", "match/3"])
def test_a_rule_that_cannot_be_read_is_refused(text: str) -> None:
    """Anything but an anchor with a month, or now, is no rule."""
    with pytest.raises(ValueError, match="no date rule"):
        parse_rule(text)


def test_moments_know_their_first_and_last_day() -> None:
    """A month reaches from its first to its last day, a day is itself."""
    assert (Moment(2028, 2).first_day, Moment(2028, 2).last_day) == (date(2028, 2, 1), date(2028, 2, 29))
    assert Moment(2027, 3, 19).first_day == Moment(2027, 3, 19).last_day == date(2027, 3, 19)
