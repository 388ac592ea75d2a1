"""Places from which less of school lies ahead end as early as they do: BS/MD programs, three-year tracks, transfers."""

from __future__ import annotations

import pytest
from people import TODAY

from medpath.planning.reading import missing, read_person
from medpath.planning.service import Planner

NUMBERS = {6: ("6", "six"), 7: ("7", "seven"), 8: ("8", "eight")}
ORDINALS = ("1st", "second", "3rd", "fourth", "5th", "6th", "7th")
PEDIATRICS = 3


def end_of(planner: Planner, says: str) -> str | None:
    """The year of the first independent practice in the plan of a sentence."""
    return planner.plan(read_person(says, today=TODAY)).earliest


@pytest.mark.parametrize("length", [6, 7, 8])
@pytest.mark.parametrize("written", [0, 1])
@pytest.mark.parametrize(
    "phrase",
    [
        "hs senior, got into a {length} year BS/MD, want pediatrics",
        "high school senior accepted to an {length}-year BA/MD program. pediatrics",
        "high school senior, have a seat in a BS/MD program ({length} years), pediatrics",
    ],
)
def test_a_bs_md_program_takes_as_long_as_it_is_said_to(
    planner: Planner, length: int, written: int, phrase: str
) -> None:
    """A place in one of six, seven or eight years ends school in that many, without another way beside it."""
    says = phrase.format(length=NUMBERS[length][written])
    assert end_of(planner, says) == str(2027 + length + PEDIATRICS)


@pytest.mark.parametrize(
    ("length", "year"), [(length, year) for length in NUMBERS for year in range(1, length) if year <= len(ORDINALS)]
)
def test_a_year_of_a_bs_md_program_is_counted_within_it(planner: Planner, length: int, year: int) -> None:
    """Its last four years are medical school, and what is left follows from its length."""
    says = f"{ORDINALS[year - 1]} year of a {length}-year BS/MD program, want pediatrics"
    assert end_of(planner, says) == str(2027 + length - year + PEDIATRICS)


@pytest.mark.parametrize(
    ("says", "end"),
    [
        ("in a 6 year BS/MD, started 2025, want pediatrics", "2034"),
        ("accepted to a 3-year MD program starting august 2027, pediatrics", "2033"),
        ("starting a three-year accelerated MD program this coming August, pediatrics", "2033"),
        ("OMS-1 in a 3-year accelerated DO program, pediatrics", "2032"),
        (
            "transferring from a caribbean school into the third year of a US MD school in august 2027, pediatrics",
            "2032",
        ),
        ("accepted as a transfer student into second year at a US DO school for fall 2027, pediatrics", "2033"),
        ("got advanced standing: I will start a DO school as an OMS-2 in july 2027, pediatrics", "2033"),
        ("finished two years at SGU, US citizen, starting clinical rotations, pediatrics", "2031-2032"),
        ("US citizen, finished my basic sciences at AUC, pediatrics", "2031-2032"),
    ],
)
def test_an_advanced_place_is_no_four_years_of_school(planner: Planner, says: str, end: str) -> None:
    """The years that a person has behind him, or does not need, are not counted again."""
    assert end_of(planner, says) == end


def test_a_transfer_that_is_only_wished_is_none() -> None:
    """Who would like to leave a school abroad is still there."""
    person = read_person("I'm at Ross 2nd year, want to transfer to a US MD school, pediatrics", today=TODAY)
    assert (person.stage, person.graduation_year) == ("img_student", 2029)


def test_half_of_a_caribbean_school_tells_the_graduation() -> None:
    """After the basic sciences two years are left, which nobody has to be asked for."""
    person = read_person("finished basic sciences at SGU, US citizen, pediatrics", today=TODAY)
    assert "graduation_year" not in missing(person)
