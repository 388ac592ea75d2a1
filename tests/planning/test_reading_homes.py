"""Who was born or brought up in the US and goes to a school abroad is a citizen and needs no visa."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from people import TODAY

from medpath.planning.reading import read_person

SCHOOLS = (
    "3rd year at Ross",
    "final year at SGU",
    "fourth year med student in Poland",
    "5th year, medicine in Ireland",
)
HOMES = (
    "born n raised in Georgia, USA",
    "texas native",
    "Brooklyn born and raised",
    "born & raised in Michigan",
    "born in rural Kansas",
    "grew up in upstate New York",
    "i was raised in the suburbs of Chicago",
    "Puerto Rican",
    "originally from Puerto Rico",
    "from Bayamon, Puerto Rico",
    "jersey born",
    "US passport holder",
    "raised in Long Island",
)


@given(
    school=st.sampled_from(SCHOOLS),
    home=st.sampled_from(HOMES),
    field=st.sampled_from(["internal medicine", "pediatrics"]),
    first=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_a_home_in_the_us_tells_the_citizenship(school: str, home: str, field: str, first: bool) -> None:
    """Wherever it stands in the message, and whatever the school."""
    parts = (home, school) if first else (school, home)
    person = read_person(", ".join((*parts, f"want {field}")), today=TODAY)
    assert (person.citizenship, person.needs_visa, person.stage) == ("US", False, "img_student")


@given(
    text=st.sampled_from(
        [
            "grew up in Texas, DACA, 3rd year at Ross, family medicine",
            "I grew up in California but need a visa, 4th year at SGU, psychiatry",
            "born in Nigeria, 3rd year at Ross, pediatrics, need a visa",
            "greencard holder, grew up in Ohio, final year at SGU, pediatrics",
        ]
    )
)
@settings(max_examples=4, deadline=None)
def test_another_status_that_is_told_stays(text: str) -> None:
    """Growing up in the US makes nobody a citizen who tells another status."""
    assert read_person(text, today=TODAY).citizenship != "US"


@given(
    state=st.sampled_from(["Jersey", "Florida", "Ohio"]), verb=st.sampled_from(["born and raised", "native", "born"])
)
@settings(max_examples=9, deadline=None)
def test_a_birthplace_is_no_wished_state(state: str, verb: str) -> None:
    """Nobody wants to be somewhere because he was born there."""
    assert read_person(f"4th year at Ross, {state} {verb}, family medicine", today=TODAY).state is None
