"""Interviews of this season, a match that is supposed to fail, and what follows for the season."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from people import TODAY

from medpath.planning.reading import read_person

WITH_INTERVIEWS = (
    "{who}, {field}, 4 interviews so far",
    "{who}, applied to 90 {field} programs, got 2 interviews",
    "{who}, {field}, three interviews till now out of 150",
    "{who}. {field}. currently interviewing, ranking soon",
    "{who}, {field}, I have 6 invitations this season",
    "{who}, unmatched last year, this year 5 {field} interviews",
    "{who}, twice unmatched, {field} again, only two interviews this cycle",
)
PEOPLE = (
    "MBBS 2019 from India, Step 1 pass, CK 244, ECFMG certified",
    "IMG from Egypt 2021, all steps passed, need a visa",
)


@given(
    phrase=st.sampled_from(WITH_INTERVIEWS),
    who=st.sampled_from(PEOPLE),
    field=st.sampled_from(["internal medicine", "psychiatry"]),
)
@settings(max_examples=30, deadline=None)
def test_interviews_of_this_season_mean_that_the_application_is_out(phrase: str, who: str, field: str) -> None:
    """Whether or not an earlier Match failed."""
    assert "eras_application" in read_person(phrase.format(who=who, field=field), today=TODAY).done


@given(
    text=st.sampled_from(
        [
            "IMG from Egypt 2021, unmatched last year with 3 interviews, all steps passed, will reapply next fall",
            "MBBS 2019, had two interviews last cycle and went unmatched, psychiatry",
        ]
    )
)
@settings(max_examples=2, deadline=None)
def test_interviews_of_an_earlier_season_are_spent(text: str) -> None:
    """What was sent for a Match that failed is not out any more."""
    assert "eras_application" not in read_person(text, today=TODAY).done


BASES = (
    "US citizen, final year at Ross, family medicine, 5 interviews, graduating May 2027",
    "M4 MD, applied to psychiatry this season, 12 interviews",
    "OMS4, applied to pediatrics, 9 interviews",
)
EVENTS = (
    "doesn't match and gets nothing in SOAP",
    "goes unmatched in March 2027",
    "fails to match, the SOAP brings nothing",
    "will not match this March and finds nothing in SOAP",
    "no match, and no place in SOAP",
    "does not match; SOAP comes up empty",
)


@given(base=st.sampled_from(BASES), event=st.sampled_from(EVENTS))
@settings(max_examples=18, deadline=None)
def test_a_failed_match_told_as_an_event_changes_the_base(base: str, event: str) -> None:
    """The application is spent; school, goal and degree stay as they were."""
    before = read_person(base, today=TODAY)
    after = read_person(event, before, TODAY)
    assert "match_day" in after.failed
    assert "eras_application" not in after.done
    assert (after.stage, after.target, after.graduation_year) == (before.stage, before.target, before.graduation_year)
