"""A post in the forces is no goal, and what is owed there says when civilian training begins."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from people import TODAY

from medpath.planning.reading import read_person

POSTS = (
    "USAF flight surgeon",
    "Navy flight surgeon",
    "I'm an Army flight surgeon",
    "Navy GMO",
    "flight doc in the Air Force",
)
ENDS = (
    "payback ends June {year}",
    "my service commitment is up in {year}",
    "ADSO ends summer {year}",
    "getting out in May {year}",
    "obligation over {year}",
)
GOALS = (
    "want civilian {field}",
    "leaving for {field} as a civilian",
    "want out -> {field}",
    "then civilian {field} residency",
)
FIELDS = {"anesthesiology": "anesthesiology", "radiology": "diagnostic_radiology", "psychiatry": "psychiatry"}


@given(
    post=st.sampled_from(POSTS),
    ends=st.sampled_from(ENDS),
    goal=st.sampled_from(GOALS),
    field=st.sampled_from(sorted(FIELDS)),
    year=st.integers(2027, 2030),
)
@settings(max_examples=60, deadline=None)
def test_the_post_is_not_the_goal(post: str, ends: str, goal: str, field: str, year: int) -> None:
    """The field that is wanted is the target, the first year is done, and the season is that in which service ends."""
    text = f"{post}, MD 2022, transitional year done. {ends.format(year=year)}. {goal.format(field=field)}"
    person = read_person(text, today=TODAY)
    assert (person.stage, person.target, person.season_year) == ("md_graduate", FIELDS[field], year)
    assert "preliminary_year" in person.done
    assert "leaves_service" in person.wishes


@given(month=st.sampled_from(["September", "October", "december"]))
@settings(max_examples=3, deadline=None)
def test_service_that_ends_in_fall_leaves_the_next_july(month: str) -> None:
    """Residency begins in July."""
    text = f"Navy GMO, MD 2022, intern year done, separating in {month} 2027, want civilian psychiatry"
    assert read_person(text, today=TODAY).season_year == 2028


@given(text=st.sampled_from(["M2 MD, want to be a flight surgeon", "college junior, dream: flight surgeon for NASA"]))
@settings(max_examples=2, deadline=None)
def test_a_wished_post_is_the_goal(text: str) -> None:
    """Who wants to be a flight surgeon aims at aerospace medicine."""
    assert read_person(text, today=TODAY).target == "aerospace_medicine"


GMO = "USAF flight surgeon, MD 2023, transitional year done, payback ends July 2028, want civilian {field}"
STAYS = (
    "stays on active duty and does the military {field} residency",
    "remains in the Air Force for a military residency in {field}",
    "what if I stay in uniform and do {field} there",
)


@given(stays=st.sampled_from(STAYS), field=st.sampled_from(["anesthesiology", "psychiatry"]))
@settings(max_examples=6, deadline=None)
def test_staying_in_the_forces_keeps_the_degree(stays: str, field: str) -> None:
    """A physician who stays is still one, with the first year behind him."""
    base = read_person(GMO.format(field=field), today=TODAY)
    person = read_person(stays.format(field=field), base, TODAY)
    assert (person.stage, person.target, person.graduation_year) == (base.stage, base.target, base.graduation_year)
    assert "preliminary_year" in person.done
    assert "leaves_service" not in person.wishes
