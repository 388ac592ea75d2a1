"""Which fields a form must still ask."""

from __future__ import annotations

import pytest
from people import TODAY, person_of

from medpath.planning.person import Person
from medpath.planning.reading import missing, read_person


@pytest.mark.parametrize(
    ("says", "fields"),
    [
        ("", ("stage", "target")),
        ("i want to be a dermatologist", ("stage",)),
        ("college junior", ("target",)),
        ("college junior, undecided", ()),
        ("m2, urology", ()),
        ("3rd year med student, urology", ("school",)),
        ("med student in Pakistan, cardiology", ("needs_visa", "graduation_year")),
        ("3rd year mbbs in Pakistan, cardiology", ("needs_visa",)),
        ("I'm an IMG, want psych", ("country", "needs_visa", "graduation_year")),
        ("doctor from Egypt, graduated 2019, green card, peds", ()),
        ("pgy2 in IM, want nephrology", ("school",)),
        ("pgy2, DO, want nephrology", ("specialty",)),
        ("MD/PhD student, 3rd year, neurology", ("graduation_year",)),
        ("US MD, didn't match, want psych", ("graduation_year",)),
    ],
)
def test_missing(says: str, fields: tuple[str, ...]) -> None:
    """Only what changes the plan and does not follow from what was told is asked, in an adviser's order."""
    assert missing(read_person(says, today=TODAY)) == fields


@pytest.mark.parametrize(
    ("answers", "stage"),
    [
        (("cardiology", "med student", "3rd year", "pakistan", "no visa, im american"), "img_student"),
        (("i want derm", "college", "junior"), "college_junior"),
        (("psych", "3rd year med student", "DO"), "do_year_3"),
        (("gi", "resident", "pgy2", "MD", "IM"), "resident_pgy2"),
    ],
)
def test_answers_complete_a_person(answers: tuple[str, ...], stage: str) -> None:
    """One short answer after the other completes the person."""
    person = Person()
    for answer in answers:
        person = read_person(answer, person, TODAY)
    assert person.stage == stage
    assert missing(person) == ()


def test_asked_field_decides_a_bare_year() -> None:
    """A bare year is that of the field that was asked."""
    base = person_of({"stage": "md_accepted", "school": "md", "target": "urology"})
    assert read_person("2028", base, TODAY, asked="start_year").start_year == 2028
    assert read_person("2032", base, TODAY, asked="graduation_year").graduation_year == 2032
