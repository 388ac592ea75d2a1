"""The calendar years that a question asks about."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_facts import MATCH_DAY

from medpath.answering.replies.composing import Texts
from medpath.answering.replies.years import Years

LATER = replace(MATCH_DAY, id="main-match/later", text="Match Day 2027 falls on 19 March 2027.", period="2027 Match")
SHARES = np.array([0.8, 0.1])


@pytest.fixture
def years(texts: Texts) -> Years:
    return Years(texts.years)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("match day 2030", {2030}),
        ("ERAS 2026-27 dates", {2026, 2027}),
        ("when is it", set()),
        ("I graduated in 2019, when do I apply", set()),
        ("yog 2019", set()),
        ("class of 2028", set()),
    ],
)
def test_years_are_asked_about_or_told(years: Years, text: str, asked: set[int]) -> None:
    """A year that a person tells of himself is not what he asks about."""
    assert years.asked(text) == asked


def test_the_fact_of_the_year_comes_first(years: Years) -> None:
    """A likely fact of the same topic that holds for the year asked about goes before one that does not."""
    assert years.first("match day 2027", [MATCH_DAY, LATER], SHARES) == [LATER, MATCH_DAY]
    assert years.first("match day 2026", [MATCH_DAY, LATER], SHARES) == [MATCH_DAY, LATER]
    assert years.first("match day", [MATCH_DAY, LATER], SHARES) == [MATCH_DAY, LATER]


def test_another_year_is_said_to_be_another(years: Years) -> None:
    """Before a date or figure of other years it is said that there is none for the year asked about."""
    assert "nothing on 2031" in years.lead("match day 2031", MATCH_DAY)
    assert years.lead("match day 2026", MATCH_DAY) == ""
    assert years.lead("match day 2031", replace(MATCH_DAY, changes="rarely")) == ""
