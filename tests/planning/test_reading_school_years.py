"""Which year of school runs is read from grade, age and words, of high school, college and medical school alike."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from people import TODAY

from medpath.planning.reading import read_person
from medpath.planning.reading.years import school_year_end

LEFT = {"freshman": 3, "sophomore": 2, "junior": 1}
HIGH_SCHOOL = (
    "{grade} at a small high school out in the country, hoping to be a {who}",
    "I go to a big public high school, I'm a {grade}. want to become a {who}",
    "{grade} here (high school), future {who}?",
    "high school kid, {grade} this year, i'd love to be a {who}",
    "{age} and a {grade}, my high school has no ap classes. {who} is the dream",
)


@given(
    phrase=st.sampled_from(HIGH_SCHOOL),
    grade=st.sampled_from(sorted(LEFT)),
    who=st.sampled_from(["pediatrician", "neurosurgeon", "psychiatrist"]),
)
@settings(max_examples=40, deadline=None)
def test_a_grade_of_high_school_tells_when_it_ends(phrase: str, grade: str, who: str) -> None:
    """High school ends in as many years as the grade leaves, whatever the age says."""
    age = 17 - LEFT[grade]
    person = read_person(phrase.format(grade=grade, who=who, age=age), today=TODAY)
    assert person.stage == "high_school"
    assert person.graduation_year == school_year_end(TODAY) + LEFT[grade]


COLLEGE = (
    "{year} year at a community college in Ohio, 3.9, want to be a {who}",
    "{year} year, transferring next fall, gpa 3.4, want to be a {who}",
    "i'm in my {year} year, sociology major, hoping to become a {who}",
    "{year} year at Florida State University, {who} is the goal",
    "{age}, {year} year, want to be a {who}",
    "{year} year undergrad, first gen, {who} someday",
)


@given(
    phrase=st.sampled_from(COLLEGE),
    year=st.sampled_from([(2, "2nd"), (2, "second"), (1, "first"), (1, "1st")]),
    who=st.sampled_from(["dermatologist", "surgeon", "pediatrician"]),
)
@settings(max_examples=40, deadline=None)
def test_a_year_told_with_words_of_college_is_none_of_medical_school(
    phrase: str, year: tuple[int, str], who: str
) -> None:
    """Medical school lies ahead of who tells a year with a major, a transfer, a GPA or the age of college."""
    person = read_person(phrase.format(year=year[1], who=who, age=17 + year[0]), today=TODAY)
    assert person.stage == {1: "college_freshman", 2: "college_sophomore"}[year[0]]
    assert person.graduation_year == school_year_end(TODAY) + 4 - year[0]


@given(
    text=st.sampled_from(
        [
            "2nd year med student, want dermatology",
            "second year at LECOM, surgery",
            "2nd year, step 1 in june, want neurology",
            "20, second year med student in Poland, pediatrics",
            "MS2, 3.9 undergrad gpa, want dermatology",
            "2nd year at Ohio State College of Medicine, ortho",
        ]
    )
)
@settings(max_examples=6, deadline=None)
def test_a_year_of_medical_school_stays_one(text: str) -> None:
    """Words of medical school outweigh those of college and a young age."""
    stage = read_person(text, today=TODAY).stage or ""
    assert stage.endswith("year_2") or stage == "img_student"
